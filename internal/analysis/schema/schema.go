// Package schema is the one table of the report's columns: what they are called, what they mean
// and where their cells come from. CSV, JSON, the API's description and the docs are made from it.
package schema

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/summary"
	"github.com/sav-analytics/sav/internal/micros"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/stats"
)

// A Kind is the type of a report column: how a cell is held in a frame, and
// whether JSON writes it as a string or as a number.
type Kind uint8

const (
	// Text is a name or an id: a string in JSON, never a number.
	Text Kind = iota
	// Count is a whole number that is always there: 0, never empty.
	Count
	// Number is a statistic: a number, empty (null) where it does not apply.
	Number
)

// A Column is one column of the report.
type Column struct {
	Name string
	Kind Kind
	// Doc is the column's meaning in one sentence, with its unit.
	Doc string
	// Within is the time whose answers the column is about, as Options.Within names
	// it; empty in other columns.
	Within string
	// Optional columns are only there with a policy that has calendars, or targets.
	Optional bool
}

// Period is the name of the column of periods.
const Period = "period"

// A Schema says which columns a report has. The zero value is that of the default
// options.
type Schema struct {
	Within  []Within // none are DefaultWithin
	Work    bool     // columns of working time are there
	Targets bool     // columns of targets are there
	Periods bool     // are distinguished
}

// Columns returns the columns in the order in which every sink writes them. CSV,
// JSON, the API's description and the docs are made from them.
func (s Schema) Columns() []Column {
	specs := s.Specs()
	columns := make([]Column, len(specs))
	for i := range specs {
		columns[i] = specs[i].Column
	}
	return columns
}

// Names returns the names of the columns.
func (s Schema) Names() []string {
	columns := s.Columns()
	names := make([]string, len(columns))
	for i := range columns {
		names[i] = columns[i].Name
	}
	return names
}

// Of returns the schema of a report whose columns have names, in any order.
// It is an error if no report has these columns.
func Of(names []string) (Schema, error) {
	s, err := called(names)
	if err != nil {
		return Schema{}, err
	}
	missing := make(map[string]bool)
	for _, want := range s.Names() {
		missing[want] = true
	}
	for _, name := range names {
		if !missing[name] {
			return Schema{}, fmt.Errorf("%s is not a column of a report, or there twice", name)
		}
		delete(missing, name)
	}
	for _, want := range s.Names() {
		if missing[want] {
			return Schema{}, fmt.Errorf("the column %s is missing", want)
		}
	}
	return s, nil
}

// ColumnsOf returns the columns of a report with a header. It is an error if no
// report has this header.
func ColumnsOf(header []string) ([]Column, error) {
	s, err := called(header)
	if err != nil {
		return nil, err
	}
	columns := s.Columns()
	if len(header) != len(columns) {
		return nil, fmt.Errorf("%d columns; expected %d, as a report has", len(header), len(columns))
	}
	for i, c := range columns {
		if header[i] != c.Name {
			return nil, fmt.Errorf("column %d is %q; expected %q", i+1, header[i], c.Name)
		}
	}
	return columns, nil
}

// called returns the schema that the names call for, whether all columns of it
// are there or not.
func called(names []string) (Schema, error) {
	var s Schema
	s.Work, s.Targets = slices.Contains(names, "work_dt_mean_s"), slices.Contains(names, "target_met")
	for _, name := range names {
		s.Periods = s.Periods || name == Period
		within, ok := strings.CutPrefix(name, "km_answered_")
		if !ok || strings.Contains(within, "_") {
			continue
		}
		w, err := parseWithin(within)
		if err != nil {
			return Schema{}, fmt.Errorf("the column %s: %w", name, err)
		}
		s.Within = append(s.Within, w)
	}
	slices.SortStableFunc(s.Within, func(a, b Within) int { return cmp.Compare(a.time, b.time) })
	return s, CheckWithin(s.Within)
}

// A Key is what a row is about.
type Key struct {
	Level  string
	By     groups.By // what the level tells apart
	Period string    // or none
	groups.Key
}

// A Spec is a column and where its cells come from: Text, if it is of that kind,
// else Number.
type Spec struct {
	Column
	Text   func(k *Key, dict *source.Dict) (text string, applies bool)
	Number func(s *summary.Summary) float64
}

