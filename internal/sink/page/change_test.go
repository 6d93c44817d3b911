package page_test

import (
	"fmt"
	stdhtml "html"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/analysis"
)

// weeks makes messages of merchants over some weeks, of which those from a week on are
// answered after another wait.
func weeks(n, perDay, from int, before, after time.Duration) string {
	var text strings.Builder
	text.WriteString(header)
	first := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC) // a Monday
	for day := range 7 * n {
		for i := range perDay {
			opened := first.AddDate(0, 0, day).Add(time.Duration(i) * time.Hour)
			wait := before
			if day >= 7*from {
				wait = after
			}
			row := fmt.Sprintf("1,2,%d,%d-%d,FR\n", i%3, day, i)
			answered := opened.Add(wait + time.Duration(i)*time.Minute)
			fmt.Fprintf(&text, "%s,1,%s%s,2,%s", opened.Format(time.RFC3339), row, answered.Format(time.RFC3339), row)
		}
	}
	fmt.Fprintf(&text, "%s,2,1,2,0,last,FR\n", first.AddDate(0, 0, 7*n+30).Format(time.RFC3339))
	return text.String()
}

// plain is the text of a part of a page, without its pictures.
func plain(part string) string {
	part = regexp.MustCompile(`(?s)<svg.*?</svg>|<[^>]+>`).ReplaceAllString(part, " ")
	return strings.Join(strings.Fields(strings.ReplaceAll(stdhtml.UnescapeString(part), "\u00a0", " ")), " ")
}

// A period that got worse says so, of all and of each merchant; one that did not says that.
func TestChangeSays(t *testing.T) {
	t.Parallel()
	got := plain(section(t, html(t, result(t, weeks(4, 12, 3, time.Hour, 48*time.Hour))), "change"))
	require.Contains(t, got, "Surely worse. 23 March to 29 March 2026: 0.0 % were answered in time. "+
		"The period before, 16 March to 22 March 2026: 100.0 %. The difference is −100.0 to ")
	require.Contains(t, got, "The average wait went from 1 h 6 min to 24 h, a difference of +22 h")
	require.Contains(t, got, "Of 3 merchants with at least 10 conversations in each period, 3 changed surely.")
	require.Equal(t, 3, strings.Count(got, "surely worse"))
	got = plain(section(t, html(t, result(t, weeks(4, 12, 4, time.Hour, 0))), "change"))
	require.Contains(t, got, "No sure change.")
	require.Contains(t, got, "0 changed surely.")
	require.NotContains(t, got, "Benjamini")
	require.NotContains(t, html(t, result(t, weeks(1, 12, 4, time.Hour, 0))), `id="change"`, "there is no week before")
}

// With periods the charts have one point for each, and signals are named in sentences.
func TestTrendOfWeeks(t *testing.T) {
	t.Parallel()
	text := weeks(20, 4, 12, time.Hour, 3*time.Hour)
	got := section(t, html(t, resultOf(t, text, analysis.Options{Every: analysis.Weekly})), "trend")
	require.Contains(t, got, "Better or worse, week by week")
	words := plain(got)
	require.Contains(t, words, "None is outside, and no eight in a row are on one side.", "all were answered in a day")
	require.Contains(t, words, "Slower than the limits: 2026-W23, 2026-W24, 2026-W25, "+
		"2026-W26, 2026-W27, 2026-W28, 2026-W29 (the last of 8).")
	require.Contains(t, words, "Faster than the limits: ")
	require.Contains(t, got, `<th scope="row">2026-W10</th><td>28</td>`)
	// Where a day has too few, weeks are drawn without asking.
	require.Contains(t, html(t, result(t, text)), "Better or worse, week by week")
	require.Contains(t, html(t, result(t, weeks(3, 12, 4, time.Hour, 0))), "Better or worse, day by day")
}
