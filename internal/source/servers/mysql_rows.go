package servers

import (
	"cmp"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
)

// mysqlRows reads what the driver makes of a row: int64, []byte for anything else,
// nil.
type mysqlRows struct {
	conn      *mysqlConn
	statement driver.Stmt
	rows      driver.Rows
	values    []driver.Value
}

func (r *mysqlRows) next() error {
	err := r.rows.Next(r.values)
	if err == io.EOF {
		return cmp.Or(r.close(), io.EOF)
	}
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

// slow is true: the driver makes a Go value of each value.
func (r *mysqlRows) slow() bool { return true }

func (r *mysqlRows) put(b *block) {
	for _, v := range r.values {
		switch v := v.(type) {
		case []byte:
			b.addText(v)
		case int64:
			b.addInteger(v)
		case nil:
			b.addNull()
		default: // a type that is not in a prepared statement's rows, or not let through
			b.addText(fmt.Append(nil, v))
		}
	}
}
