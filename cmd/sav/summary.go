package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
	"github.com/sav-analytics/sav/sink"
)

const (
	summaryCountries = 15 // shown, those with the most conversations
	summaryMerchants = 5  // shown of the fastest, and of the slowest
	// enoughAnswers is how many a merchant needs to be called fast or slow: the
	// median of fewer says little.
	enoughAnswers = 20
)

// printReport tells people what the run found: what was read and left out,
// countries, and the fastest and slowest merchants.
func printReport(stdout io.Writer, run *sink.Run, report *frame.Frame, rejected []string) error {
	w := bufio.NewWriter(stdout) // a tabwriter writes cell by cell
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "%s read: %s\n", counted(run.RowsRead, "row"), leftOut(run))
	for _, line := range rejected {
		fmt.Fprintf(w, "  %s\n", line)
	}
	fmt.Fprintf(w, "%s in the window, %s answered%s\n", counted(run.Conversations, "conversation"), thousands(run.Answered), asOf(run))
	for _, part := range []struct {
		title string
		level analysis.Level
		rows  func([]summaryRow) []summaryRow
	}{
		{"country", analysis.ByCountry, func(r []summaryRow) []summaryRow { return largest(r, summaryCountries) }},
		{"fastest merchants", analysis.ByMerchant, func(r []summaryRow) []summaryRow { return byMedian(r, 1) }},
		{"slowest merchants", analysis.ByMerchant, func(r []summaryRow) []summaryRow { return byMedian(r, -1) }},
	} {
		all, err := summaryRows(report, part.level)
		if err != nil {
			return err
		}
		rows := part.rows(all)
		if len(rows) == 0 {
			continue
		}
		// Numbers are aligned by the tabwriter, to the right; names by hand, to the left.
		width := utf8.RuneCountInString(part.title)
		for _, r := range rows {
			width = max(width, utf8.RuneCountInString(printable(r.name)))
		}
		inTarget := ""
		if rows[0].hasTargets {
			inTarget = "in target\t"
		}
		fmt.Fprintf(t, "\n%-*s\tconversations\tanswered\tdt median\t%sdt mean\tdt p90\texchanges\t\n", width, part.title, inTarget)
		for _, r := range rows {
			fmt.Fprintf(t, "%-*s\t%s\t%s\t%s\t%s%s\t%s\t%s\t\n", width, printable(r.name), thousands(r.conversations), share(r.answered, r.conversations),
				r.span(r.median), r.inTarget(), r.span(r.mean), r.span(r.p90), mean(r.exchNr, r.answered))
		}
		if err := t.Flush(); err != nil {
			return err
		}
		if more := len(all) - len(rows); more > 0 && part.level == analysis.ByCountry {
			fmt.Fprintf(w, "  and %d more\n", more)
		}
	}
	for _, warning := range run.Warnings {
		fmt.Fprintf(w, "\nwarning: %s\n", warning.Text)
	}
	fmt.Fprintf(w, "\nreport  %s (%s)\n", run.Files["report"], counted(run.ReportRows, "row"))
	if err := printPage(w, run); err != nil {
		return err
	}
	return w.Flush()
}

// A summaryRow is what the summary shows of a row of the report.
type summaryRow struct {
	name                            string
	conversations, answered, exchNr int64
	mean, median, p90               time.Duration // if answered > 0

	hasTargets  bool
	targetShare float64 // NaN if none was due
}

// inTarget writes the share of targets that were met, as a cell, if there are targets.
func (r *summaryRow) inTarget() string {
	switch {
	case !r.hasTargets:
		return ""
	case math.IsNaN(r.targetShare):
		return "-\t"
	}
	return fmt.Sprintf("%.1f %%\t", 100*r.targetShare)
}