// Specs returns the one table of the report's columns.
func (s Schema) Specs() []Spec {
	text := func(name, doc string, text func(k *Key, dict *source.Dict) (string, bool)) Spec {
		return Spec{Column{Name: name, Kind: Text, Doc: doc}, text, nil}
	}
	count := func(name, doc string, count func(s *summary.Summary) int64) Spec {
		return Spec{Column{Name: name, Kind: Count, Doc: doc}, nil,
			func(s *summary.Summary) float64 { return float64(count(s)) }}
	}
	number := func(name, doc string, value func(s *summary.Summary) float64) Spec {
		return Spec{Column{Name: name, Kind: Number, Doc: doc}, nil, value}
	}
	seconds := func(name, doc string, time func(s *summary.Summary) float64) Spec { // time is in µs
		return number(name, doc, func(s *summary.Summary) float64 { return time(s) / micros.PerSecond })
	}
	specs := []Spec{
		text("level", "what the row's group is made of: all, country, merchant, country_merchant or merchant_client",
			func(k *Key, _ *source.Dict) (string, bool) { return k.Level, true }),
		text(Period, "the day, week or month in which the conversations were opened; empty for all of them together",
			func(k *Key, _ *source.Dict) (string, bool) { return k.Period, k.Period != "" }),
		text("country", "the country of the opening message; empty where the level has none",
			func(k *Key, dict *source.Dict) (string, bool) {
				if !k.By.Country {
					return "", false
				}
				return dict.TextOf(k.Country), true
			}),
		text("merchant_id", "the merchant's own primary key; empty where the level has none",
			func(k *Key, dict *source.Dict) (string, bool) {
				return dict.IDText(k.Merchant), k.By.Merchant
			}),
		text("client_user_id", "the client's user id; empty where the level has none",
			func(k *Key, dict *source.Dict) (string, bool) {
				return dict.IDText(k.Client), k.By.Client
			}),
		count("conversations", "conversations that a client opened in the window",
			func(s *summary.Summary) int64 { return s.Conversations }),
		count("answered", "of these, conversations that the merchant answered by as_of",
			func(s *summary.Summary) int64 { return s.Answered }),
		count("unanswered", "of these, conversations without an answer by as_of",
			func(s *summary.Summary) int64 { return s.Conversations - s.Answered }),
		count("exch_nr", "client messages from the opening one up to the first answer, summed over answered conversations",
			func(s *summary.Summary) int64 { return s.ExchNr }),
		number("exch_nr_mean", "exch_nr per answered conversation",
			func(s *summary.Summary) float64 { return s.ExchNrMean }),
		seconds("dt_mean_s", "mean first response time over answered conversations, in seconds",
			func(s *summary.Summary) float64 { return s.Mean }),
		seconds("dt_std_s", "sample standard deviation (n-1) of the first response time, in seconds; empty for fewer than 2",
			func(s *summary.Summary) float64 { return s.StdDev }),
		seconds("dt_ci95_low_s", "lower end of the 95 % interval (Student's t) of the mean, in seconds, not below 0",
			func(s *summary.Summary) float64 { return s.MeanLow }),
		seconds("dt_ci95_high_s", "upper end of the 95 % interval (Student's t) of the mean, in seconds",
			func(s *summary.Summary) float64 { return s.MeanHigh }),
		seconds("dt_min_s", "shortest first response time, in seconds",
			func(s *summary.Summary) float64 { return s.Min }),
		seconds("dt_p50_s", "median first response time, in seconds",
			func(s *summary.Summary) float64 { return s.P50 }),
		seconds("dt_p50_ci95_low_s", "lower end of the distribution-free 95 % interval of the median, in seconds; "+
			"empty for fewer than 6",
			func(s *summary.Summary) float64 { return s.P50Low }),
		seconds("dt_p50_ci95_high_s", "upper end of the distribution-free 95 % interval of the median, in seconds; "+
			"empty for fewer than 6",
			func(s *summary.Summary) float64 { return s.P50High }),
		seconds("dt_p90_s", "90th percentile of the first response time, in seconds",
			func(s *summary.Summary) float64 { return s.P90 }),
		seconds("dt_p99_s", "99th percentile of the first response time, in seconds",
			func(s *summary.Summary) float64 { return s.P99 }),
		seconds("dt_max_s", "longest first response time, in seconds",
			func(s *summary.Summary) float64 { return s.Max }),
		seconds("dt_km_p50_s", "Kaplan-Meier median of the first response time, unanswered conversations censored "+
			"at as_of, in seconds",
			func(s *summary.Summary) float64 { return s.KMP50 }),
	}
	if !s.Periods {
		specs = slices.DeleteFunc(specs, func(c Spec) bool { return c.Name == Period })
	}
	for i, w := range s.Times() {
		of := func(c Spec) Spec { c.Within = w.name; return c }
		specs = append(specs,
			of(number("km_answered_"+w.name,
				"Kaplan-Meier estimate of the share of conversations answered within "+w.name+
					", 0 to 1; empty, as the three after it, where nobody was watched for long enough",
				func(s *summary.Summary) float64 { return s.Within[i].Answered })),
			of(number("km_answered_"+w.name+"_ci95_low", "lower end of the 95 % interval of km_answered_"+w.name,
				func(s *summary.Summary) float64 { return s.Within[i].Low })),
			of(number("km_answered_"+w.name+"_ci95_high", "upper end of the 95 % interval of km_answered_"+w.name,
				func(s *summary.Summary) float64 { return s.Within[i].High })),
			of(seconds("wait_"+w.name+"_mean_s",
				"mean time that clients waited, up to "+w.name+", the unanswered included, in seconds",
				func(s *summary.Summary) float64 { return s.Within[i].Wait })),
		)
	}
	specs = append(specs,
		count("turns", "client-to-merchant turns that closed, summed over all conversations of the group",
			func(s *summary.Summary) int64 { return s.Turns }),
		seconds("turn_dt_mean_s", "mean time that a turn stayed open, in seconds",
			func(s *summary.Summary) float64 { return s.TurnTimeMean }),
	)
	optional := func(columns ...Spec) {
		for _, c := range columns {
			c.Optional = true
			specs = append(specs, c)
		}
	}
	if s.Work {
		optional(
			seconds("work_dt_mean_s", "mean working time until the first response, over answered conversations, in seconds",
				func(s *summary.Summary) float64 { return s.Work.Mean }),
			seconds("work_dt_p50_s", "median working time until the first response, in seconds",
				func(s *summary.Summary) float64 { return s.Work.P50 }),
			seconds("work_dt_p90_s", "90th percentile of the working time until the first response, in seconds",
				func(s *summary.Summary) float64 { return s.Work.P90 }),
			seconds("work_dt_km_p50_s", "Kaplan-Meier median of the working time until the first response, "+
				"unanswered conversations censored when they were last watched, in seconds",
				func(s *summary.Summary) float64 { return s.Work.KMP50 }),
		)
	}
	if s.Targets {
		optional(
			count("target_met", "conversations answered within their target",
				func(s *summary.Summary) int64 { return int64(s.Targets.Met) }),
			count("target_missed", "conversations answered later than their target, or not answered and watched for longer",
				func(s *summary.Summary) int64 { return int64(s.Targets.Missed) }),
			count("target_open", "conversations not answered, and not watched for longer than their target",
				func(s *summary.Summary) int64 { return int64(s.Targets.Open) }),
			count("target_due", "met or missed conversations whose target had run out by as_of",
				func(s *summary.Summary) int64 { return s.Targets.Due() }),
			number("target_share", "the met among target_due, 0 to 1; empty, as the two after it, where target_due is 0",
				func(s *summary.Summary) float64 { return targetShare(s).share }),
			number("target_share_ci95_low", "lower end of the 95 % interval (Wilson's) of target_share",
				func(s *summary.Summary) float64 { return targetShare(s).low }),
			number("target_share_ci95_high", "upper end of the 95 % interval (Wilson's) of target_share",
				func(s *summary.Summary) float64 { return targetShare(s).high }),
		)
	}
	return specs
}

