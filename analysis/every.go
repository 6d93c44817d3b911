package analysis

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
	"github.com/sav-analytics/sav/internal/analysis/periods"
)

// Every says how long the periods are that a report tells apart.
type Every uint8

const (
	Never   Every = iota // no periods
	Daily                // 2026-05-28
	Weekly               // 2026-W22, of ISO 8601
	Monthly              // 2026-05
)

var everyNames = [...]string{Never: "", Daily: "day", Weekly: "week", Monthly: "month"}

// String returns day, week or month, nothing for Never, or Every(77) if there is no
// such period.
func (e Every) String() string {
	if !e.known() {
		return fmt.Sprintf("Every(%d)", uint8(e))
	}
	return everyNames[e]
}

func (e Every) known() bool { return int(e) < len(everyNames) }

// ParseEvery reads day, week or month; an empty name is Never.
func ParseEvery(name string) (Every, error) {
	at := slices.Index(everyNames[:], name)
	if at < 0 {
		return Never, fmt.Errorf("%q is not a period; expected one of %s", name, strings.Join(everyNames[Daily:], ", "))
	}
	return Every(at), nil
}

// calendar returns the periods of the options, or nil if none are told apart.
func (o *Options) calendar() *periods.Calendar {
	units := map[Every]periods.Unit{Daily: periods.Day, Weekly: periods.Week, Monthly: periods.Month}
	if o.Every == Never {
		return nil
	}
	return periods.New(units[o.Every], o.Zone)
}

// Whole returns the rows of a report that are of no period: each group as a whole.
func Whole(report *frame.Frame) (*frame.Frame, error) {
	if !slices.Contains(report.Names(), periodName) {
		return report, nil
	}
	return report.Filter(expr.Col(periodName).IsNull())
}
