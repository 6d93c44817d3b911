package servers

import (
	"cmp"
	"context"
	"fmt"
)

// An Error is what a database failed at, or the way to it: a server that is not
// there, a connection that was lost, a query that was refused or cancelled, a
// column of a type that cannot be read.
type Error struct {
	Where string // the database without password, and the table or query where one is meant
	Doing string // what failed: "connect", "read after row 4000"
	Err   error
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %s: %v", e.Where, e.Doing, e.Err) }

func (e *Error) Unwrap() error { return e.Err }

// failed makes an Error of err, or of what ended ctx, since drivers then report
// no more than that something ended.
func failed(ctx context.Context, where, doing string, err error) error {
	return &Error{where, doing, cmp.Or(context.Cause(ctx), err)}
}
