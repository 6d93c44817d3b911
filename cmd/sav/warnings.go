package main

import (
	"fmt"
	"strings"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/sink"
)

// warnings returns what looks wrong with a result.
func warnings(r *analysis.Result) []sink.Warning {
	all := []sink.Warning{} // an empty list in JSON, not null
	if n := r.NotYetObserved; n > 0 {
		all = append(all, sink.Warning{Code: "not_yet_observed", Count: n, Text: fmt.Sprintf(
			"figures within a time are empty in %d of %s: nobody was watched for that long; run again later",
			n, counted(int64(r.Report.Len()), "report row"))})
	}
	if n := len(r.Unused); n > 0 {
		names := make([]string, 0, maxNamed+1)
		for _, who := range r.Unused[:min(n, maxNamed)] {
			names = append(names, printable(who.String()))
		}
		if n > maxNamed {
			names = append(names, fmt.Sprintf("and %d more", n-maxNamed))
		}
		all = append(all, sink.Warning{Code: "policy_unused", Count: int64(n), Text: fmt.Sprintf(
			"the policy names what no message has: %s", strings.Join(names, ", "))})
	}
	return all
}

// maxNamed is how many names a warning lists.
const maxNamed = 10
