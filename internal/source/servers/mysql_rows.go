package servers

import (
	"cmp"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
)

// mysqlRows decodes rows where they lie in the connection's buffer. All else, and rows that
// it cannot decode, it leaves to the driver.
type mysqlRows struct {
	conn      *mysqlConn
	statement driver.Stmt
	rows      driver.Rows
	columns   []mysqlColumn  // none: the driver decodes what follows
	values    []driver.Value // what the driver makes of a row: int64, []byte for anything else, nil
}

func (r *mysqlRows) next(b *block) error {
	if len(r.columns) > 0 && r.take(b) {
		return nil
	}
	err := r.rows.Next(r.values)
	if err == nil {
		r.put(b)
		return nil
	}
	r.columns = nil // there is no packet to wait for
	if err == io.EOF {
		return cmp.Or(r.close(), io.EOF)
	}
	r.conn.ended(err)
	return err
}

// take decodes the next packet, if it is a row, and reports whether it did.
func (r *mysqlRows) take(b *block) bool {
	row := r.conn.packets.row()
	if row == nil {
		return false
	}
	cells, bytes := len(b.cells), len(b.bytes)
	if !b.decode(r.columns, row) {
		b.cells, b.bytes = b.cells[:cells], b.bytes[:bytes]
		return false
	}
	r.conn.packets.take(row)
	return true
}

func (r *mysqlRows) close() error {
	err := r.rows.Close()
	r.conn.ended(err)
	return errors.Join(err, r.statement.Close())
}

// slow is true: through TLS, the driver takes as long as the parser.
func (r *mysqlRows) slow() bool { return true }

// put adds what the driver made of a row to a block.
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
