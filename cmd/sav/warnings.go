package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/instant"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/sink/rundir"
	"github.com/sav-analytics/sav/internal/source/verdict"
	"github.com/sav-analytics/sav/internal/tally"
	"github.com/sav-analytics/sav/source"
)

// warnings returns what looks wrong with a result, and with facts of its input.
func warnings(r *analysis.Result, facts *tally.Facts) []rundir.Warning {
	all := []rundir.Warning{} // an empty list in JSON, not null
	warn := func(code string, n int64, format string, args ...any) {
		all = append(all, rundir.Warning{Code: code, Count: n, Text: fmt.Sprintf(format, args...)})
	}
	rows := &r.Rows
	messages := facts.Clients + facts.Merchants
	if rows.Rows > 0 && facts.Clients == 0 {
		warn("no_client_messages", rows.Rows,
			"none of %s is a client's message: are the ids of clients those of who writes?", counted(rows.Rows, "row"))
	}
	if rows.Rows > 0 && facts.Merchants == 0 {
		warn("no_merchant_messages", rows.Rows,
			"none of %s is a merchant's message: are the ids of merchants' users those of who writes?",
			counted(rows.Rows, "row"))
	}
	if n := rows.OtherSender; 2*n > rows.Rows {
		warn("mostly_other_senders", n, "%s of %s are by other senders than the client and the merchant", thousands(n),
			counted(rows.Rows, "row"))
	}
	if facts.Equal > 0 && facts.Back > facts.Forward {
		warn("newest_first", facts.Back, "%s go back in time, more than forward, and some have one time: "+
			"if the newest stand first, say --newest-first", counted(facts.Back, "row"))
	}
	if n := facts.Future; n > 0 {
		warn("future_messages", n, "%s later than now by more than a day: is the time zone right, and the clock?",
			counted(n, "message"))
	}
	if n := rows.InvalidUTF8; n > 0 {
		warn("invalid_utf8", n, "%s with text that is not UTF-8", counted(n, "row"))
	}
	if n := r.Duplicates; 10*n > messages {
		warn("many_duplicates", n, "%s of %s are duplicates: was a part exported twice?", thousands(n),
			counted(messages, "message"))
	}
	if messages > 0 && facts.TimesOfDay == 0 {
		warn("no_time_of_day", messages,
			"the time of each of %s is the beginning of a day: response times are of whole days",
			counted(messages, "message"))
	}
	if n := r.NotYetObserved; n > 0 {
		warn("not_yet_observed", n,
			"figures within a time are empty in %d of %s: nobody was watched for that long; run again later", n,
			counted(int64(r.Report.Len()), "report row"))
	}
	if n := len(r.Unused); n > 0 {
		names := make([]string, 0, maxNamed+1)
		for _, who := range r.Unused[:min(n, maxNamed)] {
			names = append(names, printable(who.String()))
		}
		if n > maxNamed {
			names = append(names, fmt.Sprintf("and %d more", n-maxNamed))
		}
		warn("policy_unused", int64(n), "the policy names what no message has: %s", strings.Join(names, ", "))
	}
	return all
}

// columnWarnings returns what looks wrong with the columns of inputs.
func columnWarnings(headers []*source.Header) (all []rundir.Warning) {
	var unused, some []string
	var any, every source.Columns
	for i, header := range headers {
		for _, name := range intake.Unused(header) {
			if !slices.Contains(unused, name) {
				unused = append(unused, name)
			}
		}
		if columns := header.Columns(); i == 0 {
			any, every = columns, columns
		} else {
			any, every = any|columns, every&columns
		}
	}
	for field := range (any &^ every).All() {
		some = append(some, field.String())
	}
	if len(unused) > 0 {
		all = append(all, rundir.Warning{Code: "unused_column", Count: int64(len(unused)),
			Text: fmt.Sprintf("not used, since another column has the meaning: %s",
				printable(strings.Join(unused, ", ")))})
	}
	if len(some) > 0 {
		all = append(all, rundir.Warning{Code: "column_in_some", Count: int64(len(some)),
			Text: fmt.Sprintf("not in all inputs, and empty in the others: %s", strings.Join(some, ", "))})
	}
	return all
}

// maxNamed is how many names a warning lists.
const maxNamed = 10

// A rejectLog remembers, of the rejected rows that go by, what tells people how to
// mend the input or the command.
type rejectLog struct {
	first map[source.Reason]source.Reject // of each reason; without the record
	times [][]byte                        // that could not be read
}

// maxTimes is the number of times from which a format is guessed.
const maxTimes = 1000

// watch returns a function that notes a row, and hands it to next.
func (l *rejectLog) watch(next func(*source.Reject) error) func(*source.Reject) error {
	l.first = make(map[source.Reason]source.Reject)
	return func(r *source.Reject) error {
		if _, ok := l.first[r.Reason]; !ok {
			first := *r
			first.Record, first.Value = nil, slices.Clone(r.Value)
			l.first[r.Reason] = first
		}
		if r.Reason == verdict.BadTimestamp && len(l.times) < maxTimes {
			l.times = append(l.times, slices.Clone(r.Value))
		}
		return next(r)
	}
}

// reasons says for each reason that occurred, those with the most rows first, how many
// these are, which is the first, and what would help. l may be nil.
func (l *rejectLog) reasons(run *rundir.Run) (lines []string) {
	firsts := make(map[string]source.Reject)
	if l != nil {
		for _, r := range l.first {
			firsts[r.Reason.String()] = r
		}
	}
	most := slices.SortedFunc(maps.Keys(run.Rejected), func(a, b string) int {
		return cmp.Or(cmp.Compare(run.Rejected[b], run.Rejected[a]), cmp.Compare(a, b))
	})
	for _, reason := range most {
		line := fmt.Sprintf("%s %s", thousands(run.Rejected[reason]), reason)
		if r, ok := firsts[reason]; ok {
			line += fmt.Sprintf(", first in %s:%d", printable(r.Input), r.Line)
			switch {
			case r.Column != "" && len(r.Value) == 0:
				line += fmt.Sprintf(": %s is empty", r.Column)
			case r.Column != "":
				line += fmt.Sprintf(": %s %q", r.Column, printable(string(r.Value)))
			}
			if help := l.help(&r); help != "" {
				line += "; " + help
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// help names the option that would read such rows, "" if there is none.
func (l *rejectLog) help(r *source.Reject) string {
	switch r.Reason {
	case verdict.BadTimestamp:
		var formats []string
		for _, f := range instant.GuessFormats(l.times) {
			formats = append(formats, "'"+f+"'")
		}
		if len(formats) > 0 {
			return "try --time-format " + strings.Join(formats[:min(len(formats), 3)], " or ")
		}
	case verdict.BadRole:
		return fmt.Sprintf("say who that is: --role '%s=merchant', or =client, =other, =automatic",
			printable(string(r.Value)))
	}
	return ""
}
