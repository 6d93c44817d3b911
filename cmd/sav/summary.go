package main

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/analysis/inside"
	"github.com/sav-analytics/sav/internal/sink/page"
	"github.com/sav-analytics/sav/internal/sink/rundir"
)

const (
	summaryCountries = 15 // shown, those with the most conversations
	summaryMerchants = 5  // shown of those surely below the others, and of those surely above
)

// printReport tells people what the run found: what was read and left out, countries,
// and the merchants that are surely below or above the others, as the page has them.
func printReport(stdout io.Writer, run *rundir.Run, result *analysis.Result, rejected []string) error {
	w := bufio.NewWriter(stdout) // a tabwriter writes cell by cell
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "%s read: %s\n", counted(run.RowsRead, "row"), leftOut(run))
	for _, line := range rejected {
		fmt.Fprintf(w, "  %s\n", line)
	}
	fmt.Fprintf(w, "%s in the window, %s answered%s\n",
		counted(run.Conversations, "conversation"), thousands(run.Answered), asOf(run))
	if err := printCountries(w, t, result); err != nil {
		return err
	}
	detail := inside.Of(result).Detail
	below, above, err := page.Apart(detail)
	if err != nil {
		return err
	}
	printMerchants(t, "surely below the others", below, detail.Within)
	printMerchants(t, "surely above the others", above, detail.Within)
	if err := t.Flush(); err != nil {
		return err
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

// printCountries prints the countries with the most conversations: how many are answered,
// within which time half are, and what clients wait for on average, the unanswered
// included.
func printCountries(w io.Writer, t *tabwriter.Writer, result *analysis.Result) error {
	rows, more, err := page.Countries(result.Report, summaryCountries)
	if err != nil || len(rows) == 0 {
		return err
	}
	targets := slices.Contains(result.Report.Names(), "target_share")
	// Numbers are aligned by the tabwriter, to the right; names by hand, to the left.
	width := len("country")
	for _, r := range rows {
		width = max(width, utf8.RuneCountInString(printable(r.Country)))
	}
	inTarget := ""
	if targets {
		inTarget = "in target\t"
	}
	fmt.Fprintf(t, "\n%-*s\tconversations\tanswered\t%swithin %s\thalf within\taverage wait\texchanges\t\n",
		width, "country", inTarget, inside.Of(result).Detail.Within)
	for _, r := range rows {
		if targets {
			inTarget = percent(r.Target) + "\t"
		}
		fmt.Fprintf(t, "%-*s\t%s\t%s\t%s%s\t%s\t%s\t%s\t\n",
			width, printable(r.Country), thousands(r.Conversations), share(r.Answered, r.Conversations), inTarget,
			percent(r.Share), waited(r.Typical), waited(r.Wait), decimals(r.Exchanges))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if more > 0 {
		fmt.Fprintf(w, "  and %d more\n", more)
	}
	return nil
}

// printMerchants prints the first merchants that are apart from the others: of how many
// conversations that were old enough, how many were answered in time, and the 95 %
// interval of their share.
func printMerchants(t *tabwriter.Writer, title string, merchants []page.Merchant, within string) {
	if len(merchants) == 0 {
		return
	}
	shown := merchants[:min(len(merchants), summaryMerchants)]
	width := utf8.RuneCountInString(title)
	for _, m := range shown {
		width = max(width, utf8.RuneCountInString(printable(m.ID)))
	}
	fmt.Fprintf(t, "\n%-*s\tconversations\twithin %s\tshare\t95 %% interval\t\n", width, title, within)
	for _, m := range shown {
		fmt.Fprintf(t, "%-*s\t%s\t%s\t%s\t%s to %s\t\n", width, printable(m.ID), thousands(int64(m.N)),
			thousands(int64(m.K)), percent(m.Share()), percent(m.Low), percent(m.High))
	}
	if more := len(merchants) - len(shown); more > 0 {
		fmt.Fprintf(t, "%-*s\t\t\t\t\t\n", width, fmt.Sprintf("  and %d more", more))
	}
}

// leftOut lists the rows that are no message of a conversation.
func leftOut(run *rundir.Run) string {
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
