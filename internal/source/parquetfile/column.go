package parquetfile

import "github.com/sav-analytics/sav/source"

// window is how many rows are taken at a time at most: few enough that those of
// all columns stay in a core's cache.
const window = 1 << 10

// A column is read a few rows at a time.
type column interface {
	leaf() *leaf
	// open goes to the first row of a row group.
	open(f *file, group int) error
	// ahead is how many rows can be taken at once, at least one.
	ahead() (int, error)
	// take reads that many rows.
	take(n int)
	// appendText appends the text of row i of those that were taken last.
	appendText(dst []byte, i int) []byte
}

// typed is a column whose values become T.
type typed[T any] struct {
	*pager
	null    T
	convert func(dst []T, t *valueType, v *values, from int)
	// byRow says that what convert makes of a value is only good for the rows taken next.
	byRow bool

	out        []T // the rows taken
	dictionary []T
	row, value int // of the page: how many were taken
	// where the rows taken last begin in the page
	firstRow, firstValue int
}

// newTyped makes a reader of a field's column for a worker. Where the file has
// none each row is null.
func newTyped[T any](w *worker, field source.Field, convert func([]T, *valueType, *values, int), null T) *typed[T] {
	c := &typed[T]{null: null, convert: convert, out: make([]T, window)}
	for i := range c.out {
		c.out[i] = null
	}
	if w.file.header.Index[field] >= 0 {
		c.pager = newPager(w.file.leaves[field])
		w.columns = append(w.columns, c)
	}
	return c
}

func (c *typed[T]) leaf() *leaf { return &c.pager.leaf }

func (c *typed[T]) open(f *file, group int) error {
	c.row, c.value = 0, 0
	return c.pager.open(f, group)
}

func (c *typed[T]) ahead() (int, error) {
	if c.row == c.rows {
		if err := c.next(); err != nil {
			return 0, err
		}
		c.row, c.value = 0, 0
		if c.fresh {
			c.fresh = false
			if c.byRow {
				return c.rows, nil
			}
			c.dictionary = resize(c.dictionary, c.pager.dictionary.n)
			c.convert(c.dictionary, &c.pager.leaf.valueType, &c.pager.dictionary, 0)
		}
	}
	return c.rows - c.row, nil
}

func (c *typed[T]) take(n int) {
	c.firstRow, c.firstValue = c.row, c.value
	there := c.count(c.row, c.row+n)
	out := c.out[:there]
	if c.indexed {
		for i, x := range c.indexes[c.value:][:there] {
			if c.byRow {
				c.convert(out[i:i+1], &c.pager.leaf.valueType, &c.pager.dictionary, int(x))
			} else {
				out[i] = c.dictionary[x]
			}
		}
	} else if there > 0 {
		c.convert(out, &c.pager.leaf.valueType, &c.values, c.value)
	}
	c.row += n
	c.value += there
	if there == n {
		return
	}
	// From the end, so that a value is moved before its place is taken.
	out = c.out[:n]
	for i := n - 1; i >= 0; i-- {
		if c.present[c.firstRow+i] == 0 {
			out[i] = c.null
			continue
		}
		there--
		out[i] = out[there]
	}
}

func (c *typed[T]) appendText(dst []byte, i int) []byte {
	row := c.firstRow + i
	if c.present != nil && c.present[row] == 0 {
		return dst
	}
	at := c.firstValue + c.count(c.firstRow, row)
	if c.indexed {
		return c.pager.leaf.appendText(dst, &c.pager.dictionary, int(c.indexes[at]))
	}
	return c.pager.leaf.appendText(dst, &c.values, at)
}
