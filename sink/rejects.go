package sink

import (
	"fmt"
	"io"
	"strconv"

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
	r := &RejectWriter{w: w, line: []byte("input,line,reason,record\n")}
	return r, r.flush()
}

// Write adds a row. Of what is written only the input's name can be protected
// from spreadsheets: a record stays as it is.
func (r *RejectWriter) Write(row *source.Reject) error {
	r.line = appendCell(r.line[:0], []byte(row.Input))
	r.line = append(r.line, ',')
	r.line = strconv.AppendInt(r.line, row.Line, 10)
	r.line = append(r.line, ',')
	r.line = append(r.line, row.Reason.String()...)
	r.line = append(r.line, ',')
	r.line = append(appendCell(r.line, row.Record), '\n')
	return r.flush()
}

func (r *RejectWriter) flush() error {
	if _, err := r.w.Write(r.line); err != nil {
		return fmt.Errorf("write rejects: %w", err)
	}
	return nil
}
