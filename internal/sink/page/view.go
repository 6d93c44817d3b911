package page

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/analysis/detail"
	"github.com/sav-analytics/sav/internal/sink/rundir"
)

// A view is what the templates show. A part that there is nothing for is nil.
type view struct {
	Lang    string
	Run     *rundir.Run
	Period  string // the window, in words
	AsOf    string
	Zone    string
	Within  string // the first time within which the report counts answers
	Message string // in place of pictures

	Short         *short
	Provisional   *provisional
	Gist          *gist
	Now           *now
	Change        *change
	Standings     *standings
	Targets       *targets
	Countries     *countries
	Trend         *trend
	Week          *week
	Curve         *curve
	Distribution  *distribution
	Worked        *distribution // of working times
	Funnel        *funnel
	Pairs         *pairs
	Ledgers       []ledger
	Merchants     *merchants
	MissingLevels bool // some parts are of levels that the report does not have
}

// A short is the headline: what is known of all.
type short struct {
	Row
	Interval        string // of the share, by merchants; empty if there is none
	TypicalInterval string
	Known           bool // the share is known
	Provisional     bool
	Watched         string // for how long anybody was watched, if not for long enough
}

// A provisional says what is not known yet.
type provisional struct {
	Pending, Conversations int64
	Share                  float64
	Until                  string
	NothingDue             bool
}

// HasWorked reports whether half were answered within some working time.
func (s *short) HasWorked() bool { return s.Worked == s.Worked }

func newView(w *words, r *rundir.Result) (*view, error) {
	v := &view{Lang: w.tag, Run: r.Run, Zone: r.Detail.Zone}
	at := zone(v.Zone)
	v.Period, v.AsOf = w.period(r.Run.Window, at), w.instant(string(r.Run.AsOf), at)
	v.Ledgers = ledgers(w, r.Run, v.AsOf)
	if r.Run.Conversations == 0 {
		v.Message = w.t("No conversation was opened in the window.")
		return v, nil
	}
	within, err := firstWithin(r.Report)
	if err != nil {
		return nil, err
	}
	v.Within = w.human(within.Duration().Seconds())
	levels := make(map[analysis.Level][]Row)
	for _, level := range []analysis.Level{analysis.All, analysis.ByCountry, analysis.ByMerchant,
		analysis.ByCountryMerchant} {
		if levels[level], err = rows(r.Report, level, within); err != nil {
			return nil, err
		}
		v.MissingLevels = v.MissingLevels || len(levels[level]) == 0
	}
	d := r.Detail
	groups, err := newGroups(d)
	if err != nil {
		return nil, err
	}
	if all := levels[analysis.All]; len(all) == 1 {
		v.Short = newShort(w, &all[0], d)
	}
	v.Provisional = newProvisional(w, r, within.Duration(), at)
	v.Now = newNow(w, d, levels[analysis.ByMerchant], groups, r.Run, at)
	v.Change = newChange(w, d)
	v.Standings = newStandings(w, groups)
	v.Targets = newTargets(w, r, levels[analysis.All], levels[analysis.ByCountry], levels[analysis.ByMerchant],
		levels[analysis.ByCountryMerchant])
	v.Countries = newCountries(w, levels[analysis.ByCountry], d)
	v.Pairs = newPairs(levels[analysis.ByCountryMerchant])
	axis := newTimeAxis(longest(d))
	v.Distribution = newDistribution(w, d.Histogram, axis)
	if d.Worked != nil {
		v.Worked = newDistribution(w, *d.Worked, axis)
	}
	v.Curve = newCurve(w, d, axis, r.Run.Conversations-r.Run.Answered)
	v.Trend = newTrend(w, d, v.Within)
	v.Week = newWeek(w, d, v.Within)
	if v.Funnel, err = newFunnel(w, groups); err != nil {
		return nil, err
	}
	v.Gist = newGist(w, v, groups)
	v.Merchants = newMerchants(levels[analysis.ByMerchant], levels[analysis.ByCountryMerchant], groups, d)
	return v, nil
}

func newShort(w *words, all *Row, d *detail.Detail) *short {
	s := &short{Row: *all, Known: all.Share == all.Share, Provisional: d.Pending > 0}
	if low, high := d.All.Share().Interval(all.Share); low == low {
		s.Interval = w.shareSpan(low, high)
	}
	if low, high := value(d.All.KMP50Low), value(d.All.KMP50High); low == low && high == high {
		s.TypicalInterval = w.span(low, high)
	}
	if !s.Known {
		s.Watched = w.human(value(d.Longest))
	}
	return s
}

