package source

import (
	"errors"
	"fmt"

	"github.com/sav-analytics/sav/internal/ids"
)

// Rules say how the columns of an input are found and its values are read. The zero
// value finds columns by their names and reads times without an offset as UTC.
type Rules struct {
	// Override names the column that holds a field.
	Override map[Field]string
	// Set gives a field that the input has no column for the same value in each row.
	Set map[Field]string
	// Roles adds words of sender_role, or gives known ones another meaning.
	Roles map[string]WrittenBy
	// Zone is that of times without an offset; nil is UTC.
	Zone *Zone
	// TimeFormat is tried on created_at before the forms that are always read; nil
	// is none.
	TimeFormat *TimeFormat
}

// ErrRules is the error of rules that no input, or not the one at hand, can be read by.
var ErrRules = errors.New("rules that cannot be")

// A rulesError is an [ErrRules] with a text of its own.
type rulesError string

func (e rulesError) Error() string { return string(e) }

func (e rulesError) Is(target error) bool { return target == ErrRules }

func badRules(format string, args ...any) error { return rulesError(fmt.Sprintf(format, args...)) }

// Check returns an [ErrRules] if a value that is set is none that its field can have.
func (r *Rules) Check() error {
	p := NewParser(nil, &Rules{Roles: r.Roles, Zone: r.Zone, TimeFormat: r.TimeFormat}, NewDict())
	for f := range NumFields {
		value, ok := r.Set[f]
		if !ok {
			continue
		}
		var m Message
		p.Set(&m, f, []byte(value))
		if m.Flags&(FlagCutID|FlagBadPublic|FlagBadAutomatic|FlagBadReply) != 0 || m.By == ByUnknown ||
			f == CreatedAt && m.CreatedAt <= BadTime || f.IsID() && m.ID(f) == ids.Absent {
			return badRules("%s cannot be %q", f, value)
		}
	}
	return nil
}