// summaryRows picks the rows of a level.
func summaryRows(report *frame.Frame, level analysis.Level) ([]summaryRow, error) {
	f, err := report.Filter(expr.Col("level").Eq(level.String()))
	if err != nil {
		return nil, err
	}
	name := "country"
	if level == analysis.ByMerchant {
		name = "merchant_id"
	}
	var columns []frame.Column
	for _, c := range []string{name, "conversations", "answered", "exch_nr", "dt_mean_s", "dt_p50_s", "dt_p90_s"} {
		column, err := f.Column(c)
		if err != nil {
			return nil, err
		}
		columns = append(columns, column)
	}
	rows := make([]summaryRow, f.Len())
	for i := range rows {
		seconds := func(c int) time.Duration {
			if columns[c].IsNull(i) {
				return 0
			}
			return time.Duration(columns[c].Float64s()[i] * float64(time.Second))
		}
		rows[i] = summaryRow{name: columns[0].Dictionary()[columns[0].Codes()[i]],
			conversations: columns[1].Int64s()[i], answered: columns[2].Int64s()[i], exchNr: columns[3].Int64s()[i],
			mean: seconds(4), median: seconds(5), p90: seconds(6)}
	}
	if slices.Contains(f.Names(), "target_share") {
		shares, err := f.Column("target_share")
		if err != nil {
			return nil, err
		}
		for i := range rows {
			rows[i].hasTargets, rows[i].targetShare = true, math.NaN()
			if !shares.IsNull(i) {
				rows[i].targetShare = shares.Float64s()[i]
			}
		}
	}
	return rows, nil
}

// largest are the n rows with the most conversations.
func largest(rows []summaryRow, n int) []summaryRow {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b summaryRow) int { return cmp.Compare(b.conversations, a.conversations) })
	return rows[:min(n, len(rows))]
}

// byMedian are the rows with enough answers whose medians are lowest
// (direction 1) or highest (-1).
func byMedian(rows []summaryRow, direction int) []summaryRow {
	rows = slices.DeleteFunc(slices.Clone(rows), func(r summaryRow) bool { return r.answered < enoughAnswers })
	slices.SortStableFunc(rows, func(a, b summaryRow) int { return direction * cmp.Compare(a.median, b.median) })
	return rows[:min(summaryMerchants, len(rows))]
}

// leftOut lists the rows that are no message of a conversation.
func leftOut(run *sink.Run) string {
	rejected := int64(0)
	for _, n := range run.Rejected {
		rejected += n
	}
	var parts []string
	for _, p := range []struct {
		n      int64
		what   string
		always bool
	}{{rejected, "rejected", true}, {run.Private, "private", true}, {run.Automatic, "automatic", false},
		{run.OtherSender, "by other senders", true}, {run.NoReplyNeeded, "that want no reply", false},
		{run.Duplicates, "duplicate", true}, {run.AfterAsOf, "after as-of", true}} {
		if p.n == 0 && !p.always {
			continue
		}
		parts = append(parts, thousands(p.n)+" "+p.what)
	}
	return strings.Join(parts, ", ")
}

func asOf(run *sink.Run) string {
	if run.AsOf == "" {
		return ""
	}
	return " as of " + string(run.AsOf)
}

// counted writes a number of things.
func counted(n int64, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return thousands(n) + " " + thing
}

// thousands writes n with thin groups: 12,345.
func thousands(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func share(part, whole int64) string {
	return fmt.Sprintf("%.1f %%", 100*float64(part)/float64(max(whole, 1)))
}

// span writes one of the row's times, if it has any.
func (r *summaryRow) span(d time.Duration) string {
	if r.answered == 0 {
		return "-"
	}
	return span(d)
}

func mean(sum, n int64) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", float64(sum)/float64(n))
}

// span writes a time as people read it: 45s, 12m30s, 5h20m, 3d4h. Zero is a
// time like any other.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < time.Minute:
		return d.Round(100 * time.Millisecond).String()
	case d < time.Hour:
		d = d.Round(time.Second)
		return fmt.Sprintf("%dm%02ds", d/time.Minute, d%time.Minute/time.Second)
	case d < 2*day:
		return fmt.Sprintf("%dh%02dm", d/time.Hour, d%time.Hour/time.Minute)
	}
	return fmt.Sprintf("%dd%02dh", d/day, d%day/time.Hour)
}

// printable is a text of the input with nothing in it that a terminal would obey.
func printable(s string) string {
	const longest = 40
	clean := []rune(strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '\uFFFD'
	}, s))
	if len(clean) > longest {
		clean = append(clean[:longest-1], '…')
	}
	return string(clean)
}