// A shareOf is a share and its interval.
type shareOf struct{ share, low, high float64 }

// targetShare returns the share of targets that were met; NaN if none was due.
func targetShare(s *summary.Summary) shareOf {
	due := s.Targets.Due()
	if due == 0 {
		nan := math.NaN()
		return shareOf{nan, nan, nan}
	}
	low, high := stats.Wilson(int(s.Targets.MetAndDue), int(due))
	return shareOf{float64(s.Targets.MetAndDue) / float64(due), low, high}
}

// Times returns the times of the schema, or the default ones.
func (s Schema) Times() []Within {
	if len(s.Within) == 0 {
		return DefaultWithin()
	}
	return s.Within
}

// Micros returns the times of the schema in µs.
func (s Schema) Micros() []int64 {
	var all []int64
	for _, w := range s.Times() {
		all = append(all, w.time.Microseconds())
	}
	return all
}

// PairColumns returns the columns of a frame of pairs that a file of them shows, in
// its order. A frame of pairs has two more, so that a report can be made from
// it: censored_at, until when an unanswered conversation was observed, and
// turn_time_us, the sum of the times of its turns in µs.
func (s Schema) PairColumns() []string {
	names := []string{"conversation_id", "country", "merchant_id", "client_user_id", "status",
		"opened_at", "responded_at", "dt_s", "waited_s", "exch_nr", "turns"}
	if s.Work {
		names = append(names, "work_waited_s")
	}
	if s.Targets {
		names = append(names, "target_s", "target_status")
	}
	return names
}
