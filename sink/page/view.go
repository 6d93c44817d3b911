package page

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/analysis/detail"
	"github.com/sav-analytics/sav/sink"
)

// A view is what the templates show. A part that there is nothing for is nil.
type view struct {
	Run     *sink.Run
	Period  string // the window, in words
	AsOf    string
	Zone    string
	Within  string // the first time within which the report counts answers
	Message string // in place of pictures

	All           *row   // the report's row of everything
	Watched       string // for how long conversations were watched, if less than a day
	Ledgers       []ledger
	Countries     *countries
	Distribution  *distribution
	Curve         *curve
	Trend         *trend
	Week          *week
	Funnel        *funnel
	Ranking       *ranking
	Merchants     *merchants
	MissingLevels bool // some pictures are of levels that the report does not have
}

// A ledger reconciles what was read with what the pictures are of.
type ledger struct {
	Title string
	Lines []line
}

// A line is a number of a ledger.
type line struct {
	N     int64
	What  string
	Sign  string // "−" where it is taken away
	Total bool
}

// Shown is the number as the ledger has it.
func (l line) Shown() string {
	if l.N == 0 {
		return thousands(l.N)
	}
	return l.Sign + thousands(l.N)
}

// newView makes the view of a result.
func newView(r *sink.Result) (*view, error) {
	v := &view{Run: r.Run, Zone: r.Detail.Zone}
	at := zone(v.Zone)
	v.Period, v.AsOf = period(r.Run.Window, at), instant(string(r.Run.AsOf), at)
	v.Ledgers = ledgers(r.Run, v.AsOf)
	if r.Run.Conversations == 0 {
		v.Message = "No conversation was opened in the window."
		return v, nil
	}
	within, err := firstWithin(r.Report)
	if err != nil {
		return nil, err
	}
	v.Within = human(within.Duration().Seconds())
	all, err := rows(r.Report, analysis.All, within)
	if err != nil {
		return nil, err
	}
	if len(all) == 1 {
		v.All = &all[0]
	}
	byCountry, err := rows(r.Report, analysis.ByCountry, within)
	if err != nil {
		return nil, err
	}
	byMerchant, err := rows(r.Report, analysis.ByMerchant, within)
	if err != nil {
		return nil, err
	}
	v.MissingLevels = len(all) == 0 || len(byCountry) == 0 || len(byMerchant) == 0
	d := r.Detail
	v.Watched = watched(d)
	axis := newTimeAxis(longest(d))
	v.Countries = newCountries(byCountry, d, axis, v.Within)
	v.Distribution = newDistribution(v.All, d, axis)
	v.Curve = newCurve(d, axis, v.Unanswered())
	v.Trend = newTrend(d)
	v.Week = newWeek(d)
	if v.Funnel, v.Ranking, err = compare(d); err != nil {
		return nil, err
	}
	v.Merchants = newMerchants(byMerchant)
	return v, nil
}

// Unanswered are the conversations without an answer.
func (v *view) Unanswered() int64 { return v.Run.Conversations - v.Run.Answered }

// watched says for how long conversations were watched, answered or not, if that
// is less than a day.
func watched(d *detail.Detail) string {
	if longest := value(d.Longest); longest < day {
		return human(longest)
	}
	return ""
}

// Windowed is whether only some conversations were asked for.
func (v *view) Windowed() bool { return v.Run.Window.From != "" || v.Run.Window.To != "" }

// UnansweredShare is their share.
func (v *view) UnansweredShare() float64 { return share(v.Unanswered(), v.Run.Conversations) }

// longest is the longest time that a picture shows.
func longest(d *detail.Detail) float64 {
	if n := len(d.Histogram.Edges); n > 0 {
		return d.Histogram.Edges[n-1]
	}
	return 0
}

// ledgers go from rows to messages, and from conversations to answers, as known
// at a time, in words.
func ledgers(run *sink.Run, asOf string) []ledger {
	asOf = cmp.Or(asOf, "the as-of")
	rejected := rejected(run)
	rows := []line{{N: run.RowsRead, What: "rows read", Total: true}, {N: rejected, What: "rejected, could not be used", Sign: "−"}}
	for _, reason := range slices.Sorted(maps.Keys(run.Rejected)) {
		rows = append(rows, line{N: run.Rejected[reason], What: "of these " + reason, Sign: " "})
	}
	rows = append(rows, line{N: run.Private, What: "internal notes", Sign: "−"})
	if run.Automatic > 0 {
		rows = append(rows, line{N: run.Automatic, What: "written by machines: auto-replies, campaigns", Sign: "−"})
	}
	if run.NoReplyNeeded > 0 {
		rows = append(rows, line{N: run.NoReplyNeeded, What: "clients' messages that want no answer", Sign: "−"})
	}
	rows = append(rows,
		line{N: run.OtherSender, What: "by others: staff, bots, the system", Sign: "−"},
		line{N: run.Duplicates, What: "duplicates", Sign: "−"},
		line{N: run.AfterAsOf, What: "sent after " + asOf, Sign: "−"},
		line{N: messages(run), What: "messages of clients and merchants", Total: true})
	return []ledger{{"Rows", rows}, {"Conversations", []line{
		{N: run.Conversations + run.MerchantOnly + run.OutsideWindow, What: "conversations", Total: true},
		{N: run.MerchantOnly, What: "in which no client wrote", Sign: "−"},
		{N: run.OutsideWindow, What: "opened outside of the window", Sign: "−"},
		{N: run.Conversations, What: "opened in the window", Total: true},
		{N: run.Answered, What: "answered by " + asOf, Sign: " "},
		{N: run.Conversations - run.Answered, What: "not answered by then", Sign: " "},
	}}}
}

// messages is how many rows are messages of conversations.
func messages(run *sink.Run) int64 {
	return run.RowsRead - rejected(run) - run.Private - run.Automatic - run.OtherSender - run.NoReplyNeeded - run.Duplicates - run.AfterAsOf
}

func rejected(run *sink.Run) (n int64) {
	for _, of := range run.Rejected {
		n += of
	}
	return n
}

// Messages are the rows that are messages of conversations.
func (v *view) Messages() int64 { return messages(v.Run) }

// Everything is all conversations, in the window or not.
func (v *view) Everything() int64 {
	return v.Run.Conversations + v.Run.MerchantOnly + v.Run.OutsideWindow
}

// counted writes a number of things.
func counted(n int64, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprint(thousands(n), nb, thing)
}

// nice is v, or other if v is NaN.
func nice(v, other float64) float64 {
	if math.IsNaN(v) {
		return other
	}
	return v
}
