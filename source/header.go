package source

// A Header says which column of an input holds which field.
type Header struct {
	// Index is the column of each field, counted from 0; -1 where the input has none.
	Index [NumFields]int
	// Names are the columns' own names, without white space around them. An empty
	// last one, of a line that ends with a delimiter, is dropped.
	Names []string
	// Set is the value that each row has in fields that Rules.Set gives.
	Set map[Field]string
}

// Columns returns the fields that the input has, be it by a column or a value that
// is set.
func (h *Header) Columns() Columns {
	var c Columns
	for f := range NumFields {
		if _, set := h.Set[f]; set || h.Index[f] >= 0 {
			c |= ColumnsOf(f)
		}
	}
	return c
}

// Serves returns what serves a field: the name of a column, or "=" and the value
// that is set. ok is false where nothing does.
func (h *Header) Serves(f Field) (by string, ok bool) {
	if value, set := h.Set[f]; set {
		return "=" + value, true
	}
	if f >= NumFields {
		return "", false
	}
	if i := h.Index[f]; i >= 0 && i < len(h.Names) {
		return h.Names[i], true
	}
	return "", false
}
