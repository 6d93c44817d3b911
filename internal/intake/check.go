package intake

import (
	"fmt"

	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/source"
)

func badRules(format string, args ...any) error {
	return source.RulesError(fmt.Sprintf(format, args...))
}

// Check returns a [source.RulesError] if Rules.Set has a value that its field cannot have.
func Check(r *source.Rules) error {
	p := NewParser(nil, &source.Rules{Roles: r.Roles, Zone: r.Zone, TimeFormat: r.TimeFormat}, source.NewDict())
	for f := range source.NumFields {
		value, ok := r.Set[f]
		if !ok {
			continue
		}
		var m Message
		p.Set(&m, f, []byte(value))
		if m.Flags&(FlagCutID|FlagBadPublic|FlagBadAutomatic|FlagBadReply) != 0 || m.By == ByUnknown ||
			f == source.CreatedAt && m.CreatedAt <= source.BadTime || f.IsID() && m.ID(f) == ids.Absent {
			return badRules("%s cannot be %q", f, value)
		}
	}
	return nil
}
