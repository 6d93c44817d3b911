package analysis

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
	"github.com/sav-analytics/sav/internal/analysis/engine"
	"github.com/sav-analytics/sav/internal/analysis/pair"
	"github.com/sav-analytics/sav/internal/analysis/periods"
	"github.com/sav-analytics/sav/internal/analysis/schema"
	"github.com/sav-analytics/sav/internal/analysis/waits"
	"github.com/sav-analytics/sav/source"
)

// Periods is what one reading of the messages found for each period of a window. Each
// has a result of its own, the same as Run makes of the period's window.
type Periods struct {
	// Whole counts what the whole window holds; it has no report.
	Whole *Result
	// Windows are the periods that began before Whole.AsOf, in ascending order.
	Windows []Window

	opts Options
	sets []*waits.Set
}

// A Window is a period's: conversations opened in [From, To) count. The first and the
// last may be cut by the window of the run.
type Window struct {
	Name     string // 2026-05-28, 2026-W22 or 2026-05
	From, To time.Time
}

// RunPeriods reads all messages of src once, for a result of each period of the window.
// opts.Every, From and To must be given.
func RunPeriods(ctx context.Context, src source.Source, opts Options) (*Periods, error) {
	if opts.Every == Never || opts.From.IsZero() || opts.To.IsZero() {
		return nil, errors.New("analysis: periods need Every, From and To")
	}
	set, err := collect(ctx, src, opts, engine.Keep{})
	if err != nil {
		return nil, err
	}
	defer set.Close()
	whole := resultOf(set)
	p := &Periods{Whole: whole, opts: opts}
	calendar, rules := opts.calendar(), set.Rules
	var list []periods.Period
	var windows []pair.Rules
	for period := calendar.Of(rules.From); ; period = calendar.Next(period) {
		from, to := max(calendar.Start(period), rules.From), min(calendar.Start(calendar.Next(period)), rules.To)
		if from >= rules.To || from >= rules.AsOf {
			break
		}
		list = append(list, period)
		windows = append(windows, pair.Rules{AsOf: rules.AsOf, From: from, To: to})
		window := Window{calendar.Name(period), time.UnixMicro(from).UTC(), time.UnixMicro(to).UTC()}
		p.Windows = append(p.Windows, window)
	}
	p.sets = set.Split(list, windows)
	return p, nil
}

// Result returns the result of a period, Windows[i]. It can be asked for once.
func (p *Periods) Result(ctx context.Context, i int) (*Result, error) {
	set := p.sets[i]
	if set == nil {
		return nil, errors.New("analysis: the result of a period was asked for twice")
	}
	p.sets[i] = nil
	opts := p.opts
	opts.Every, opts.From, opts.To = Never, p.Windows[i].From, p.Windows[i].To
	return summarize(ctx, set, opts)
}

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

// calendar returns the periods of the options, or nil if none are distinguished.
func (o *Options) calendar() *periods.Calendar {
	units := map[Every]periods.Unit{Daily: periods.Day, Weekly: periods.Week, Monthly: periods.Month}
	if o.Every == Never {
		return nil
	}
	return periods.New(units[o.Every], o.Zone)
}

// Whole returns the rows of a report that are of no period: each group as a whole.
func Whole(report *frame.Frame) (*frame.Frame, error) {
	if !slices.Contains(report.Names(), schema.Period) {
		return report, nil
	}
	return report.Filter(expr.Col(schema.Period).IsNull())
}
