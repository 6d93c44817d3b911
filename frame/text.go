package frame

import (
	"fmt"
	"slices"

	"github.com/sav-analytics/sav/frame/internal/vec"
)

// Texts returns a column of text, whose dictionary holds the distinct values in the order in which they are first seen.
// It keeps the strings but not the slice; valid is as for [Int64s]. O(n), one look-up for each run of equal values.
func Texts(name string, values []string, valid Bitmap) Column {
	if valid != nil && len(valid)*64 < len(values) {
		return column(name, vec.Vec{Kind: vec.Text, N: len(values)}, valid)
	}
	return Column{name: name, vec: vec.Intern(values, valid)}
}

// Dictionary returns a column of text from codes, indices into dict. The strings of dict must be distinct; this is not
// checked. The column owns all three slices, and sets the codes of null rows to 0. A code outside dict in a row that is
// not null is an error, which [New] and [Frame.WithColumns] return. O(n).
func Dictionary(name string, codes []uint32, dict []string, valid Bitmap) Column {
	c := column(name, vec.Vec{Kind: vec.Text, N: len(codes), Codes: codes, Dict: dict}, valid)
	if c.err != nil || len(codes) == 0 || int(slices.Max(codes)) < len(dict) {
		return c
	}
	for i, code := range codes {
		if int(code) < len(dict) {
			continue
		}
		if !c.vec.IsNull(i) {
			c.err = fmt.Errorf("frame: column %q: row %d: code %d in a dictionary of %d", name, i, code, len(dict))
			return c
		}
		codes[i] = 0
	}
	return c
}

// Bools returns a column of booleans. It copies values; valid is as for [Int64s].
func Bools(name string, values []bool, valid Bitmap) Column {
	return Bits(name, Valid(values...), len(values), valid)
}

// Bits returns a column of n booleans, true where a bit is set. It owns bits and valid from now on. Too few bits for n
// rows are an error, which [New] and [Frame.WithColumns] return.
func Bits(name string, bits Bitmap, n int, valid Bitmap) Column {
	if n < 0 || len(bits)*64 < n {
		err := fmt.Errorf("frame: column %q: bits for %d rows of %d", name, len(bits)*64, n)
		return Column{name: name, vec: vec.Vec{Kind: vec.Bool, N: max(n, 0)}, err: err}
	}
	return column(name, vec.Vec{Kind: vec.Bool, N: n, Bits: vec.Clip(bits, n)}, valid)
}
