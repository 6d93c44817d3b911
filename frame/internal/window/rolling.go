package window

import (
	"math"

	"github.com/sav-analytics/sav/frame/internal/agg"
	"github.com/sav-analytics/sav/frame/internal/par"
	"github.com/sav-analytics/sav/frame/internal/rows"
	"github.com/sav-analytics/sav/frame/internal/vec"
)

// Windows are the rows that a statistic of each row is of, in its group.
type Windows struct {
	Rows int // the last Rows rows, the row itself among them; 0: by time

	Time  vec.Vec // or the rows whose time is at most that of the row,
	Width int64   // and greater than that less Width

	Min int // fewer values than Min give null
}

// A Stat is a statistic of a window.
type Stat uint8

// The statistics.
const (
	Sum Stat = iota
	Mean
	Smallest
	Largest
	Var
	Std
	Quantile
	Own
)

// Rolling returns a statistic of the window of each row. p is that of Quantile,
// fn that of Own. O(n) for sums, means and extremes, in which nothing is ever
// subtracted, so that no error adds up; O(n·log w) for quantiles of w rows, and
// O(n·w) for Var, Std and Own.
func Rolling(g agg.Groups, v vec.Vec, w Windows, stat Stat, p float64, fn func([]float64) float64) vec.Vec {
	var visit []uint32
	if w.Rows == 0 {
		visit = rows.Ordinals(w.Time)
	}
	l := layout(g, v.N, visit)
	out := make([]float64, v.N)
	valid := vec.NewBits(v.N)
	known := make([]bool, v.N) // bits of one word may belong to two groups
	run := func(of []uint32, lo, hi int) {
		s := slider{w: w, v: v, of: of, out: out, known: known}
		s.slide(lo, hi, stat, p, fn)
	}
	if n := len(l.Order); len(l.Starts) == 2 {
		// Pieces that do not depend on the number of cores: where a window's sum
		// is divided in two, and so how it is rounded, depends on where they begin.
		piece := max(1<<16, w.Rows, n/8+1)
		par.Each((n+piece-1)/piece, func(k int) { run(l.Order, k*piece, min((k+1)*piece, n)) })
	} else {
		eachGroup(l, func(of []uint32) { run(of, 0, len(of)) })
	}
	for i, ok := range known {
		if ok {
			vec.Set(valid, i)
		}
	}
	return vec.Vec{Kind: vec.Float, N: v.N, Floats: out}.WithValid(valid)
}

// A slider moves a window over the rows of one group. Both of its ends only ever
// move on.
type slider struct {
	w      Windows
	v      vec.Vec
	of     []uint32
	out    []float64
	known  []bool
	values []float64 // of the rows from base on, that are not null
	lo, hi int       // the window, as positions in of
}

// bounds moves the window to the k-th row of the group.
func (s *slider) bounds(k int) (lo, hi int) {
	if s.w.Rows > 0 {
		return max(0, k+1-s.w.Rows), k + 1
	}
	t := s.w.Time.Ints[s.of[k]]
	floor := t - s.w.Width
	if floor > t { // it is outside int64
		floor = math.MinInt64
	}
	for s.lo < len(s.of) && s.w.Time.Ints[s.of[s.lo]] <= floor {
		s.lo++
	}
	for s.hi < len(s.of) && s.w.Time.Ints[s.of[s.hi]] <= t {
		s.hi++
	}
	return s.lo, s.hi
}

// set writes the statistic of the k-th row, if its window has enough values.
func (s *slider) set(k, values int, x float64) {
	if values >= s.w.Min && values > 0 {
		s.out[s.of[k]], s.known[s.of[k]] = x, true
	}
}

