package page

import (
	"cmp"
	"math"
	"slices"

	"github.com/sav-analytics/sav/analysis/detail"
)

// countries are rows of a picture, by median.
type countries struct {
	Height  float64
	Ticks   []tick
	Rows    []countryRow
	LeftOut int64 // countries, those with the fewest conversations
	Fastest *row  // of those with an interval
	Slowest *row  // nil if there are not two of them
	Within  string
	Few     bool // some have too few answers for an interval
}

type countryRow struct {
	row
	Top, Y               float64 // of the row's place and of its middle, px
	Ridge                string  // path: how the times are distributed
	P50At, MeanAt        string
	LowAt, HighAt, P90At string
	HasInterval          bool
}

const (
	mostCountries = 40
	rowHeight     = 26 // px
)

func newCountries(all []row, d *detail.Detail, axis timeAxis, within string) *countries {
	shown := slices.DeleteFunc(slices.Clone(all), func(r row) bool { return r.Answered == 0 })
	if len(shown) == 0 {
		return nil
	}
	slices.SortStableFunc(shown, func(a, b row) int { return cmp.Compare(b.Conversations, a.Conversations) })
	c := &countries{Within: within, LeftOut: int64(max(0, len(shown)-mostCountries))}
	shown = shown[:min(len(shown), mostCountries)]
	slices.SortStableFunc(shown, func(a, b row) int { return cmp.Compare(a.P50, b.P50) })
	c.Height = rowHeight * float64(len(shown))
	c.Ticks = axis.ticks(pc)
	counts := make(map[string][]int64)
	for _, of := range d.Histogram.Countries {
		counts[of.Country] = of.Counts
	}
	for i, r := range shown {
		y := rowHeight * (float64(i) + 0.5)
		cr := countryRow{row: r, Top: y - rowHeight/2, Y: y, P50At: pc(axis.at(r.P50)), MeanAt: pc(axis.at(r.Mean)), P90At: pc(axis.at(r.P90))}
		cr.Ridge = ridge(counts[r.Country], d.Histogram.Edges, axis, y+rowHeight/2-3, rowHeight-6)
		if cr.HasInterval = !math.IsNaN(r.P50Low); cr.HasInterval {
			cr.LowAt, cr.HighAt = pc(axis.at(r.P50Low)), pc(axis.at(r.P50High))
		}
		c.Rows = append(c.Rows, cr)
	}
	known := slices.DeleteFunc(slices.Clone(shown), func(r row) bool { return math.IsNaN(r.P50Low) })
	c.Few = len(known) < len(shown)
	if len(known) >= 2 {
		c.Fastest, c.Slowest = &known[0], &known[len(known)-1]
	}
	return c
}

// ridge draws counts as an area above base, the largest of them that high.
func ridge(counts []int64, edges []float64, axis timeAxis, base, height float64) string {
	if sum(counts) == 0 {
		return ""
	}
	scale := height / float64(slices.Max(counts))
	var p path
	p.move(0, base)
	for k, n := range counts {
		left, right := bin(edges, k, axis)
		p.step(left, base)
		p.add('V', base-scale*float64(n))
		p.add('H', canvas*right)
		p.add('V', base)
	}
	p.close()
	return p.String()
}

// bin is where a bin of a histogram lies.
func bin(edges []float64, k int, axis timeAxis) (left, right float64) {
	if k == 0 {
		return axis.log(zeroFrom), axis.log(zeroTo)
	}
	return axis.log(math.Log1p(edges[k-1])), axis.log(math.Log1p(edges[k]))
}

func sum(counts []int64) (total int64) {
	for _, n := range counts {
		total += n
	}
	return total
}
