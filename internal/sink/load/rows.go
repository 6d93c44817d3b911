package load

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/sav-analytics/sav/internal/cells"
	"github.com/sav-analytics/sav/internal/sink/rundir"
)

// A kind is the type of a column.
type kind uint8

const (
	text kind = iota
	count
	number
	instant
	hash256 // a SHA-256 in hex
)

// A column is one that a table needs.
type column struct {
	name string
	kind kind
}

// subjectColumns are the columns that say what a report is of.
var subjectColumns = []column{
	{"source", text}, {"window_from", instant}, {"window_to", instant}, {"as_of", instant}, {"report_sha256", hash256},
}

// pairsKinds are the kinds of the columns of a file of pairs; any other is text.
var pairsKinds = map[string]kind{
	"opened_at": instant, "responded_at": instant, "dt_s": number, "waited_s": number, "exch_nr": number,
	"turns": count, "work_waited_s": number, "target_s": number,
}

// pairsColumns returns the columns of a file of pairs with a header.
func pairsColumns(header []string) ([]column, error) {
	if len(header) == 0 || header[0] != "conversation_id" {
		return nil, errors.New("its header is not that of a file of pairs")
	}
	columns := make([]column, len(header))
	for i, name := range header {
		columns[i] = column{name, pairsKinds[name]}
	}
	return columns, nil
}

// missingOf returns the names of the columns that are not there, or "".
func missingOf(columns []column, there []string) string {
	var missing []string
	for _, c := range columns {
		if !slices.ContainsFunc(there, func(name string) bool { return strings.EqualFold(name, c.name) }) {
			missing = append(missing, c.name)
		}
	}
	return strings.Join(missing, ", ")
}

// rows are those of a file, with what it is of behind each. Their cells are text;
// an empty one is NULL.
type rows struct {
	columns []column
	subject subject
	tail    []string // the cells of subjectColumns
	all     io.Reader
	sum     hash.Hash // of what was read of the file
	in      *cells.Reader
	cells   [][]byte
	read    int64
	err     error // of the file
}

// newRows returns the rows of a file whose header columnsOf knows.
func newRows(file io.Reader, s subject, columnsOf func(header []string) ([]column, error)) (*rows, error) {
	r := &rows{subject: s, sum: sha256.New(),
		tail: []string{s.source, timeText(s.from), timeText(s.to), timeText(s.asOf), s.sha256}}
	r.all = io.TeeReader(file, r.sum)
	r.in = cells.NewReader(r.all)
	row, err := r.in.Read()
	if err == io.EOF {
		return nil, fmt.Errorf("%w: a file is empty, without a header", rundir.ErrResult)
	}
	if err != nil {
		return nil, asResult(err)
	}
	if r.columns, err = columnsOf(cells.Texts(row)); err != nil {
		return nil, fmt.Errorf("%w: %w", rundir.ErrResult, err)
	}
	r.columns = append(r.columns, subjectColumns...)
	return r, nil
}

// next returns the cells of the next row, valid until the one after, or nil at the
// end or after an error, which is then in r.err.
func (r *rows) next() [][]byte {
	row, err := r.in.Read()
	if err == io.EOF {
		return nil
	}
	inFile := len(r.columns) - len(subjectColumns)
	if err == nil && len(row) != inFile {
		err = fmt.Errorf("%w: line %d: %d cells instead of %d", rundir.ErrResult, r.in.Line(), len(row), inFile)
	}
	if err != nil {
		r.err = asResult(err)
		return nil
	}
	r.cells = r.cells[:0]
	for i, cell := range row {
		if r.columns[i].kind == text {
			cell = cells.Unprotect(cell)
		} else if k := r.columns[i].kind; (k == count || k == number) && len(cell) > 0 && !cells.IsNumber(cell) {
			r.err = fmt.Errorf("%w: line %d: %s is %q, not a number", rundir.ErrResult, r.in.Line(), r.columns[i].name,
				cell)
			return nil
		}
		r.cells = append(r.cells, cell)
	}
	for _, cell := range r.tail {
		r.cells = append(r.cells, []byte(cell))
	}
	r.read++
	return r.cells
}

// timeText returns a time as run.json has it.
func timeText(t time.Time) string { return string(rundir.TimeOf(t)) }

// isSource reports whether a column is that of the source, whose empty text is no
// NULL.
func (r *rows) isSource(i int) bool { return i == len(r.columns)-len(subjectColumns) }

func asResult(err error) error {
	if errors.Is(err, cells.ErrCSV) {
		return fmt.Errorf("%w: %w", rundir.ErrResult, err)
	}
	return err
}
