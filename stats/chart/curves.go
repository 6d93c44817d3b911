package chart

import (
	"errors"
	"fmt"

	"github.com/sav-analytics/sav/stats"
)

// ECDF adds the empirical distribution function of times, as its true steps: the
// share of times up to each.
func (c *Chart) ECDF(name string, times []float64) {
	steps, err := stats.ECDF(times)
	if err == nil && len(steps) == 0 {
		err = errors.New("no times")
	}
	if err != nil {
		c.next()
		c.fail("ECDF", err)
		return
	}
	xs, ys := []float64{0}, []float64{0}
	for _, s := range steps {
		xs, ys = append(xs, s.Time), append(ys, s.Share)
	}
	c.line("ECDF", name, xs, ys, stepped)
}

// KaplanMeier adds the estimated share of events within each time, 1 − S(t), as
// its true steps up to the longest time observed, with the 95 % interval as a
// band.
func (c *Chart) KaplanMeier(name string, s *stats.Survival) {
	if s == nil || s.N == 0 {
		c.next()
		c.fail("Kaplan–Meier", fmt.Errorf("no observations"))
		return
	}
	xs, ys, low, high := []float64{0}, []float64{0}, []float64{0}, []float64{0}
	for _, step := range s.Steps {
		xs, ys = append(xs, step.Time), append(ys, 1-step.Survival)
		low, high = append(low, 1-step.High), append(high, 1-step.Low)
	}
	n := len(xs) - 1
	xs, ys, low, high = append(xs, s.Longest), append(ys, ys[n]), append(low, low[n]), append(high, high[n])
	c.Band(xs, low, high)
	c.line("Kaplan–Meier", name, xs, ys, stepped)
}
