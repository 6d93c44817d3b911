package page_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/sink/rundir"
	"github.com/sav-analytics/sav/policy"
	"github.com/sav-analytics/sav/stats"
)

func withPolicy(t *testing.T, text, rules string) string {
	t.Helper()
	p, err := policy.Parse("policy.yaml", []byte(rules))
	require.NoError(t, err)
	return html(t, resultOf(t, text, analysis.Options{Policy: p}))
}

// tableRow returns a row of a table of a page, by what is in its head.
func tableRow(t *testing.T, part, head string) string {
	t.Helper()
	_, row, ok := strings.Cut(part, fmt.Sprintf(`<th scope="row" title="%s">`, head))
	require.True(t, ok, head)
	row, _, _ = strings.Cut(row, "</tr>")
	return row
}

// What was promised says how many targets were met, of all, of countries and of merchants,
// and who waits past their target.
func TestTargets(t *testing.T) {
	t.Parallel()
	shops := append(usual(3), shop{"slow", "DE", 40, 40, 5 * time.Hour},
		shop{"silent", "DE", 20, 0, 0}, shop{"free", "IT", 20, 20, time.Hour})
	got := withPolicy(t, messages(shops...), "targets: {default: 2h, merchants: {free: none}}\n")
	promised := section(t, got, "targets")
	require.Contains(t, promised, "60.0\u00a0% of 180 targets that have run out were met.") // 3 of 36 of 40
	require.Contains(t, promised, "A target runs day and night. 32 conversations without an answer are past their target.")
	require.Contains(t, section(t, got, "now"), "32 of them are past their target.")
	require.Contains(t, tableRow(t, promised, "DE"), "<td>60</td><td>60</td><td>0.0\u00a0%</td>")
	require.Contains(t, tableRow(t, promised, "IT"), "<td>0</td><td>0</td><td>–</td><td>–</td>")
	low, high := stats.Wilson(0, 40)
	require.Contains(t, tableRow(t, promised, "slow"), fmt.Sprintf(
		"<td>40</td><td>40</td><td>0.0\u00a0%%</td><td>%.1f\u00a0%% to %.1f\u00a0%%</td>", 100*low, 100*high))
	require.NotContains(t, promised, `title="free"`)
	require.NotContains(t, promised, "working time", "the policy has no working hours")
	require.Contains(t, got, "Share of targets missed, by hour of the week")
	require.Contains(t, section(t, got, "merchants-title"), "target met")
}

// With working hours alone both clocks are shown, and no target is spoken of.
func TestBothClocks(t *testing.T) {
	t.Parallel()
	rules := "calendars: {night: {zone: UTC, week: {mon-sun: \"23:00-24:00\"}}}\nuse: {default: night}\n"
	got := withPolicy(t, messages(shop{"a", "FR", 20, 20, 30 * time.Minute}, shop{"b", "DE", 20, 20, time.Hour}), rules)
	promised := section(t, got, "targets")
	require.Contains(t, promised, "half are answered within 30\u00a0min as clients see it, "+
		"and within 0\u00a0s of the merchants’ working time.")
	require.NotContains(t, promised, "arget met")
	require.Contains(t, section(t, got, "distribution"), "Answered conversations by working time")
}

// Each country's hours are those of its own zone, if a policy gives it one.
func TestHoursOfCountries(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString(header)
	for i := range 20 {
		for _, country := range []string{"FR", "JP"} {
			fmt.Fprintf(&text, "2026-03-02T10:%02d:00Z,1,1,2,7,%s%d,%[2]s\n", i, country, i)
		}
	}
	text.WriteString("2026-03-20T10:00:00Z,2,1,2,7,last,FR\n")
	rules := "calendars: {tokyo: {zone: Asia/Tokyo, week: {mon-fri: \"09:00-17:00\"}}}\nuse: {countries: {JP: tokyo}}\n"
	week := section(t, withPolicy(t, text.String(), rules), "week")
	require.Contains(t, week, "in the time of Asia/Tokyo, UTC.")
	for _, hour := range []string{"10 to 11 h", "19 to 20 h"} {
		require.Contains(t, week, `<th scope="row">Monday</th><td>`+hour+
			"</td><td>20</td><td>0</td><td>20</td><td>20</td><td>100.0\u00a0%</td>")
	}
}

// The figures of the page of a policy are those of its report.
func TestTargetsAreThoseOfTheReport(t *testing.T) {
	t.Parallel()
	r, got := promisedOnce(), promisedPage()
	part := section(t, got, "targets")
	for i, level := range texts(t, r, "level") {
		if level != "country" {
			continue
		}
		country := texts(t, r, "country")[i]
		row := tableRow(t, part, country)
		for _, name := range []string{"target_due", "target_missed"} {
			c, err := r.Report.Column(name)
			require.NoError(t, err)
			require.Contains(t, row, fmt.Sprintf("<td>%d</td>", c.Int64s()[i]), "%s of %s", name, country)
		}
		c, err := r.Report.Column("target_share")
		require.NoError(t, err)
		require.Contains(t, row, fmt.Sprintf("<td>%.1f\u00a0%%</td>", 100*c.Float64s()[i]))
	}
	missed := int64(0)
	for _, hour := range r.Detail.Promised.Hours {
		missed += hour.Due - hour.Met
	}
	c, err := r.Report.Column("target_missed")
	require.NoError(t, err)
	require.Equal(t, c.Int64s()[0], missed, "the hours have all that were missed")
}

func texts(t *testing.T, r *rundir.Result, name string) []string {
	c, err := r.Report.Column(name)
	require.NoError(t, err)
	all := make([]string, c.Len())
	for i := range all {
		if !c.IsNull(i) {
			all[i] = c.Dictionary()[c.Codes()[i]]
		}
	}
	return all
}

// The line to copy explains a conversation with the policy of the run, and of all its files
// if they are few.
func TestLineThatExplains(t *testing.T) {
	t.Parallel()
	p, err := policy.Parse("my rules.yaml", []byte("targets: {default: 2h}\n"))
	require.NoError(t, err)
	r := resultOf(t, messages(shop{"silent", "DE", 3, 0, 0}, shop{"a", "DE", 3, 3, time.Hour}),
		analysis.Options{Policy: p})
	for _, c := range []struct {
		inputs []string
		want   string
	}{
		{[]string{"a.csv"}, "--input a.csv"},
		{[]string{"a b.csv", "c.csv"}, "--input 'a b.csv' --input c.csv"},
		{[]string{"1", "2", "3", "4"}, "--input FILE"},
	} {
		r.Run.Inputs = c.inputs
		require.Contains(t, plain(html(t, r)), "sav explain "+c.want+
			" --policy 'my rules.yaml' --conversation silent-0")
	}
}
