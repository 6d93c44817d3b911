package page

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/sav-analytics/sav/analysis/detail"
	"github.com/sav-analytics/sav/stats"
)

// A funnel shows merchants by size and mean, with the limits within which
// chance alone keeps them.
type funnel struct {
	Height         float64
	XTicks, YTicks []tick
	Centre         string // y, px
	Typical        float64
	Inner, Outer   string // paths of the areas of 95 % and 99.8 %
	Usual, Between string // paths of dots: within 95 %, and beyond it up to 99.8 %
	Beyond         []merchantDot
	Merchants      int64
	Slower, Faster int64         // beyond the limits of 99.8 %
	Small          int64         // of these, dots without a label
	Slow, Fast     string        // paths of these dots
	Table          []merchantDot // the same as Beyond, but slowest first
}

type merchantDot struct {
	X, Y    string
	ID      string
	N       int64
	Typical float64 // seconds
	Slow    bool
	z       float64
	at, y   float64 // X and Y
}

// A ranking is the slowest and the fastest merchants after shrinkage.
type ranking struct {
	Height   float64
	Ticks    []tick
	Rows     []rankedRow
	Overall  float64 // seconds
	OverallX string
	Each     int     // rows of each kind
	FastY    float64 // of the title above the fastest, px
}

type rankedRow struct {
	ID                 string
	N                  int64
	Typical, Low, High float64 // seconds, after shrinkage
	Raw, Weight        float64
	Top, Y             float64 // px
	X, LowX, HighX     string
	RawX               string
	Slow               bool
}

const (
	funnelHeight = 320 // px
	mostBeyond   = 300 // merchants with a dot and a label of their own
	mostRanked   = 10
)

// compare draws merchants beside each other. Without two merchants there is
// nothing to compare.
func compare(d *detail.Detail) (*funnel, *ranking, error) {
	var samples []stats.Sample
	var ids []string
	for i, n := range d.Merchants.Answered {
		if n == 0 {
			continue
		}
		s := stats.Sample{N: int(n), Mean: d.Merchants.Mean[i], Variance: d.Merchants.Variance[i]}
		samples, ids = append(samples, s), append(ids, d.Merchants.ID[i])
	}
	pooled, err := stats.Pool(samples)
	if err != nil {
		return nil, nil, err
	}
	if len(samples) < 2 || math.IsNaN(pooled.Variance) {
		return nil, nil, nil
	}
	shrunk, err := stats.Shrink(samples)
	if err != nil {
		return nil, nil, err
	}
	return newFunnel(samples, ids, pooled), newRanking(samples, ids, shrunk), nil
}

func newFunnel(samples []stats.Sample, ids []string, pooled stats.Sample) *funnel {
	most, low, high := 0, math.Inf(1), math.Inf(-1)
	for _, s := range samples {
		most, low, high = max(most, s.N), min(low, s.Mean), max(high, s.Mean)
	}
	f := &funnel{Height: funnelHeight, Merchants: int64(len(samples)), Typical: math.Expm1(pooled.Mean)}
	low, high = min(low, pooled.Mean-1)-0.3, max(high, pooled.Mean+1)+0.3
	x := func(n float64) float64 { return 0.02 + 0.96*math.Log(n)/math.Log(float64(max(most, 2))) }
	y := func(mean float64) float64 { return funnelHeight * (high - mean) / (high - low) }
	f.Centre = px(y(pooled.Mean))
	for _, t := range timeTicks {
		if l := math.Log1p(t.seconds); l > low && l < high {
			f.YTicks = append(f.YTicks, tick{At: px(y(l)), Label: t.text()})
		}
	}
	for n := 1; n <= most; n *= 10 {
		f.XTicks = append(f.XTicks, tick{At: pc(x(float64(n))), Label: thousands(int64(n))})
		for _, k := range []int{2, 5} {
			if k*n <= most {
				f.XTicks = append(f.XTicks, tick{At: pc(x(float64(k * n))), Label: thousands(int64(k * n)), Minor: true})
			}
		}
	}
	area := func(coverage float64) string {
		var p path
		var back [][2]float64
		for k := range 61 {
			n := max(1, int(math.Round(math.Pow(float64(most), float64(k)/60))))
			below, above := stats.FunnelLimits(pooled, n, coverage)
			at := x(float64(n))
			if k == 0 {
				p.move(0, y(above))
				back = append(back, [2]float64{0, y(below)})
			}
			if k == 60 {
				at = 1
			}
			p.line(at, y(above))
			back = append(back, [2]float64{at, y(below)})
		}
		for _, b := range slices.Backward(back) {
			p.line(b[0], b[1])
		}
		p.close()
		return p.String()
	}
	f.Inner, f.Outer = area(inner), area(outer)
	f.dots(samples, ids, pooled, x, y)
	return f
}

