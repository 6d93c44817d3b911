package frame

import "github.com/sav-analytics/sav/frame/internal/rows"

// A SortKey is a column to sort by; make one with [Asc] or [Desc].
type SortKey struct {
	Column     string
	Descending bool
}

// Asc sorts by the named column in ascending order.
func Asc(column string) SortKey { return SortKey{Column: column} }

// Desc sorts by the named column in descending order.
func Desc(column string) SortKey { return SortKey{Column: column, Descending: true} }

// SortBy orders the rows by the keys, the first one first. The sort is stable: rows that agree in all keys keep their
// order. Text is compared bytewise, false before true, NaN after +Inf, −0 equal to 0. Nulls come last, descending or
// not. O(n) for each key and each column, and O(d·log d) for d distinct words of text; 32 bytes a row beside the
// result.
func (f *Frame) SortBy(keys ...SortKey) (*Frame, error) {
	f = f.orEmpty()
	order, err := f.sorted(keys)
	if err != nil {
		return nil, err
	}
	if order == nil {
		return f, nil
	}
	return f.take(order), nil
}

// sorted returns the rows in the order of the keys, or nil if they are in it.
func (f *Frame) sorted(keys []SortKey) ([]uint32, error) {
	by := make([]rows.Key, len(keys))
	for i, k := range keys {
		c, err := f.Column(k.Column)
		if err != nil {
			return nil, err
		}
		by[i] = rows.Key{Vec: c.vec, Descending: k.Descending}
	}
	return rows.Sorted(by, f.rows), nil
}
