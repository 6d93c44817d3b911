package main

import (
	"fmt"

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
	return all
}