// newProvisional says what is not known yet; nil if all is.
func newProvisional(w *words, r *rundir.Result, within time.Duration, zone *time.Location) *provisional {
	asOf, err := time.Parse(time.RFC3339, string(r.Run.AsOf))
	if r.Detail.Pending == 0 || err != nil {
		return nil
	}
	return &provisional{r.Detail.Pending, r.Run.Conversations, share(r.Detail.Pending, r.Run.Conversations),
		w.moment(asOf.Add(within), zone), r.Detail.All.Due.Due == 0}
}

// Unanswered returns the number of conversations without an answer.
func (v *view) Unanswered() int64 { return v.Run.Conversations - v.Run.Answered }

// UnansweredShare returns their share.
func (v *view) UnansweredShare() float64 { return share(v.Unanswered(), v.Run.Conversations) }

// Inputs lists what was read.
func (v *view) Inputs() string {
	isolated := make([]string, len(v.Run.Inputs))
	for i, input := range v.Run.Inputs {
		isolated[i] = "\u2068" + input + "\u2069"
	}
	return strings.Join(isolated, ", ")
}

// Windowed reports whether only some conversations were asked for.
func (v *view) Windowed() bool { return v.Run.Window.From != "" || v.Run.Window.To != "" }

// longest returns the longest time that a picture shows.
func longest(d *detail.Detail) float64 {
	if n := len(d.Histogram.Edges); n > 0 {
		return d.Histogram.Edges[n-1]
	}
	return 0
}

// A ledger reconciles what was read with what the page is about.
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

// ledgers go from rows to messages, and from conversations to answers, as known at a
// time, in words.
func ledgers(w *words, run *rundir.Run, asOf string) []ledger {
	asOf = cmp.Or(asOf, w.t("the as-of"))
	rows := []line{{N: run.RowsRead, What: w.t("rows read"), Total: true},
		{N: rejected(run), What: w.t("rejected, could not be used"), Sign: "−"}}
	for _, reason := range slices.Sorted(maps.Keys(run.Rejected)) {
		rows = append(rows, line{N: run.Rejected[reason], What: w.t("of these %s", reason), Sign: " "})
	}
	rows = append(rows, line{N: run.Private, What: w.t("internal notes"), Sign: "−"})
	if run.Automatic > 0 {
		what := w.t("written by machines: auto-replies, campaigns")
		rows = append(rows, line{N: run.Automatic, What: what, Sign: "−"})
	}
	if run.NoReplyNeeded > 0 {
		rows = append(rows, line{N: run.NoReplyNeeded, What: w.t("clients’ messages that want no answer"), Sign: "−"})
	}
	rows = append(rows, line{N: run.OtherSender, What: w.t("by others: staff, bots, the system"), Sign: "−"},
		line{N: run.Duplicates, What: w.t("duplicates"), Sign: "−"},
		line{N: run.AfterAsOf, What: w.t("sent after %s", asOf), Sign: "−"},
		line{N: messages(run), What: w.t("messages of clients and merchants"), Total: true})
	return []ledger{{w.t("Rows"), rows}, {w.t("Conversations"), []line{
		{N: run.Conversations + run.MerchantOnly + run.OutsideWindow, What: w.t("conversations"), Total: true},
		{N: run.MerchantOnly, What: w.t("in which no client wrote"), Sign: "−"},
		{N: run.OutsideWindow, What: w.t("opened outside of the window"), Sign: "−"},
		{N: run.Conversations, What: w.t("opened in the window"), Total: true},
		{N: run.Answered, What: w.t("answered by %s", asOf), Sign: " "},
		{N: run.Conversations - run.Answered, What: w.t("not answered by then"), Sign: " "},
	}}}
}

// messages returns how many rows are messages of conversations.
func messages(run *rundir.Run) int64 {
	return run.RowsRead - rejected(run) - run.Private - run.Automatic - run.OtherSender - run.NoReplyNeeded -
		run.Duplicates - run.AfterAsOf
}

func rejected(run *rundir.Run) (n int64) {
	for _, of := range run.Rejected {
		n += of
	}
	return n
}

// Messages returns the number of rows that are messages of conversations.
func (v *view) Messages() int64 { return messages(v.Run) }

// Everything returns the number of all conversations, in the window or not.
func (v *view) Everything() int64 {
	return v.Run.Conversations + v.Run.MerchantOnly + v.Run.OutsideWindow
}
