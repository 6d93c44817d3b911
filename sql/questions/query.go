package questions

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
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
	id      kind = iota // Int64 where the database has integers that fit, else Text
	integer             // Int64
	text                // Text
	money               // Int64, hundredths
	number              // Float64
)

// Ask asks the question on a connection to MySQL or MariaDB whose database has the
// tables of [Schema], and returns the answer as package sales does: money as Int64
// in hundredths. Ids are Int64, or Text where the database has text, or an integer
// beyond Int64. A key that is NULL in the database is null.
//
// Today, if it is not zero, takes the place of the server's current date in UTC; of
// its time the date alone counts. The session's @today and time zone are set, and
// are NULL and what it was afterwards.
func (q Question) Ask(ctx context.Context, conn *sql.Conn, today time.Time) (*frame.Frame, error) {
	if q.Text == "" || conn == nil {
		return nil, fmt.Errorf("question %q: no question, or no connection", q.Name)
	}
	answer, err := q.ask(ctx, conn, today)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", q.Name, err)
	}
	return answer, nil
}

func (q Question) ask(ctx context.Context, conn *sql.Conn, today time.Time) (_ *frame.Frame, err error) {
	var zone string
	if err := conn.QueryRowContext(ctx, "SELECT @@SESSION.time_zone").Scan(&zone); err != nil {
		return nil, err
	}
	if strings.ContainsAny(zone, `'\`) {
		return nil, fmt.Errorf("the session's time zone is %q", zone)
	}
	// A date has digits and dashes alone: nothing in it could be obeyed.
	set := "SET time_zone = '+00:00', @today = NULL"
	if !today.IsZero() {
		set = "SET time_zone = '+00:00', @today = '" + today.Format(time.DateOnly) + "'"
	}
	if _, err := conn.ExecContext(ctx, set); err != nil {
		return nil, err
	}
	defer func() {
		// After an error the connection may be gone, and the session with it.
		reset := "SET time_zone = '" + zone + "', @today = NULL"
		if _, failed := conn.ExecContext(context.WithoutCancel(ctx), reset); err == nil {
			err = failed
		}
	}()
	rows, err := conn.QueryContext(ctx, q.Text)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	if !slices.EqualFunc(names, q.columns, func(n string, c column) bool { return n == c.name }) {
		return nil, fmt.Errorf("the answer has the columns %q", names)
	}
	return scan(rows, q.columns)
}

func scan(rows *sql.Rows, columns []column) (*frame.Frame, error) {
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	cells := make([]sql.NullString, len(columns))
	into := make([]any, len(columns))
	for i := range cells {
		into[i] = &cells[i]
	}
	texts := make([][]string, len(columns))
	known := make([][]bool, len(columns)) // not NULL
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		for i, cell := range cells {
			texts[i] = append(texts[i], cell.String)
			known[i] = append(known[i], cell.Valid)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	made := make([]frame.Column, len(columns))
	for i, c := range columns {
		var valid frame.Bitmap // all
		if slices.Contains(known[i], false) {
			valid = frame.Valid(known[i]...)
		}
		integers := strings.Contains(types[i].DatabaseTypeName(), "INT")
		if made[i], err = c.read(texts[i], known[i], valid, integers); err != nil {
			return nil, fmt.Errorf("column %s: %w", c.name, err)
		}
	}
	return frame.New(made...)
}

// read makes a column of the texts that are known. Integers says that the database
// has integers in it.
func (c column) read(texts []string, known []bool, valid frame.Bitmap, integers bool) (frame.Column, error) {
	switch c.kind {
	case id:
		ints, err := parse(texts, known, parseInt)
		if !integers || errors.Is(err, strconv.ErrRange) {
			return frame.Texts(c.name, texts, valid), nil
		}
		return frame.Int64s(c.name, ints, valid), err
	case integer:
		ints, err := parse(texts, known, parseInt)
		return frame.Int64s(c.name, ints, valid), err
	case money:
		ints, err := parse(texts, known, sales.ParsePrice)
		return frame.Int64s(c.name, ints, valid), err
	case number:
		floats, err := parse(texts, known, parseFloat)
		return frame.Float64s(c.name, floats, valid), err
	}
	return frame.Texts(c.name, texts, valid), nil
}

// parse reads the texts that are known; it ends at the first that cannot be read.
func parse[T any](texts []string, known []bool, one func(string) (T, error)) ([]T, error) {
	values := make([]T, len(texts))
	for i, text := range texts {
		if !known[i] {
			continue
		}
		var err error
		if values[i], err = one(text); err != nil {
			return values, err
		}
	}
	return values, nil
}

func parseInt(s string) (int64, error)     { return strconv.ParseInt(s, 10, 64) }
func parseFloat(s string) (float64, error) { return strconv.ParseFloat(s, 64) }
