package detail

import (
	"math"
	"slices"
	"sort"

	"github.com/sav-analytics/sav/internal/analysis/waits"
	"github.com/sav-analytics/sav/internal/micros"
	"github.com/sav-analytics/sav/internal/productlimit"
	"github.com/sav-analytics/sav/stats"
)

// A Histogram counts answered conversations by their first response time, on an axis of
// log(1 + dt/s).
type Histogram struct {
	// Edges are those of stats.LogEdges, in seconds; none if nothing is answered.
	Edges []float64 `json:"edges_s"`
	All   []int64   `json:"all"` // by bin, as stats.Histogram counts them
}

// A CurvePoint is the share of conversations answered within a time.
type CurvePoint struct {
	Time     float64 `json:"t_s"`
	Answered float64 `json:"answered"` // 1 − S(t) by Kaplan and Meier
	Naive    float64 `json:"naive"`    // the share of answered conversations alone
}

// curveColumns is how many columns of a picture a curve is drawn for. Of the
// steps within one column only the last is kept, and the last up to each mark: no
// eye tells the others apart.
const curveColumns = 512

// curveMarks returns the times at which people read a curve, in seconds and in
// ascending order: usual ones, and those within which the report counts answers.
func curveMarks(within []int64) []float64 {
	const minute, hour, day = 60, 60 * 60, 24 * 60 * 60
	marks := []float64{0, minute, 5 * minute, 15 * minute, 30 * minute, hour, 2 * hour, 4 * hour, 8 * hour, 12 * hour,
		day, 2 * day, 3 * day, 7 * day, 14 * day, 30 * day}
	for _, time := range within {
		marks = append(marks, float64(time)/micros.PerSecond)
	}
	slices.Sort(marks)
	return slices.Compact(marks)
}

// binsPerDoubling makes bins that are about as wide as the labels of an axis can
// tell apart.
const binsPerDoubling = 2

// histogram counts sorted spans.
func histogram(sorted []waits.Span) Histogram {
	longest := int64(-1)
	for i := len(sorted) - 1; i >= 0 && longest < 0; i-- {
		if s := sorted[i]; s.Answered() {
			longest = s.Time()
		}
	}
	if longest < 0 {
		return Histogram{}
	}
	h := Histogram{Edges: stats.LogEdges(float64(longest)/micros.PerSecond, binsPerDoubling)}
	h.All = make([]int64, len(h.Edges))
	bin := 0
	for _, s := range sorted {
		if !s.Answered() {
			continue
		}
		if t := float64(s.Time()) / micros.PerSecond; t > h.Edges[bin] {
			bin = sort.SearchFloat64s(h.Edges, t) // as stats.Histogram numbers them
		}
		h.All[bin]++
	}
	return h
}

// curve estimates the share answered within a time from sorted spans.
func (d *Detail) curve(sorted []waits.Span) {
	if len(sorted) == 0 {
		return
	}
	longest := float64(sorted[len(sorted)-1].Time()) / micros.PerSecond
	d.Longest = &longest
	answered := 0
	for _, s := range sorted {
		if s.Answered() {
			answered++
		}
	}
	width := math.Log1p(longest) / curveColumns
	column, before, mark := -1.0, 0, 0
	for fall := range productlimit.Falls(sorted) {
		before += fall.Events
		time := float64(fall.Time) / micros.PerSecond
		passed := mark
		for mark < len(d.Marks) && time > d.Marks[mark] {
			mark++
		}
		if here := math.Floor(math.Log1p(time) / width); here != column || mark != passed {
			column = here
			d.Curve = append(d.Curve, CurvePoint{})
		}
		d.Curve[len(d.Curve)-1] = CurvePoint{
			Time: time, Answered: 1 - fall.Survival, Naive: float64(before) / float64(answered)}
	}
}
