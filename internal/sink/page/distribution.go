package page

import (
	"math"

	"github.com/sav-analytics/sav/internal/analysis/detail"
)

const chartHeight = 240 // px

// A distribution is the histogram of all first response times.
type distribution struct {
	Height   float64
	XTicks   []tick
	YTicks   []tick
	Bars     []bar
	Zero     int64 // answers after 0 s
	Answered int64
}

// A bar is a bin. X and Width are in % of the picture's width, Y and Height in px.
type bar struct {
	X, Width, Y, Height string
	From, To            float64 // seconds
	N                   int64
	Share               float64
	Zero                bool
}

func newDistribution(w *words, h detail.Histogram, axis timeAxis) *distribution {
	total := sum(h.All)
	if total == 0 {
		return nil
	}
	highest := 0.0
	for _, n := range h.All {
		highest = max(highest, share(n, total))
	}
	scale := newLinearAxis(100*highest, 4)
	v := &distribution{Height: chartHeight, XTicks: axis.ticks(w, pc), Answered: total,
		YTicks: scale.ticks(chartHeight, func(v float64) string { return w.tenths(v) + nb + "%" })}
	for k, n := range h.All {
		left, right := bin(h.Edges, k, axis)
		height := chartHeight * scale.at(100*share(n, total))
		b := bar{X: pc(left), Width: pc(right - left), Y: px(chartHeight - height), Height: px(height),
			N: n, Share: share(n, total), Zero: k == 0}
		if k > 0 {
			b.From, b.To = h.Edges[k-1], h.Edges[k]
		} else {
			v.Zero = n
		}
		v.Bars = append(v.Bars, b)
	}
	return v
}

// bin returns where a bin of a histogram lies.
func bin(edges []float64, k int, axis timeAxis) (left, right float64) {
	if k == 0 {
		return axis.log(zeroFrom), axis.log(zeroTo)
	}
	return axis.log(math.Log1p(edges[k-1])), axis.log(math.Log1p(edges[k]))
}

// A curve is the share answered within a time.
type curve struct {
	Height         float64
	XTicks, YTicks []tick
	Estimate       string // path
	Naive          string
	Marks          []within
	Last           float64 // the longest time observed, seconds
}

// within is the share answered within a time.
type within struct {
	Seconds      float64
	Share, Naive float64
	X, Y         string
	Headline     bool // it is one of those that words tell
}

func newCurve(w *words, d *detail.Detail, axis timeAxis, unanswered int64) *curve {
	if len(d.Curve) == 0 || d.Longest == nil {
		return nil
	}
	c := &curve{Height: chartHeight, XTicks: axis.ticks(w, pc), Last: *d.Longest}
	c.YTicks = linearAxis{100, 25}.ticks(chartHeight, func(v float64) string { return w.tenths(v) + nb + "%" })
	y := func(share float64) float64 { return chartHeight * (1 - share) }
	var estimate, naive path
	estimate.move(0, chartHeight)
	naive.move(0, chartHeight)
	for _, p := range d.Curve {
		x := axis.at(p.Time)
		estimate.step(x, y(p.Answered))
		naive.step(x, y(p.Naive))
	}
	estimate.add('H', canvas*math.Min(1, axis.at(*d.Longest)))
	naive.add('H', canvas)
	c.Estimate, c.Naive = estimate.String(), naive.String()
	for _, t := range d.Marks {
		if t > *d.Longest && unanswered > 0 {
			break // the last answers alone would decide
		}
		m := readCurve(d.Curve, t)
		m.X, m.Y = pc(axis.at(t)), px(y(m.Share))
		m.Headline = t == hour || t == 4*hour || t == day
		c.Marks = append(c.Marks, m)
		if m.Share == 1 {
			break
		}
	}
	return c
}

// Headlines returns the times that words tell.
func (c *curve) Headlines() (all []within) {
	for _, m := range c.Marks {
		if m.Headline {
			all = append(all, m)
		}
	}
	return all
}

func readCurve(points []detail.CurvePoint, seconds float64) within {
	w := within{Seconds: seconds}
	for _, p := range points {
		if p.Time > seconds {
			break
		}
		w.Share, w.Naive = p.Answered, p.Naive
	}
	return w
}
