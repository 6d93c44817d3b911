package delivery

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
)

// A recordReader reads the records of a report.csv: RFC 4180, lines end with
// LF. It is not encoding/csv because that drops a carriage return before a line
// break inside quotes, and the API is to get the text itself.
type recordReader struct {
	r     *bufio.Reader
	line  int // lines read so far
	start int // the line on which the last record starts, from 1

	text  []byte // the cells' text, unquoted, one after the other
	ends  []int  // where each cell ends in text
	cells [][]byte
}

func newRecordReader(r io.Reader) *recordReader {
	return &recordReader{r: bufio.NewReaderSize(r, 1<<16)}
}

// next reads a record; its cells are valid until the following call. At the
// end of the input it returns io.EOF.
func (rr *recordReader) next() ([][]byte, error) {
	rr.text, rr.ends, rr.start = rr.text[:0], rr.ends[:0], rr.line+1
	quoted := false // inside a quoted cell
	for {
		line, err := rr.readLine()
		if err == io.EOF && len(line) == 0 {
			if quoted {
				return nil, rr.errorf("a quote is never closed")
			}
			return nil, io.EOF
		}
		if err != nil && err != io.EOF {
			return nil, err
		}
		if quoted, err = rr.scan(line, quoted); err != nil {
			return nil, err
		}
		if !quoted {
			return rr.split(), nil
		}
	}
}

// readLine reads one physical line with its line break.
func (rr *recordReader) readLine() ([]byte, error) {
	line, err := rr.r.ReadSlice('\n')
	if err == bufio.ErrBufferFull { // longer than the buffer: a copy is needed
		long := bytes.Clone(line)
		for err == bufio.ErrBufferFull {
			line, err = rr.r.ReadSlice('\n')
			long = append(long, line...)
		}
		line = long
	}
	if len(line) > 0 {
		rr.line++
	}
	return line, err
}

// scan takes the cells of one physical line, the first of which goes on from
// the line before if quoted. It reports whether a quoted cell is still open.
func (rr *recordReader) scan(line []byte, quoted bool) (open bool, err error) {
	for {
		if !quoted && len(line) > 0 && line[0] == '"' {
			quoted, line = true, line[1:]
		}
		for quoted {
			i := bytes.IndexByte(line, '"')
			if i < 0 {
				rr.text = append(rr.text, line...)
				return true, nil
			}
			rr.text = append(rr.text, line[:i]...)
			line = line[i+1:]
			if quoted = len(line) > 0 && line[0] == '"'; quoted { // a doubled quote is one
				rr.text, line = append(rr.text, '"'), line[1:]
				continue
			}
			if rest := bytes.TrimSuffix(line, []byte("\n")); len(rest) > 0 && rest[0] != ',' {
				return false, rr.errorf("text stands after a closing quote")
			}
		}
		i := bytes.IndexByte(line, ',')
		if i < 0 {
			rr.text = append(rr.text, bytes.TrimSuffix(line, []byte("\n"))...)
			rr.ends = append(rr.ends, len(rr.text))
			return false, nil
		}
		rr.text = append(rr.text, line[:i]...)
		rr.ends = append(rr.ends, len(rr.text))
		line = line[i+1:]
	}
}

func (rr *recordReader) split() [][]byte {
	rr.cells = rr.cells[:0]
	from := 0
	for _, to := range rr.ends {
		rr.cells = append(rr.cells, rr.text[from:to])
		from = to
	}
	return rr.cells
}

func (rr *recordReader) errorf(format string, args ...any) error {
	return fmt.Errorf("%w: line %d: %w", ErrReport, rr.start, fmt.Errorf(format, args...))
}
