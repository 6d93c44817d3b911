package page

import (
	"cmp"
	"math"
	"slices"

	"github.com/sav-analytics/sav/analysis/detail"
)

const chartHeight = 240 // px

// A distribution is the histogram of all first response times.
type distribution struct {
	Height   float64
	XTicks   []tick
	YTicks   []tick
	Bars     []bar
	Marks    []mark
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

// A mark is a time that is marked with a line and a label.
type mark struct {
	X, Label string
	Y        float64 // of the label, px
	Seconds  float64
	End      bool // the label stands left of the line
	Mean     bool
}

func newDistribution(all *row, d *detail.Detail, axis timeAxis) *distribution {
	total := sum(d.Histogram.All)
	if total == 0 {
		return nil
	}
	highest := 0.0
	for _, n := range d.Histogram.All {
		highest = max(highest, share(n, total))
	}
	scale := newLinearAxis(100*highest, 4)
	v := &distribution{Height: chartHeight, XTicks: axis.ticks(pc), Answered: total,
		YTicks: scale.ticks(chartHeight, func(v float64) string { return px(v) + nb + "%" })}
	for k, n := range d.Histogram.All {
		left, right := bin(d.Histogram.Edges, k, axis)
		height := chartHeight * scale.at(100*share(n, total))
		b := bar{X: pc(left), Width: pc(right - left), Y: px(chartHeight - height), Height: px(height), N: n, Share: share(n, total), Zero: k == 0}
		if k > 0 {
			b.From, b.To = d.Histogram.Edges[k-1], d.Histogram.Edges[k]
		} else {
			v.Zero = n
		}
		v.Bars = append(v.Bars, b)
	}
	if all == nil {
		return v
	}
	v.Marks = []mark{{Label: "median", Seconds: all.P50}, {Label: "mean", Seconds: all.Mean, Mean: true},
		{Label: "90 % within", Seconds: all.P90}, {Label: "99 % within", Seconds: all.P99}}
	slices.SortStableFunc(v.Marks, func(a, b mark) int { return cmp.Compare(a.Seconds, b.Seconds) })
	for i := range v.Marks { // the further right, the higher: no label crosses a line
		m := &v.Marks[i]
		at := axis.at(m.Seconds)
		m.X, m.End, m.Y = pc(at), at > 0.3, float64(-16*(i+1))
	}
	return v
}

// A curve is the share answered within a time.
type curve struct {
	Height         float64
	XTicks, YTicks []tick
	Estimate, Band string // paths
	Naive          string
	Marks          []within
	Last           float64 // the longest time observed, seconds
}

// within is the share answered within a time.
type within struct {
	Seconds                 float64
	Share, Low, High, Naive float64
	X, Y                    string
	Headline                bool // it is one of those that words tell
}

func newCurve(d *detail.Detail, axis timeAxis, unanswered int64) *curve {
	if len(d.Curve) == 0 || d.Longest == nil {
		return nil
	}
	c := &curve{Height: chartHeight, XTicks: axis.ticks(pc), Last: *d.Longest}
	c.YTicks = linearAxis{100, 25}.ticks(chartHeight, func(v float64) string { return px(v) + nb + "%" })
	y := func(share float64) float64 { return chartHeight * (1 - share) }
	points := d.Curve
	end := math.Min(1, axis.at(*d.Longest))
	var estimate, naive, band path
	estimate.move(0, chartHeight)
	naive.move(0, chartHeight)
	band.move(0, chartHeight)
	for _, p := range points {
		x := axis.at(p.Time)
		estimate.step(x, y(p.Answered))
		naive.step(x, y(p.Naive))
		band.step(x, y(nice(value(p.High), p.Answered)))
	}
	estimate.add('H', canvas*end)
	naive.add('H', canvas)
	band.add('H', canvas*end)
	for i := len(points) - 1; i >= 0; i-- { // back along the lower end
		band.add('V', y(nice(value(points[i].Low), points[i].Answered)))
		band.add('H', canvas*axis.at(points[i].Time))
	}
	band.close()
	c.Estimate, c.Naive, c.Band = estimate.String(), naive.String(), band.String()
	for _, t := range d.Marks {
		if t > *d.Longest && unanswered > 0 {
			break // the last answers alone would decide
		}
		m := readCurve(points, t)
		m.X, m.Y = pc(axis.at(t)), px(y(m.Share))
		m.Headline = t == hour || t == 4*hour || t == day
		c.Marks = append(c.Marks, m)
		if m.Share == 1 {
			break
		}
	}
	return c
}

// Headlines are the times that words tell.
func (c *curve) Headlines() (all []within) {
	for _, m := range c.Marks {
		if m.Headline {
			all = append(all, m)
		}
	}
	return all
}

// readCurve reads the curve at a time.
func readCurve(points []detail.CurvePoint, seconds float64) within {
	w := within{Seconds: seconds, Low: math.NaN(), High: math.NaN()}
	for _, p := range points {
		if p.Time > seconds {
			break
		}
		w.Share, w.Low, w.High, w.Naive = p.Answered, value(p.Low), value(p.High), p.Naive
	}
	return w
}
