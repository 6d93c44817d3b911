package window

import (
	"math"
	"slices"
	"sort"

	"github.com/sav-analytics/sav/frame/internal/agg"
	"github.com/sav-analytics/sav/frame/internal/rows"
	"github.com/sav-analytics/sav/frame/internal/vec"
	"github.com/sav-analytics/sav/internal/ints"
	"github.com/sav-analytics/sav/internal/parallel"
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

// Rolling returns a statistic of the window of each row. p is that of Quantile, fn that of Own. O(n) for sums, means
// and extremes, in which nothing is ever subtracted, so that no error adds up; O(n·log w) for quantiles of w rows, and
// O(n·w) for Var, Std and Own.
func Rolling(g agg.Groups, v vec.Vec, w Windows, stat Stat, p float64, fn func([]float64) float64) vec.Vec {
	l, n := rows.Layout{}, v.N // no Order: all rows, in theirs
	if w.Rows == 0 {
		l.Order = rows.Ordinals(w.Time)
		n = len(l.Order)
	}
	if g.IDs != nil {
		l = rows.NewLayout(g.IDs, g.N, l.Order)
	}
	out := make([]float64, v.N)
	known := make([]bool, v.N) // bits of one word may belong to two groups
	run := func(of []uint32, from, to int) {
		s := slider{w: w, out: out, known: known}
		s.load(v, of, from, to)
		s.slide(stat, p, fn)
	}
	if g.N == 1 {
		// Pieces that do not depend on the number of cores: where a window's sum is divided in two, and so how it is
		// rounded, depends on where they begin.
		piece := max(1<<16, w.Rows, n/8+1)
		parallel.Limited((n+piece-1)/piece, func(k int) { run(l.Order, k*piece, min((k+1)*piece, n)) })
	} else {
		eachGroup(l, func(of []uint32) { run(of, 0, len(of)) })
	}
	valid := vec.NewBits(v.N)
	parallel.Spans(v.N, func(lo, hi int) {
		for i, ok := range known[lo:hi] {
			if ok {
				vec.Set(valid, lo+i)
			}
		}
	})
	return vec.Vec{Kind: vec.Float, N: v.N, Floats: out}.WithValid(valid)
}

// A slider moves a window over rows of one group. Both of its ends only ever move on. The rows that have a window are
// those from head on.
type slider struct {
	w     Windows
	out   []float64
	known []bool

	of    []uint32  // the rows of all windows, in their order; nil: those from first on
	first int       // row
	head  int       // of these rows, the first that has a window
	n     int       // and the number of rows up to the last that has one
	x     []float64 // their values; 0 for nulls
	count []int32   // the number of values before each; nil: there are no nulls
	times []int64   // if windows are by time

	lo, hi int // the window
}

// load sets up the windows of the rows [from, to) of a group.
func (s *slider) load(v vec.Vec, of []uint32, from, to int) {
	first, last := from, to
	switch {
	case from == to:
	case s.w.Rows > 0:
		first = max(0, from+1-s.w.Rows)
	default:
		at := func(i int) int64 { return s.w.Time.Ints[of[i]] }
		first = sort.Search(from, func(i int) bool { return s.within(at(i), at(from)) })
		for last < len(of) && at(last) == at(to-1) {
			last++
		}
	}
	s.first, s.head, s.n = first, from-first, to-first
	if of != nil {
		s.of = of[first:last]
	} else if v.Kind == vec.Float && v.Valid == nil {
		s.x = v.Floats[first:last:last]
		return
	}
	s.x = make([]float64, last-first)
	if v.Valid != nil {
		s.count = make([]int32, len(s.x)+1)
	}
	for i := range s.x {
		row := s.row(i)
		if s.count != nil {
			if s.count[i+1] = s.count[i]; v.IsNull(row) {
				continue
			}
			s.count[i+1]++
		}
		if v.Kind == vec.Float {
			s.x[i] = v.Floats[row]
		} else {
			s.x[i] = float64(v.Ints[row])
		}
	}
	if s.w.Rows == 0 {
		s.times = vec.Gather(s.w.Time.Ints, s.of)
	}
}

// row returns the row of the frame that is row k of those of the windows.
func (s *slider) row(k int) int {
	if s.of == nil {
		return s.first + k
	}
	return int(s.of[k])
}

// within reports whether the window that ends at a time reaches back to another, which is not after it. The difference
// may leave int64, but not uint64.
func (s *slider) within(time, end int64) bool { return uint64(end)-uint64(time) < uint64(s.w.Width) }

// bounds moves the window to row k.
func (s *slider) bounds(k int) (lo, hi int) {
	if s.w.Rows > 0 {
		return max(0, k+1-s.w.Rows), k + 1
	}
	t := s.times[k]
	for ; s.hi < len(s.times) && s.times[s.hi] <= t; s.hi++ {
	}
	for ; s.lo < s.hi && !s.within(s.times[s.lo], t); s.lo++ {
	}
	return s.lo, s.hi
}

// values returns the number of values of a window.
func (s *slider) values(lo, hi int) int {
	if s.count == nil {
		return hi - lo
	}
	return int(s.count[hi] - s.count[lo])
}

// set writes the statistic of row k, if its window has enough values.
func (s *slider) set(k, values int, x float64) {
	if values >= s.w.Min && values > 0 {
		row := s.row(k)
		s.out[row], s.known[row] = x, true
	}
}

// slide computes the statistic of each window.
func (s *slider) slide(stat Stat, p float64, fn func([]float64) float64) {
	switch stat {
	case Sum, Mean:
		s.sums(stat == Mean)
	case Smallest:
		s.fold(math.Inf(1), func(a, b float64) float64 { return min(a, b) })
	case Largest:
		s.fold(math.Inf(-1), func(a, b float64) float64 { return max(a, b) })
	case Quantile:
		s.quantiles(p)
	case Var, Std:
		s.w.Min = max(s.w.Min, 2)
		s.each(func(values []float64) float64 {
			one := vec.Vec{Kind: vec.Float, N: len(values), Floats: values}
			out := agg.Var(agg.Groups{N: 1}, one)
			if stat == Std {
				return math.Sqrt(out.Floats[0])
			}
			return out.Floats[0]
		})
	default:
		s.each(fn)
	}
}

// sums adds up windows by the two-stack method: the values before mid have sums of their own up to mid, those after it
// one sum. When the window has passed mid, mid moves to the window's end.
func (s *slider) sums(mean bool) {
	var upTo []float64 // the sums up to mid from each value of the window that mid was the end of
	begin, mid, end, behind := 0, 0, 0, 0.0
	for k := s.head; k < s.n; k++ {
		lo, hi := s.bounds(k)
		for ; end < hi; end++ {
			behind += s.x[end]
		}
		if lo >= mid {
			sum := 0.0
			upTo = ints.Resize(upTo, end-lo)
			for i, x := range slices.Backward(s.x[lo:end]) {
				sum += x
				upTo[i] = sum
			}
			begin, mid, behind = lo, end, 0
			if s.of == nil && s.count == nil && hi-lo == s.w.Rows && hi-lo >= s.w.Min {
				end = k + s.wholeSums(k, upTo, mean)
				k = end - 1
				continue
			}
		}
		sum := behind
		if lo < mid {
			sum += upTo[lo-begin]
		}
		n := s.values(lo, hi)
		if mean {
			sum /= float64(n)
		}
		s.set(k, n, sum)
	}
}

// wholeSums writes the sums, or means, of full windows of rows, from that of row k on, as long as
// a window shares a value with that of row k. upTo has the sums from each value of the window of
// row k to its end. It returns the number of windows written.
func (s *slider) wholeSums(k int, upTo []float64, mean bool) int {
	n := min(len(upTo), s.n-k)
	next, row := s.x[k:k+n], s.row(k)
	out, known := s.out[row:row+n], s.known[row:row+n]
	behind, divisor := 0.0, 1.0
	if mean {
		divisor = float64(len(upTo))
	}
	for i, sum := range upTo[:n] {
		if i > 0 {
			behind += next[i]
		}
		out[i], known[i] = (behind+sum)/divisor, true
	}
	return n
}

// fold combines the values of each window by op, as sums adds them; none is the result for no values.
func (s *slider) fold(none float64, op func(a, b float64) float64) {
	for i := range s.x {
		if s.values(i, i+1) == 0 {
			s.x[i] = none // a null
		}
	}
	var upTo []float64
	begin, mid, end, behind := 0, 0, 0, none
	for k := s.head; k < s.n; k++ {
		lo, hi := s.bounds(k)
		for ; end < hi; end++ {
			behind = op(behind, s.x[end])
		}
		if lo >= mid {
			folded := none
			upTo = ints.Resize(upTo, end-lo)
			for i, x := range slices.Backward(s.x[lo:end]) {
				folded = op(folded, x)
				upTo[i] = folded
			}
			begin, mid, behind = lo, end, none
		}
		folded := behind
		if lo < mid {
			folded = op(folded, upTo[lo-begin])
		}
		s.set(k, s.values(lo, hi), folded)
	}
}

// each calls fn with the values of each window that has enough of them.
func (s *slider) each(fn func([]float64) float64) {
	dense := s.x // the values without the nulls: count tells where each window's are
	if s.count != nil {
		dense = nil
		for i, v := range s.x {
			if s.values(i, i+1) > 0 {
				dense = append(dense, v)
			}
		}
	}
	window := make([]float64, 0, 64)
	for k := s.head; k < s.n; k++ {
		lo, hi := s.bounds(k)
		if s.count != nil {
			lo, hi = int(s.count[lo]), int(s.count[hi])
		}
		if hi-lo >= s.w.Min && hi > lo {
			window = append(window[:0], dense[lo:hi]...)
			s.set(k, hi-lo, fn(window))
		}
	}
}
