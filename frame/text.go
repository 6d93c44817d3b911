package frame

import "fmt"

// Texts returns a column of text, whose dictionary holds the distinct values in
// the order in which they are first seen. It keeps the strings but not the
// slice; valid is as for [Int64s]. O(n), one look-up for each run of equal
// values.
func Texts(name string, values []string, valid Bitmap) Column {
	codes := make([]uint32, len(values))
	known := make(map[string]uint32)
	var dict []string
	last := -1 // the row of the last value that was not null
	for i, v := range values {
		if len(valid)*64 > i && !valid.Get(i) {
			continue
		}
		if last >= 0 && v == values[last] {
			codes[i] = codes[last]
			last = i
			continue
		}
		code, ok := known[v]
		if !ok {
			code = uint32(len(dict))
			known[v] = code
			dict = append(dict, v)
		}
		codes[i], last = code, i
	}
	return Column{name: name, typ: Text, codes: codes, dict: dict}.withValid(valid)
}

// Dictionary returns a column of text from codes, indices into dict. The
// strings of dict must be distinct; this is not checked. The column owns all
// three slices, and sets the codes of null rows to 0. A code outside dict in a
// row that is not null is an error, which [New] and [Frame.WithColumn] return.
// O(n).
func Dictionary(name string, codes []uint32, dict []string, valid Bitmap) Column {
	c := Column{name: name, typ: Text, codes: codes, dict: dict}.withValid(valid)
	if c.err != nil {
		return c
	}
	for i, code := range codes {
		if int(code) < len(dict) {
			continue
		}
		if c.valid.has(i) {
			c.err = fmt.Errorf("frame: column %q: row %d: code %d in a dictionary of %d", name, i, code, len(dict))
			return c
		}
		codes[i] = 0
	}
	return c
}
