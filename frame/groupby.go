package frame

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"

	"github.com/sav-analytics/sav/frame/internal/rows"
	"github.com/sav-analytics/sav/internal/parallel"
)

// A Grouping is a frame whose rows are put in groups. It is immutable.
type Grouping struct {
	frame *Frame
	names []string
	sort  bool
	made  *groups
}

// groups is what a Grouping computes once, when it is first asked.
type groups struct {
	once sync.Once
	make func() (*groups, error)
	err  error

	ids  []uint32 // nil: all rows are one group
	n    int
	keys []Column // a row for each group
}

// GroupBy puts the rows that agree in the named columns in one group each. Nulls agree with each other and so form
// groups of their own; all NaN agree, and −0 agrees with 0. Without names the whole frame is one group, even when it is
// empty. A wrong name is an error of [Grouping.Agg]. O(n), done once for all that is asked of the Grouping; 4 bytes for
// each row, and about 20 more while it groups by many distinct keys.
func (f *Frame) GroupBy(names ...string) Grouping {
	f = f.orEmpty()
	g := Grouping{frame: f, names: slices.Clone(names)}
	if f.groupings != nil {
		g.made = f.groupings.of(f, names)
	} else {
		g.made = newGroups(f, g.names)
	}
	return g
}

func newGroups(f *Frame, names []string) *groups {
	return &groups{make: func() (*groups, error) {
		keys, err := f.lookup(names)
		if err != nil {
			return nil, prefixed(err)
		}
		if len(keys) == 0 {
			return &groups{n: 1}, nil
		}
		by := rows.Group(vecs(keys), f.rows)
		g := &groups{ids: by.IDs, n: len(by.First)}
		for _, c := range keys {
			g.keys = append(g.keys, c.take(by.First))
		}
		return g, nil
	}}
}

// groupings caches the groups of a frame while a verb evaluates its expressions, which may group by the same columns.
type groupings struct {
	mu    sync.Mutex
	known map[string]*groups
}

func (r *groupings) of(f *Frame, names []string) *groups {
	key := fmt.Sprintf("%q", names)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known[key] == nil {
		r.known[key] = newGroups(f, slices.Clone(names))
	}
	return r.known[key]
}

// Sorted returns the same groups in ascending order of their keys, nulls last, instead of the order of their first
// rows.
func (g Grouping) Sorted() Grouping {
	g.sort = true
	return g
}

// Frame returns the frame whose rows are grouped, nil for the zero Grouping.
func (g Grouping) Frame() *Frame { return g.frame }

// IDs returns the group of each row of [Grouping.Frame], and the number of groups. Groups are numbered from 0, in the
// order that [Grouping.Agg] has without Sorted. The slice is to be read only; nil stands for rows that are all of group
// 0.
func (g Grouping) IDs() (ids []uint32, n int, err error) {
	made, err := g.groups()
	if err != nil {
		return nil, 0, err
	}
	return made.ids, made.n, nil
}

func (g Grouping) groups() (*groups, error) {
	if g.made == nil {
		return nil, errors.New("frame: a Grouping without a frame: make it with GroupBy")
	}
	g.made.once.Do(func() {
		made, err := g.made.make()
		if err != nil {
			g.made.err = err
			return
		}
		g.made.ids, g.made.n, g.made.keys = made.ids, made.n, made.keys
	})
	return g.made, g.made.err
}

// Agg returns one row for each group: the keys, then a column for each expression, such as expr.Col("dt_s").Mean(). The
// groups stand in the order of their first rows, or of their keys if the Grouping is sorted. It is an error if an
// expression has a value for each row, or if two columns have one name. O(n) for the groups and for each expression;
// statistics that look at all values of a group at once, such as quantiles, need 8 bytes for each value.
func (g Grouping) Agg(exprs ...Expr) (*Frame, error) {
	made, err := g.groups()
	if err != nil {
		return nil, err
	}
	results := make([]Column, len(exprs))
	errs := make([]error, len(exprs))
	parallel.Limited(len(exprs), func(i int) {
		if isNil(exprs[i]) {
			errs[i] = errors.New("frame: a nil expression")
			return
		}
		results[i], errs[i] = exprs[i].Groups(g)
	})
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	for _, c := range results {
		if c.Len() != made.n {
			return nil, fmt.Errorf("frame: expression %q has %d rows for %d groups", c.name, c.Len(), made.n)
		}
	}
	out, err := New(slices.Concat(made.keys, results)...)
	if err != nil {
		return nil, err
	}
	if order := g.order(made); order != nil {
		return out.take(order), nil
	}
	return out, nil
}

// order returns the order of the groups, nil if that is the one they have.
func (g Grouping) order(made *groups) []uint32 {
	if !g.sort || len(made.keys) == 0 {
		return nil
	}
	keys := make([]rows.Key, len(made.keys))
	for i, c := range made.keys {
		keys[i].Vec = c.vec
	}
	return rows.Sorted(keys, made.n)
}

// All returns an iterator over the groups, in the order of [Grouping.Agg]: the values of the keys, as [Column.Value]
// gives them, and the frame of the group's rows, in their order. O(n) for each column; 4 bytes for each row, and the
// frame of one group at a time.
func (g Grouping) All() (iter.Seq2[[]any, *Frame], error) {
	made, err := g.groups()
	if err != nil {
		return nil, err
	}
	ids := made.ids
	if ids == nil {
		ids = make([]uint32, g.frame.rows)
	}
	layout := rows.NewLayout(ids, made.n, nil)
	order := g.order(made)
	if order == nil {
		order = rows.Identity(made.n)
	}
	return func(yield func([]any, *Frame) bool) {
		for _, id := range order {
			key := make([]any, len(made.keys))
			for i, c := range made.keys {
				key[i] = c.Value(int(id))
			}
			if !yield(key, g.frame.take(layout.Of(id))) {
				return
			}
		}
	}, nil
}
