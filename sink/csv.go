package sink

import (
	"io"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/sink/rundir"
)

// CSV writes a frame in the form of report.csv: a header, then a line for each
// row, ended by LF. A cell is quoted only where a comma, a quote or a line break
// requires it. Nulls are empty, numbers are rounded to 6 decimals, times as
// RFC 3339 in UTC, with a fraction only if there is one. A text that a
// spreadsheet would run as a formula is protected by an apostrophe, and so is
// a column's name. A number that is NaN or infinite is an error that names its
// column and row: such a value has no text, and an empty cell is for null.
func CSV(w io.Writer, f *frame.Frame) error { return rundir.CSV(w, f) }
