package page

import (
	"cmp"
	"math"
	"slices"

	"github.com/sav-analytics/sav/stats"
)

// A funnel shows merchants by size and share, with the limits within which chance and
// the usual differences between merchants keep them.
type funnel struct {
	Height         float64
	XTicks, YTicks []tick
	Centre         string // y, px
	All            float64
	Inner, Outer   string // paths of the areas of 95 % and 99.8 %
	Usual, Between string // paths of dots: within 95 %, and beyond it up to 99.8 %
	Below, Above   []merchantDot
	Few            string // path of dots of merchants beyond the limits without a mark of their own
	FewN           int64
	Found          int
	Expected       string
	More           bool // found are more than chance gives
	Groups         int
}

type merchantDot struct {
	X, Y string
	Merchant
	score float64
}

const (
	funnelHeight = 320 // px
	maxBeyond    = 100 // merchants with a dot and a line of the table of their own

	inner = 0.95 // coverages of the limits
	outer = 0.998
)

func newFunnel(w *words, g *groups) (*funnel, error) {
	var all []Merchant
	var counts []stats.Count
	most := 0
	for _, m := range g.merchants {
		if m.N > 0 {
			all, counts = append(all, m), append(counts, m.Count)
			most = max(most, m.N)
		}
	}
	if len(all) < 2 {
		return nil, nil
	}
	of, err := stats.NewShareFunnel(counts)
	if err != nil {
		return nil, err
	}
	f := &funnel{Height: funnelHeight, All: of.Share, Groups: of.Groups}
	x := func(n float64) float64 { return 0.02 + 0.96*math.Log(n)/math.Log(float64(max(most, 2))) }
	y := func(share float64) float64 { return funnelHeight * (0.02 + 0.96*(1-share)) }
	f.Centre = px(y(of.Share))
	for k := range 6 {
		f.YTicks = append(f.YTicks, tick{At: px(y(float64(k) / 5)), Label: w.count(int64(20*k)) + nb + "%"})
	}
	for n := 1; n <= most; n *= 10 {
		f.XTicks = append(f.XTicks, tick{At: pc(x(float64(n))), Label: w.count(int64(n))})
		for _, k := range []int{2, 5} {
			if k*n <= most {
				f.XTicks = append(f.XTicks, tick{At: pc(x(float64(k * n))), Label: w.count(int64(k * n)), Minor: true})
			}
		}
	}
	f.Inner, f.Outer = funnelArea(of, most, inner, x, y), funnelArea(of, most, outer, x, y)
	f.dots(of, all, x, y)
	f.Found = len(f.Below) + len(f.Above) + int(f.FewN)
	f.Expected, f.More = w.tenths(of.Expected(outer)), of.MoreThanChance(f.Found, outer)
	return f, nil
}

func funnelArea(of stats.ShareFunnel, most int, coverage float64, x, y func(float64) float64) string {
	var p path
	var back [][2]float64
	last := 0
	for k := range 61 {
		n := max(1, int(math.Round(math.Pow(float64(most), float64(k)/60))))
		if n == last && k < 60 {
			continue
		}
		last = n
		low, high := of.Limits(n, coverage)
		at := x(float64(n))
		if k == 0 {
			at = 0
			p.move(0, y(high))
		}
		if k == 60 {
			at = 1
		}
		p.line(at, y(high))
		back = append(back, [2]float64{at, y(low)})
	}
	for _, b := range slices.Backward(back) {
		p.line(b[0], b[1])
	}
	p.close()
	return p.String()
}

// dots places a dot for each merchant. All but those farthest beyond the limits are three
// paths, with one dot for all that would fall on one spot, so that the page does not grow
// with the number of merchants.
func (f *funnel) dots(of stats.ShareFunnel, all []Merchant, x, y func(float64) float64) {
	type spot struct{ x, y int }
	seen := make(map[spot]bool)
	var usual, between, few path
	draw := func(p *path, at, height float64) {
		if here := (spot{int(at * canvas / 4), int(height / 3)}); !seen[here] {
			seen[here] = true
			p.move(at, height)
			p.add('h', 0)
		}
	}
	z95, z998 := 1.959963984540054, 3.090232306167813
	var beyond []merchantDot
	for _, m := range all {
		at, height, score := x(float64(m.N)), y(m.Share()), of.Score(m.Count)
		switch {
		case math.Abs(score) > z998:
			beyond = append(beyond, merchantDot{pc(at), px(height), m, score})
		case math.Abs(score) > z95:
			draw(&between, at, height)
		default:
			draw(&usual, at, height)
		}
	}
	slices.SortStableFunc(beyond, func(a, b merchantDot) int {
		return cmp.Compare(math.Abs(b.score), math.Abs(a.score))
	})
	for _, d := range beyond[min(len(beyond), maxBeyond):] {
		f.FewN++
		draw(&few, x(float64(d.N)), y(d.Share()))
	}
	for _, d := range beyond[:min(len(beyond), maxBeyond)] {
		if d.score < 0 {
			f.Below = append(f.Below, d)
		} else {
			f.Above = append(f.Above, d)
		}
	}
	f.Usual, f.Between, f.Few = usual.String(), between.String(), few.String()
}

// Table returns the merchants beyond the limits that have a dot of their own, those below
// first.
func (f *funnel) Table() []merchantDot { return slices.Concat(f.Below, f.Above) }

// Says says how many merchants are beyond the limits, beside what chance gives.
func (f *funnel) Says(w *words) string {
	found := w.t("%d of %s are beyond the wide limits, where chance gives about %s.",
		f.Found, w.t("%d merchants", f.Groups), f.Expected)
	if f.More {
		return found + " " + w.t("That is more than chance explains.")
	}
	return found + " " + w.t("That is no more than chance explains.")
}
