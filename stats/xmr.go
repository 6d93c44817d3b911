package stats

import (
	"errors"
	"math"
	"slices"
)

// An XmR is a control chart of single values, such as the medians of weeks.
type XmR struct {
	Centre float64 // the mean
	StdDev float64 // by the moving range
	values []float64
}

// NewXmR returns the chart of values in the order of time. Its standard deviation is the
// mean distance of neighbours, the moving range, over d₂ = 2/√π (Wheeler and Chambers,
// Understanding Statistical Process Control; R's qcc, type = "xbar.one"). A NaN has no
// part. It is an error if there are fewer than two values, or one is infinite.
func NewXmR(values []float64) (*XmR, error) {
	c := &XmR{values: slices.Clone(values)}
	n, sum, ranges, last := 0, 0.0, 0.0, math.NaN()
	for _, v := range values {
		if math.IsInf(v, 0) {
			return nil, errors.New("stats: an infinite value in a chart; expected numbers")
		}
		if math.IsNaN(v) {
			continue
		}
		n++
		sum += v
		if !math.IsNaN(last) {
			ranges += math.Abs(v - last)
		}
		last = v
	}
	if n < 2 {
		return nil, errors.New("stats: too few values for a chart; expected at least two")
	}
	c.Centre = sum / float64(n)
	c.StdDev = ranges / float64(n-1) * math.Sqrt(math.Pi) / 2
	return c, nil
}

// Limits returns the control limits: the centre and three standard deviations.
func (c *XmR) Limits() (low, high float64) { return c.Centre - 3*c.StdDev, c.Centre + 3*c.StdDev }

// Signals returns what is unusual about each value. A NaN is passed over.
func (c *XmR) Signals() []Signal {
	return signalsOf(c.values, c.Centre, func(int) (low, high float64) { return c.Limits() })
}
