package summary

import (
	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/waits"
)

// Rows returns the summaries of rows of groups, whose totals and sorted waits are
// given; within are times in µs, in ascending order. It uses scratch, for as many spans
// as there are waits.
func Rows(totals []waits.Total, sorted *waits.Sorted, scratch []waits.Span, rows groups.Rows, within []int64,
	workers int) []Summary {
	n := len(rows.Keys)
	sums := make([]waits.Total, n)
	for g := range totals {
		if totals[g].Conversations > 0 {
			sums[rows.Row[g]].Add(&totals[g])
		}
	}
	summaries := make([]Summary, n)
	all := make([]Within, n*len(within))
	for r := range summaries {
		summaries[r].Within, all = all[:len(within):len(within)], all[len(within):]
	}
	waits.EachRow(sorted.Span, scratch, sorted.Group, rows.Row, n, workers,
		func(r int, spans []waits.Span) { summaries[r].Set(spans, &sums[r], within) })
	return summaries
}

// AddWork adds the statistics of working times, sorted, to the summaries of rows.
func AddWork(summaries []Summary, sorted *waits.Sorted, scratch []waits.Span, rows groups.Rows, workers int) {
	waits.EachRow(sorted.Span, scratch, sorted.Group, rows.Row, len(summaries), workers,
		func(r int, spans []waits.Span) { summaries[r].Work = workOf(spans) })
}

// AddTargets adds what became of targets, by group, to the summaries of rows.
func AddTargets(summaries []Summary, targets []waits.Targets, rows groups.Rows) {
	for g := range targets {
		if t := &targets[g]; *t != (waits.Targets{}) {
			summaries[rows.Row[g]].Targets.Add(t)
		}
	}
}
