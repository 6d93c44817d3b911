package database

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"

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

// add does what [source.Parser.Add] does, without making text of integers.
func (r *mysqlRows) add(p *source.Parser, b *source.Batch) source.Reason {
	r.numbers = r.numbers[:0]
	var value [source.NumFields]driver.Value
	for f, i := range p.Header.Index {
		if i >= 0 {
			value[f] = r.values[i]
		}
	}
	m := source.Message{
		Sender:       r.id(p, value[source.SenderUserID]),
		Client:       r.id(p, value[source.ClientUserID]),
		MerchantUser: r.id(p, value[source.MerchantUserID]),
		Merchant:     r.id(p, value[source.MerchantID]),
		Conversation: r.id(p, value[source.ConversationID]),
		MessageID:    r.id(p, value[source.MessageID]),
		Country:      p.Country(source.Clean(r.asText(value[source.Country]))),
		Visibility:   source.ParseVisibility(source.Clean(r.asText(value[source.IsPublic]))),
	}
	m.CreatedAt, m.AmbiguousLocal = source.ParseTime(source.Clean(r.asText(value[source.CreatedAt])), p.Zone)
	return b.Append(&m)
}

// largestInteger is the first integer that source.IntegerID does not take.
const largestInteger = 1_000_000_000_000_000_000

func (r *mysqlRows) id(p *source.Parser, v driver.Value) source.ID {
	switch v := v.(type) {
	case int64:
		if v >= 0 && v < largestInteger {
			return source.IntegerID(uint64(v))
		}
	case uint64:
		if v < largestInteger {
			return source.IntegerID(v)
		}
	}
	return p.Dict.ID(source.Clean(r.asText(v)))
}
