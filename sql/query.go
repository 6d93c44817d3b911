package sql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/sav-analytics/sav/analysis/sales"
	"github.com/sav-analytics/sav/frame"
)

// A column is one of an answer.
type column struct {
	name string
	kind kind
}

type kind uint8

const (
	integer kind = iota // Int64
	text                // Text
	money               // Int64, hundredths
	number              // Float64
)

// ErrNoQuestion says that there is no question of that name.
var ErrNoQuestion = errors.New("no such question")

// Query asks the question of that name on a connection to MySQL or MariaDB whose
// database has the tables of [Schema], and returns the answer as package sales
// does: money as Int64 in hundredths.
//
// Today, if it is not zero, takes the place of the server's current date; of its
// time the date alone counts. The session's @today is set, and NULL afterwards.
func Query(ctx context.Context, conn *sql.Conn, name string, today time.Time) (*frame.Frame, error) {
	for _, q := range questions {
		if q.name == name {
			f, err := query(ctx, conn, read(name+".sql"), q.columns, today)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			return f, nil
		}
	}
	return nil, fmt.Errorf("%w: %q", ErrNoQuestion, name)
}

func query(ctx context.Context, conn *sql.Conn, statement string, columns []column, today time.Time) (_ *frame.Frame, err error) {
	if !today.IsZero() {
		// The date has digits and dashes alone: nothing in it could be obeyed.
		if _, err := conn.ExecContext(ctx, "SET @today = '"+today.Format(time.DateOnly)+"'"); err != nil {
			return nil, err
		}
		defer func() {
			// After an error the connection may be gone, and @today with it.
			if _, unset := conn.ExecContext(context.WithoutCancel(ctx), "SET @today = NULL"); err == nil {
				err = unset
			}
		}()
	}
	rows, err := conn.QueryContext(ctx, statement)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	if !slices.EqualFunc(names, columns, func(n string, c column) bool { return n == c.name }) {
		return nil, fmt.Errorf("the answer has the columns %q", names)
	}
	return scan(rows, columns)
}

// scan reads the rows into a frame.
func scan(rows *sql.Rows, columns []column) (*frame.Frame, error) {
	cells := make([]string, len(columns))
	into := make([]any, len(columns))
	for i := range cells {
		into[i] = &cells[i]
	}
	ints := make([][]int64, len(columns))
	floats := make([][]float64, len(columns))
	texts := make([][]string, len(columns))
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		for i, c := range columns {
			var err error
			switch c.kind {
			case integer:
				err = parse(&ints[i], cells[i], parseInt)
			case money:
				err = parse(&ints[i], cells[i], sales.ParsePrice)
			case number:
				err = parse(&floats[i], cells[i], parseFloat)
			case text:
				texts[i] = append(texts[i], cells[i])
			}
			if err != nil {
				return nil, fmt.Errorf("column %s: %w", c.name, err)
			}
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	made := make([]frame.Column, len(columns))
	for i, c := range columns {
		switch c.kind {
		case number:
			made[i] = frame.Float64s(c.name, floats[i], nil)
		case text:
			made[i] = frame.Texts(c.name, texts[i], nil)
		default:
			made[i] = frame.Int64s(c.name, ints[i], nil)
		}
	}
	return frame.New(made...)
}

func parse[T any](values *[]T, cell string, of func(string) (T, error)) error {
	v, err := of(cell)
	*values = append(*values, v)
	return err
}

func parseInt(s string) (int64, error)     { return strconv.ParseInt(s, 10, 64) }
func parseFloat(s string) (float64, error) { return strconv.ParseFloat(s, 64) }
