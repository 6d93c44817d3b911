package rundir

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/sav-analytics/sav/internal/cells"
	"github.com/sav-analytics/sav/source"
)

// A RejectWriter writes rejects.csv: input,line,reason,record. The record is
// the row's raw text, byte for byte.
type RejectWriter struct {
	w    io.Writer
	line []byte
}

// NewRejectWriter writes the header and returns a writer for the rows.
func NewRejectWriter(w io.Writer) (*RejectWriter, error) {
	r := &RejectWriter{w: w, line: []byte(rejectsHeader)}
	return r, r.flush()
}

const rejectsHeader = "input,line,reason,record\n"

// copy adds the rows that another RejectWriter wrote, and returns how many they
// are.
func (r *RejectWriter) copy(from io.Reader, name string) (rows int64, err error) {
	header := make([]byte, len(rejectsHeader))
	if _, err := io.ReadFull(from, header); err != nil || string(header) != rejectsHeader {
		return 0, &source.InputError{Input: name, Line: 1,
			Err: fmt.Errorf("is no rejects.csv: it does not begin with %q", rejectsHeader)}
	}
	quoted, last := false, byte('\n')
	count := func(part []byte) {
		for _, c := range part {
			if c == '"' {
				quoted = !quoted
			} else if c == '\n' && !quoted {
				rows++
			}
			last = c
		}
	}
	buf := make([]byte, 1<<16)
	for {
		n, err := from.Read(buf)
		count(buf[:n])
		r.line = append(r.line[:0], buf[:n]...)
		if err := r.flush(); err != nil {
			return 0, err
		}
		switch {
		case err == io.EOF && (quoted || last != '\n'):
			return 0, &source.InputError{Input: name, Err: errors.New("its last row is cut off")}
		case err == io.EOF:
			return rows, nil
		case err != nil:
			return 0, fmt.Errorf("read %s: %w", name, err)
		}
	}
}

// Write adds a row. Nothing of it is protected from spreadsheets: the input's
// name and the record stay as they are.
func (r *RejectWriter) Write(row *source.Reject) error {
	r.line = cells.AppendCell(r.line[:0], []byte(row.Input))
	r.line = append(r.line, ',')
	r.line = strconv.AppendInt(r.line, row.Line, 10)
	r.line = append(r.line, ',')
	r.line = append(r.line, row.Reason.String()...)
	r.line = append(r.line, ',')
	r.line = append(cells.AppendCell(r.line, row.Record), '\n')
	return r.flush()
}

func (r *RejectWriter) flush() error {
	if _, err := r.w.Write(r.line); err != nil {
		return fmt.Errorf("write rejects: %w", err)
	}
	return nil
}
