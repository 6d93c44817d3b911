package servers

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/go-sql-driver/mysql"
)

// share compares what EXPLAIN says of the two statements. That of the part is a guess
// only where an index is asked for the rows: else it is that of all rows.
func (c *mysqlConn) share(ctx context.Context, part, all string) (float64, error) {
	n, indexed, err := c.estimate(ctx, part)
	if err != nil || !indexed {
		return 0, err
	}
	of, _, err := c.estimate(ctx, all)
	if err != nil || of == 0 {
		return 0, err
	}
	return n / of, nil
}

// estimate returns the product of the rows that EXPLAIN expects of each table of a
// join, and whether a range of an index is among them. It is 0 where EXPLAIN is
// refused, as of a view whose definition the user may not see.
func (c *mysqlConn) estimate(ctx context.Context, statement string) (rows float64, indexed bool, err error) {
	r, err := c.start(ctx, "EXPLAIN "+statement)
	var refused *mysql.MySQLError
	if errors.As(err, &refused) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	names := r.rows.Columns()
	id, access, expected := slices.Index(names, "id"), slices.Index(names, "type"), slices.Index(names, "rows")
	if id < 0 || access < 0 || expected < 0 {
		return 0, false, r.close()
	}
	first := ""
	err = eachRow(r, func(v [][]byte) {
		n, err := strconv.ParseFloat(string(v[expected]), 64)
		if err != nil { // NULL where no table is read
			return
		}
		if rows == 0 {
			first, rows = string(v[id]), 1
		}
		if string(v[id]) == first { // others are of subqueries
			rows *= n
			indexed = indexed || string(v[access]) == "range"
		}
	})
	return rows, indexed, err
}