// The coverages of the limits.
const (
	inner = 0.95
	outer = 0.998
)

// dots places a dot for each merchant. All but those furthest beyond the limits
// are four paths, with one dot for all that would fall on one spot, so that the
// page does not grow with the number of merchants.
func (f *funnel) dots(samples []stats.Sample, ids []string, pooled stats.Sample, x func(float64) float64, y func(float64) float64) {
	type spot struct{ x, y int }
	seen := make(map[spot]bool)
	var usual, between, slow, fast path
	draw := func(p *path, at, height float64) {
		if here := (spot{int(at * canvas / 4), int(height / 3)}); !seen[here] {
			seen[here] = true
			p.move(at, height)
			p.add('h', 0)
		}
	}
	for i, s := range samples {
		at, height := x(float64(s.N)), y(s.Mean)
		low, high := stats.FunnelLimits(pooled, s.N, outer)
		if s.Mean < low || s.Mean > high {
			slow := s.Mean > high
			if slow {
				f.Slower++
			} else {
				f.Faster++
			}
			z := math.Abs(s.Mean-pooled.Mean) * math.Sqrt(float64(s.N))
			f.Beyond = append(f.Beyond, merchantDot{pc(at), px(height), ids[i], int64(s.N), math.Expm1(s.Mean), slow, z, at, height})
			continue
		}
		if low, high := stats.FunnelLimits(pooled, s.N, inner); s.Mean < low || s.Mean > high {
			draw(&between, at, height)
		} else {
			draw(&usual, at, height)
		}
	}
	slices.SortStableFunc(f.Beyond, func(a, b merchantDot) int { return cmp.Compare(b.z, a.z) })
	for _, d := range f.Beyond[min(len(f.Beyond), mostBeyond):] {
		f.Small++
		if d.Slow {
			draw(&slow, d.at, d.y)
		} else {
			draw(&fast, d.at, d.y)
		}
	}
	f.Usual, f.Between, f.Slow, f.Fast = usual.String(), between.String(), slow.String(), fast.String()
	f.Beyond = f.Beyond[:min(len(f.Beyond), mostBeyond)]
	f.Table = slices.Clone(f.Beyond)
	slices.SortStableFunc(f.Table, func(a, b merchantDot) int { return cmp.Compare(b.Typical, a.Typical) })
}

func newRanking(samples []stats.Sample, ids []string, shrunk *stats.Shrinkage) *ranking {
	all := make([]rankedRow, len(samples))
	for i, s := range samples {
		const z = 1.959963984540054
		m := shrunk.Shrunk[i]
		all[i] = rankedRow{ID: ids[i], N: int64(s.N), Typical: math.Expm1(m.Mean), Raw: math.Expm1(s.Mean), Weight: m.Weight,
			Low: math.Expm1(max(0, m.Mean-z*m.StdErr)), High: math.Expm1(m.Mean + z*m.StdErr)}
	}
	slices.SortStableFunc(all, func(a, b rankedRow) int { return cmp.Compare(b.Typical, a.Typical) })
	r := &ranking{Each: min(mostRanked, len(all)/2), Overall: math.Expm1(shrunk.Mean)}
	r.Rows = append(slices.Clone(all[:r.Each]), all[len(all)-r.Each:]...)
	longest := 0.0
	for _, row := range r.Rows {
		longest = max(longest, row.High, row.Raw)
	}
	axis := newTimeAxis(longest)
	r.Ticks, r.OverallX = axis.ticks(pc), pc(axis.at(r.Overall))
	for i := range r.Rows {
		row := &r.Rows[i]
		row.Slow = i < r.Each
		row.Y = rowHeight * (float64(i) + 1.5)
		if !row.Slow {
			row.Y += rowHeight
		}
		row.Top = row.Y - rowHeight/2
		row.X, row.LowX, row.HighX, row.RawX = pc(axis.at(row.Typical)), pc(axis.at(row.Low)), pc(axis.at(row.High)), pc(axis.at(row.Raw))
	}
	r.Height = rowHeight * float64(2*r.Each+2)
	r.FastY = rowHeight * (float64(r.Each) + 1.5)
	return r
}

// Says tells how many of the merchants are beyond the limits.
func (f *funnel) Says() string {
	return fmt.Sprintf("%s of %s are beyond the wide limits: %s slower and %s faster than chance explains.",
		thousands(f.Slower+f.Faster), counted(f.Merchants, "merchant"), thousands(f.Slower), thousands(f.Faster))
}
