package frame

import (
	"fmt"
	"math"
)

// An aggregator computes aggregations over the groups of a frame.
type aggregator struct {
	frame *Frame
	groups
}

// aggregate computes one aggregation; the column it returns has no name yet.
func (r *aggregator) aggregate(a Aggregation) (Column, error) {
	if a.Fn == Count && a.Column == "" {
		return Int64s("", r.count(nil), nil), nil
	}
	c, err := r.frame.Column(a.Column)
	if err != nil {
		return Column{}, err
	}
	switch a.Fn {
	case Sum, Mean, Std, Quantile:
		if c.typ == Text || c.typ == Time {
			return Column{}, fmt.Errorf("frame: %v of column %q, which is %v", a.Fn, c.name, c.typ)
		}
	}
	switch a.Fn {
	case Count:
		return Int64s("", r.count(c.valid), nil), nil
	case Sum:
		return r.sum(c)
	case Mean:
		return r.mean(c), nil
	case Std:
		return r.std(c), nil
	case Min, Max:
		return r.extreme(c, a.Fn == Max), nil
	case Quantile:
		if !(a.P >= 0 && a.P <= 1) {
			return Column{}, fmt.Errorf("frame: quantile %v of column %q is not in [0, 1]", a.P, c.name)
		}
		return r.quantile(c, a.P), nil
	case First:
		return r.firstValue(c), nil
	case NUnique:
		return r.nunique(c), nil
	}
	return Column{}, fmt.Errorf("frame: no function %v", a.Fn)
}

// count returns the number of each group's rows that are valid.
func (r *aggregator) count(valid Bitmap) []int64 {
	counts := make([]int64, len(r.first))
	if valid == nil {
		for _, g := range r.ids {
			counts[g]++
		}
		return counts
	}
	for i, g := range r.ids {
		if valid.Get(i) {
			counts[g]++
		}
	}
	return counts
}

// sumFloats returns the sum of each group's values, added up in row order.
func (r *aggregator) sumFloats(values []float64, valid Bitmap) []float64 {
	sums := make([]float64, len(r.first))
	values = values[:len(r.ids)]
	if valid == nil {
		for i, g := range r.ids {
			sums[g] += values[i]
		}
		return sums
	}
	for i, g := range r.ids {
		if valid.Get(i) {
			sums[g] += values[i]
		}
	}
	return sums
}

// sumInts returns the exact sum of each group's values as low + high·2⁶⁴; high
// is nil if it is 0 for all groups.
func (r *aggregator) sumInts(values []int64, valid Bitmap) (low, high []int64) {
	low = make([]int64, len(r.first))
	values = values[:len(r.ids)]
	for i, g := range r.ids {
		if !valid.has(i) {
			continue
		}
		v, s := values[i], low[g]
		t := s + v
		low[g] = t
		if (s^t)&(v^t) < 0 { // both have the sign that the sum lost
			if high == nil {
				high = make([]int64, len(r.first))
			}
			if v < 0 {
				high[g]--
			} else {
				high[g]++
			}
		}
	}
	return low, high
}

func (r *aggregator) sum(c Column) (Column, error) {
	if c.typ == Float64 {
		return Float64s("", r.sumFloats(c.floats, c.valid), nil), nil
	}
	low, high := r.sumInts(c.ints, c.valid)
	for g, h := range high {
		if h != 0 {
			return Column{}, fmt.Errorf("frame: sum of column %q overflows int64 in the group of row %d", c.name, r.first[g])
		}
	}
	return Int64s("", low, nil), nil
}

// means returns the mean of each group's values, NaN for none.
func (r *aggregator) means(c Column, counts []int64) []float64 {
	if c.typ == Float64 {
		means := r.sumFloats(c.floats, c.valid)
		for g := range means {
			means[g] /= float64(counts[g])
		}
		return means
	}
	low, high := r.sumInts(c.ints, c.valid)
	means := make([]float64, len(low))
	for g, s := range low {
		means[g] = float64(s)
		if high != nil {
			means[g] += float64(high[g]) * (1 << 32) * (1 << 32)
		}
		means[g] /= float64(counts[g])
	}
	return means
}

func (r *aggregator) mean(c Column) Column {
	counts := r.count(c.valid)
	return Float64s("", r.means(c, counts), atLeast(1, counts))
}

// std adds up the squared deviations from the mean in a second pass, with the
// correction that gonum's stat.MeanVariance has for the mean's own rounding.
func (r *aggregator) std(c Column) Column {
	counts := r.count(c.valid)
	means := r.means(c, counts)
	squares := make([]float64, len(means))
	rest := make([]float64, len(means))
	for i, g := range r.ids {
		if !c.valid.has(i) {
			continue
		}
		var d float64
		if c.typ == Float64 {
			d = c.floats[i] - means[g]
		} else {
			d = float64(c.ints[i]) - means[g]
		}
		squares[g] += d * d
		rest[g] += d
	}
	for g, n := range counts {
		n := float64(n)
		squares[g] = math.Sqrt((squares[g] - rest[g]*rest[g]/n) / (n - 1))
	}
	return Float64s("", squares, atLeast(2, counts))
}

// atLeast returns the validity of groups that have min values or more.
func atLeast(min int64, counts []int64) Bitmap {
	valid := NewBitmap(len(counts))
	for g, n := range counts {
		if n >= min {
			valid.Set(g)
		}
	}
	return valid
}
