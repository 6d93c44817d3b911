package servers

import (
	"fmt"
	"slices"

	"github.com/sav-analytics/sav/source"
)

// A kind is what matters of a column's type.
type kind uint8

const (
	other   kind = iota
	integer      // of any width, signed or not
	decimal      // exact, of any scale
	text
	uuid
	boolean
	bits
	naive   // a date, or a date and time without offset
	instant // a date and time that stands for one instant; both servers give it in UTC
)

// A column is one that a table or a query has.
type column struct {
	name string
	typ  string // its type's name in the database
	kind kind
}

// fits lists the kinds that can hold a field. A binary float is none of an
// id: not every integer has one, and not every server prints all its digits.
func fits(f source.Field) []kind {
	switch f {
	case source.CreatedAt:
		return []kind{naive, instant, text, integer, decimal}
	case source.IsPublic, source.IsPrivate, source.IsAutomatic, source.NeedsReply:
		return []kind{boolean, integer, bits, text}
	case source.Country, source.SenderRole:
		return []kind{text, integer}
	}
	return []kind{integer, decimal, text, uuid}
}

// checkTypes tells the first field whose column's type cannot be read.
func checkTypes(columns []column, h *source.Header) error {
	for f, i := range h.Index {
		field := source.Field(f)
		if i >= 0 && !slices.Contains(fits(field), columns[i].kind) {
			return fmt.Errorf("column %q is of type %s, which is not read as %s: convert it in a query",
				columns[i].name, columns[i].typ, field)
		}
	}
	return nil
}
