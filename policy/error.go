package policy

import "fmt"

// An Error is a fault of a policy. Line and Column are from 1, or 0 if they are
// not known; Key is where it is, as calendars.paris.zone.
type Error struct {
	Path         string
	Line, Column int
	Key          string
	Err          error
}

func (e *Error) Error() string {
	where := e.Path
	if e.Line > 0 {
		where = fmt.Sprintf("%s:%d:%d", e.Path, e.Line, max(e.Column, 1))
	}
	if e.Key != "" {
		where += ": " + e.Key
	}
	return fmt.Sprintf("%s: %v", where, e.Err)
}

// Unwrap returns what is wrong.
func (e *Error) Unwrap() error { return e.Err }
