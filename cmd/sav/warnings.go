package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/sink"
	"github.com/sav-analytics/sav/source"
)

// warnings returns what looks wrong with a result.
func warnings(r *analysis.Result) []sink.Warning {
	all := []sink.Warning{} // an empty list in JSON, not null
	warn := func(code string, n int64, format string, args ...any) {
		all = append(all, sink.Warning{Code: code, Count: n, Text: fmt.Sprintf(format, args...)})
	}
	rows, facts := &r.Rows, &r.Facts
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
func columnWarnings(headers []*source.Header) (all []sink.Warning) {
	var unused, some []string
	var any, every source.Columns
	for i, header := range headers {
		for _, name := range header.Unused() {
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
		all = append(all, sink.Warning{Code: "unused_column", Count: int64(len(unused)),
			Text: fmt.Sprintf("not used, since another column has the meaning: %s",
				printable(strings.Join(unused, ", ")))})
	}
	if len(some) > 0 {
		all = append(all, sink.Warning{Code: "column_in_some", Count: int64(len(some)),
			Text: fmt.Sprintf("not in all inputs, and empty in the others: %s", strings.Join(some, ", "))})
	}
	return all
}

// maxNamed is how many names a warning lists.
const maxNamed = 10
