package chart

import (
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
)

// LogSeconds makes an axis one of log(1 + s), s being seconds: it gives a second
// and a day their room, and has a place for 0.
func LogSeconds(a *plot.Axis) {
	a.Scale = log1p{}
	a.Tick.Marker = fixed{
		{Value: 0, Label: "0"}, {Value: 1, Label: "1 s"}, {Value: 10, Label: "10 s"},
		{Value: 60, Label: "1 min"}, {Value: 600, Label: "10 min"},
		{Value: 3600, Label: "1 h"}, {Value: 6 * 3600, Label: "6 h"},
		{Value: 86400, Label: "1 day"}, {Value: 4 * 86400, Label: "4 days"}, {Value: 14 * 86400, Label: "14 days"},
	}
}

type log1p struct{}

func (log1p) Normalize(low, high, x float64) float64 {
	return (math.Log1p(x) - math.Log1p(low)) / (math.Log1p(high) - math.Log1p(low))
}

// Percent writes the shares 0 to 1 of an axis as 0 % to 100 %.
func Percent(a *plot.Axis) {
	a.Min, a.Max = 0, 1
	a.Tick.Marker = fixed{
		{Value: 0, Label: "0 %"}, {Value: 0.25, Label: "25 %"}, {Value: 0.5, Label: "50 %"},
		{Value: 0.75, Label: "75 %"}, {Value: 1, Label: "100 %"},
	}
}

// Categories puts words in the place of the numbers 0, 1, … of an axis.
func Categories(a *plot.Axis, words ...string) {
	var ticks fixed
	for i, w := range words {
		ticks = append(ticks, plot.Tick{Value: float64(i), Label: w})
	}
	a.Tick.Marker = ticks
}

// A fixed marker has the same ticks for each axis, as far as they are on it. gonum's
// ConstantTicks makes room for the others too.
type fixed []plot.Tick

func (ticks fixed) Ticks(low, high float64) []plot.Tick {
	return slices.DeleteFunc(slices.Clone([]plot.Tick(ticks)), func(t plot.Tick) bool {
		return t.Value < low || t.Value > high
	})
}

// A steps marker has about five ticks at multiples of 1, 2 or 5 times a power of ten.
type steps struct{}

func (steps) Ticks(low, high float64) []plot.Tick {
	if !(high > low) {
		return nil
	}
	power := math.Pow(10, math.Floor(math.Log10((high-low)/5)))
	step := power
	for _, m := range []float64{2, 5, 10} {
		if (high-low)/step > 6 {
			step = m * power
		}
	}
	var ticks []plot.Tick
	for i := math.Ceil(low / step); i*step <= high; i++ {
		ticks = append(ticks, plot.Tick{Value: i * step, Label: strconv.FormatFloat(i*step, 'g', 6, 64)})
	}
	return ticks
}
