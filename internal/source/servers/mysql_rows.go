package servers

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/source"
)

// mysqlRows reads what the driver makes of a row: int64 and uint64, []byte for
// anything else, nil.
type mysqlRows struct {
	conn      *mysqlConn
	statement driver.Stmt
	rows      driver.Rows
	values    []driver.Value
	text      [][]byte
	numbers   []byte // the text of integers
	message   intake.Message
}

func (r *mysqlRows) next() error {
	err := r.rows.Next(r.values)
	if err != nil {
		r.conn.ended(err)
	}
	return err
}

func (r *mysqlRows) close() error {
	err := r.rows.Close()
	r.conn.ended(err)
	return errors.Join(err, r.statement.Close())
}

func (r *mysqlRows) texts() [][]byte {
	r.text, r.numbers = r.text[:0], r.numbers[:0]
	for _, v := range r.values {
		r.text = append(r.text, r.asText(v))
	}
	return r.text
}

// asText returns a value as text. That of an integer is appended to r.numbers.
func (r *mysqlRows) asText(v driver.Value) []byte {
	from := len(r.numbers)
	switch v := v.(type) {
	case []byte:
		return v
	case int64:
		r.numbers = strconv.AppendInt(r.numbers, v, 10)
	case uint64:
		r.numbers = strconv.AppendUint(r.numbers, v, 10)
	case nil:
		return nil
	default: // a type that resolve lets through never comes so
		r.numbers = fmt.Append(r.numbers, v)
	}
	return r.numbers[from:]
}

// add does what [intake.Parser.Add] does, without making text of integers.
func (r *mysqlRows) add(p *intake.Parser, b *intake.Batch) source.Reason {
	r.numbers = r.numbers[:0]
	m := &r.message
	p.Start(m)
	for f, i := range p.Header().Index {
		if i >= 0 {
			r.set(p, m, source.Field(f), r.values[i])
		}
	}
	return b.Append(m)
}

// set gives m the value of a field.
func (r *mysqlRows) set(p *intake.Parser, m *intake.Message, f source.Field, v driver.Value) {
	if intake.IsID(f) {
		switch v := v.(type) {
		case int64:
			m.SetID(f, p.Dict().Int(v))
			return
		case uint64:
			m.SetID(f, p.Dict().Uint(v))
			return
		}
	}
	p.Set(m, f, r.asText(v))
}
