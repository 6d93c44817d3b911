package cells

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// A Reader reads the records of CSV that this program wrote: RFC 4180 whose lines end with
// LF, perhaps after a byte-order mark. It is not encoding/csv because that drops a
// carriage return before a line break inside quotes, and blank lines.
type Reader struct {
	in    *bufio.Reader
	line  int // lines read so far
	start int // the line on which the last record starts, from 1

	text  []byte // the cells' text, unquoted, one after the other
	ends  []int  // where each cell ends in text
	cells [][]byte
}

// ErrCSV is wrapped by errors of a Reader that are not of reading its input.
var ErrCSV = errors.New("not as this program writes CSV")

// NewReader returns a reader of r.
func NewReader(r io.Reader) *Reader {
	buffered := bufio.NewReaderSize(r, 1<<16)
	if first, _ := buffered.Peek(len(BOM)); string(first) == BOM {
		buffered.Discard(len(BOM))
	}
	return &Reader{in: buffered}
}

// Line returns the line on which the last record began, counted from 1.
func (r *Reader) Line() int { return r.start }

// Read returns the cells of the next record, valid until the following call. At
// the end of the input it returns io.EOF. [Unprotect] gives a cell's text.
func (r *Reader) Read() ([][]byte, error) {
	r.text, r.ends, r.start = r.text[:0], r.ends[:0], r.line+1
	quoted := false // inside a quoted cell
	for {
		line, err := r.readLine()
		if err == io.EOF && len(line) == 0 {
			if quoted {
				return nil, r.errorf("a quote is never closed")
			}
			return nil, io.EOF
		}
		if err != nil && err != io.EOF {
			return nil, err
		}
		if quoted, err = r.scan(line, quoted); err != nil {
			return nil, err
		}
		if !quoted {
			return r.split(), nil
		}
	}
}

// readLine reads one physical line with its line break.
func (r *Reader) readLine() ([]byte, error) {
	line, err := r.in.ReadSlice('\n')
	if err == bufio.ErrBufferFull { // longer than the buffer: a copy is needed
		long := bytes.Clone(line)
		for err == bufio.ErrBufferFull {
			line, err = r.in.ReadSlice('\n')
			long = append(long, line...)
		}
		line = long
	}
	if len(line) > 0 {
		r.line++
	}
	return line, err
}

// scan takes the cells of one physical line, the first of which goes on from
// the line before if quoted. It reports whether a quoted cell is still open.
func (r *Reader) scan(line []byte, quoted bool) (open bool, err error) {
	for {
		if !quoted && len(line) > 0 && line[0] == '"' {
			quoted, line = true, line[1:]
		}
		for quoted {
			i := bytes.IndexByte(line, '"')
			if i < 0 {
				r.text = append(r.text, line...)
				return true, nil
			}
			r.text = append(r.text, line[:i]...)
			line = line[i+1:]
			if quoted = len(line) > 0 && line[0] == '"'; quoted { // a doubled quote is one
				r.text, line = append(r.text, '"'), line[1:]
				continue
			}
			if rest := bytes.TrimSuffix(line, []byte("\n")); len(rest) > 0 && rest[0] != ',' {
				return false, r.errorf("text stands after a closing quote")
			}
		}
		i := bytes.IndexByte(line, ',')
		if i < 0 {
			r.text = append(r.text, bytes.TrimSuffix(line, []byte("\n"))...)
			r.ends = append(r.ends, len(r.text))
			return false, nil
		}
		r.text = append(r.text, line[:i]...)
		r.ends = append(r.ends, len(r.text))
		line = line[i+1:]
	}
}

func (r *Reader) split() [][]byte {
	r.cells = r.cells[:0]
	from := 0
	for _, to := range r.ends {
		r.cells = append(r.cells, r.text[from:to])
		from = to
	}
	return r.cells
}

func (r *Reader) errorf(format string, args ...any) error {
	return fmt.Errorf("%w: line %d: %w", ErrCSV, r.start, fmt.Errorf(format, args...))
}

// Texts returns the cells of a row as texts, which stay when the next row is read.
func Texts(row [][]byte) []string {
	texts := make([]string, len(row))
	for i, cell := range row {
		texts[i] = string(cell)
	}
	return texts
}