// slide computes the statistic for the rows at the positions [from, to).
func (s *slider) slide(from, to int, stat Stat, p float64, fn func([]float64) float64) {
	if from == to {
		return
	}
	first, last := s.extent(from, to)
	x, count := s.load(first, last)
	s.lo, s.hi = first, first
	switch stat {
	case Sum, Mean:
		s.sums(from, to, first, x, count, stat == Mean)
	case Smallest:
		s.fold(from, to, first, x, count, math.Inf(1), func(a, b float64) float64 { return min(a, b) })
	case Largest:
		s.fold(from, to, first, x, count, math.Inf(-1), func(a, b float64) float64 { return max(a, b) })
	case Quantile:
		s.quantiles(from, to, first, x, count, p)
	case Var, Std:
		s.w.Min = max(s.w.Min, 2)
		s.each(from, to, first, x, count, func(values []float64) float64 {
			one := vec.Vec{Kind: vec.Float, N: len(values), Floats: values}
			out := agg.Var(agg.Groups{N: 1}, one)
			if stat == Std {
				return math.Sqrt(out.Floats[0])
			}
			return out.Floats[0]
		})
	default:
		s.each(from, to, first, x, count, fn)
	}
}

// extent returns the first position that a window of the rows [from, to) holds,
// and the one behind the last.
func (s *slider) extent(from, to int) (first, last int) {
	s.lo, s.hi = 0, 0
	first, _ = s.bounds(from)
	_, last = s.bounds(to - 1)
	return first, last
}

// load returns the values at the positions [first, last), 0 for nulls, and the
// number of values that are not null before each.
func (s *slider) load(first, last int) (x []float64, count []int32) {
	x, count = make([]float64, last-first), make([]int32, last-first+1)
	for i, row := range s.of[first:last] {
		count[i+1] = count[i]
		if s.v.IsNull(int(row)) {
			continue
		}
		count[i+1]++
		if s.v.Kind == vec.Float {
			x[i] = s.v.Floats[row]
		} else {
			x[i] = float64(s.v.Ints[row])
		}
	}
	return x, count
}

// sums adds up windows by the two-stack method: the values before mid have sums
// of their own up to mid, those behind it one sum. When the window has passed
// mid, mid moves to the window's end.
func (s *slider) sums(from, to, first int, x []float64, count []int32, mean bool) {
	upTo := make([]float64, len(x)) // the sum from each value before mid up to mid
	mid, end, behind := 0, 0, 0.0
	for k := from; k < to; k++ {
		lo, hi := s.bounds(k)
		lo, hi = lo-first, hi-first
		for ; end < hi; end++ {
			behind += x[end]
		}
		if lo >= mid {
			sum := 0.0
			for i := end - 1; i >= lo; i-- {
				sum += x[i]
				upTo[i] = sum
			}
			mid, behind = end, 0
		}
		sum := behind
		if lo < mid {
			sum += upTo[lo]
		}
		n := int(count[hi] - count[lo])
		if mean {
			sum /= float64(n)
		}
		s.set(k, n, sum)
	}
}

// fold is sums for another operation, whose result with none is none.
func (s *slider) fold(from, to, first int, x []float64, count []int32, none float64, op func(a, b float64) float64) {
	for i := range x {
		if count[i+1] == count[i] {
			x[i] = none // a null
		}
	}
	upTo := make([]float64, len(x))
	mid, end, behind := 0, 0, none
	for k := from; k < to; k++ {
		lo, hi := s.bounds(k)
		lo, hi = lo-first, hi-first
		for ; end < hi; end++ {
			behind = op(behind, x[end])
		}
		if lo >= mid {
			folded := none
			for i := end - 1; i >= lo; i-- {
				folded = op(folded, x[i])
				upTo[i] = folded
			}
			mid, behind = end, none
		}
		folded := behind
		if lo < mid {
			folded = op(folded, upTo[lo])
		}
		s.set(k, int(count[hi]-count[lo]), folded)
	}
}

// each calls fn with the values of each window that has enough of them.
func (s *slider) each(from, to, first int, x []float64, count []int32, fn func([]float64) float64) {
	// The values without the nulls: count tells where each window's are.
	dense := make([]float64, 0, len(x))
	for i, v := range x {
		if count[i+1] > count[i] {
			dense = append(dense, v)
		}
	}
	window := make([]float64, 0, 64)
	for k := from; k < to; k++ {
		lo, hi := s.bounds(k)
		window = append(window[:0], dense[count[lo-first]:count[hi-first]]...)
		if len(window) >= s.w.Min && len(window) > 0 {
			s.set(k, len(window), fn(window))
		}
	}
}
