package frame

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// A Grouping is a frame whose rows are to be put in groups. It is immutable.
type Grouping struct {
	frame *Frame
	keys  []string
	sort  bool
}

// GroupBy puts the rows that agree in the named columns in one group each.
// Nulls agree with each other and so form groups of their own; all NaN agree,
// and −0 agrees with 0. Without names the whole frame is one group, even when
// it is empty. What is wrong with the names comes to light in
// [Grouping.Aggregate].
func (f *Frame) GroupBy(names ...string) Grouping {
	return Grouping{frame: f.orEmpty(), keys: slices.Clone(names)}
}

// Sorted asks for the groups in ascending order of their keys, nulls last,
// instead of the order of their first rows.
func (g Grouping) Sorted() Grouping {
	g.sort = true
	return g
}

// Fn is what an [Aggregation] computes of each group. Nulls are left out by all
// of them, while one NaN makes every statistic of its group NaN.
type Fn uint8

// The functions. The zero Fn is Count.
const (
	// Count is the number of values, or of rows if no column is named. Int64.
	Count Fn = iota
	// Sum is exact for Int64 columns; a sum outside int64 is an error. Of a
	// Bool column it counts what is true. The sum of no values is 0.
	Sum
	// Mean is the arithmetic mean, null for no values. Float64.
	Mean
	// Std is the sample standard deviation (n − 1), null for fewer than two
	// values. Float64.
	Std
	// Min is the least value, null for no values; of text the bytewise least.
	Min
	// Max is the greatest value, null for no values.
	Max
	// Quantile is the Aggregation's P-quantile as [QuantileSorted] has it, null
	// for no values. Float64.
	Quantile
	// First is the first value, null for no values.
	First
	// NUnique is the number of distinct values. Int64.
	NUnique
)

var fnNames = [...]string{"count", "sum", "mean", "std", "min", "max", "quantile", "first", "nunique"}

// String returns the function's name in lower case.
func (fn Fn) String() string {
	if int(fn) < len(fnNames) {
		return fnNames[fn]
	}
	return fmt.Sprintf("Fn(%d)", uint8(fn))
}

// An Aggregation is one column of the result of [Grouping.Aggregate].
type Aggregation struct {
	Fn     Fn      // what to compute
	Column string  // of which column; Count needs none
	As     string  // the result's name; if empty, such as dt_s_mean, dt_s_p90 or count
	P      float64 // for Quantile: which one, from 0 (the least) to 1 (the greatest); 0.5 is the median
}

func (a Aggregation) name() string {
	switch {
	case a.As != "":
		return a.As
	case a.Column == "":
		return a.Fn.String()
	case a.Fn == Quantile:
		return a.Column + "_p" + strconv.FormatFloat(100*a.P, 'g', 6, 64)
	}
	return a.Column + "_" + a.Fn.String()
}

// Aggregate returns one row for each group: the keys, then the aggregations in
// the order given. Sum, Mean, Std and Quantile need a column of numbers or
// booleans. The groups stand in the order of their first rows.
//
// O(n) for the groups and for each aggregation.
func (g Grouping) Aggregate(aggregations ...Aggregation) (*Frame, error) {
	if g.frame == nil {
		return nil, errors.New("frame: aggregate without a frame: make the Grouping with GroupBy")
	}
	keys, err := g.frame.lookup(g.keys)
	if err != nil {
		return nil, err
	}
	run := &aggregator{frame: g.frame, groups: groupRows(g.frame, keys)}
	columns := make([]Column, 0, len(keys)+len(aggregations))
	for _, c := range keys {
		columns = append(columns, c.take(run.first))
	}
	results := make([]Column, len(aggregations))
	errs := make([]error, len(aggregations))
	each(len(aggregations), func(i int) {
		results[i], errs[i] = run.aggregate(aggregations[i])
	})
	for i, err := range errs {
		if err != nil {
			return nil, err
		}
		columns = append(columns, results[i].Rename(aggregations[i].name()))
	}
	out, err := New(columns...)
	if err != nil || !g.sort {
		return out, err
	}
	order := make([]SortKey, len(g.keys))
	for i, name := range g.keys {
		order[i] = Asc(name)
	}
	return out.SortBy(order...)
}

// groupRows returns the groups of the rows by the key columns.
func groupRows(f *Frame, keys []Column) groups {
	switch {
	case len(keys) == 0:
		// One group, of no first row if the frame is empty.
		return groups{ids: make([]uint32, f.rows), first: make([]uint32, 1)}
	case len(keys) == 1 && keys[0].valid == nil && keys[0].typ == Text:
		return group(keys[0].codes, 0, uint64(max(1, len(keys[0].dict))))
	case len(keys) == 1 && keys[0].valid == nil && keys[0].typ != Float64:
		lo, hi := bounds([]part{{values: keys[0].ints}})
		return group(keys[0].ints, lo, uint64(hi-lo)+1)
	}
	codes, width := encode(keys)
	return group(codes, 0, width)
}
