package page_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/sink/page"
)

const header = "created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id,conversation_id,country\n"

// A shop is a merchant whose first so many conversations are answered after a wait.
type shop struct {
	merchant, country       string
	conversations, answered int
	wait                    time.Duration
}

// messages makes the messages of shops, one conversation an hour, and one answered by all
// of them ten days after the last.
func messages(shops ...shop) string {
	var text strings.Builder
	text.WriteString(header)
	first := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	last := first
	for _, s := range shops {
		for n := range s.conversations {
			opened := first.Add(time.Duration(n) * time.Hour)
			last = later(last, opened)
			row := fmt.Sprintf("1,2,%s,%s-%d,%s\n", s.merchant, s.merchant, n, s.country)
			fmt.Fprintf(&text, "%s,1,%s", opened.Format(time.RFC3339), row)
			if n < s.answered {
				fmt.Fprintf(&text, "%s,2,%s", opened.Add(s.wait).Format(time.RFC3339), row)
			}
		}
	}
	// A reply in a conversation that no client opened says when the page looks.
	fmt.Fprintf(&text, "%s,2,1,2,%s,last,ZZ\n", last.Add(240*time.Hour).Format(time.RFC3339), shops[0].merchant)
	return text.String()
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// usual are merchants that answer nine of ten in an hour.
func usual(n int) (all []shop) {
	for i := range n {
		all = append(all, shop{fmt.Sprint(100 + i), "FR", 40, 36, time.Hour})
	}
	return all
}

// section returns a part of a page.
func section(t *testing.T, page, id string) string {
	t.Helper()
	_, rest, ok := strings.Cut(page, `<h2 id="`+id+`"`)
	require.True(t, ok, id)
	part, _, _ := strings.Cut(rest, "</section>")
	return part
}

// A merchant that answers 25 of 400 in 3 seconds and one that answers nobody are praised
// nowhere, and named where they belong.
func TestChooserAndSilent(t *testing.T) {
	got := html(t, result(t, messages(append(usual(12), shop{"chooser", "DE", 400, 25, 3 * time.Second},
		shop{"silent", "DE", 100, 0, 0})...)))
	standings := section(t, got, "standings")
	for _, id := range []string{"chooser", "silent"} {
		_, row, ok := strings.Cut(standings, fmt.Sprintf(`<th scope="row" title="%s">`, id))
		require.True(t, ok, id)
		row, _, _ = strings.Cut(row, "</tr>")
		require.Contains(t, row, "surely below")
		require.Contains(t, section(t, got, "now"), fmt.Sprintf(`<th scope="row" title="%s">`, id))
		require.NotRegexp(t, id+`[^\n]*surely above`, got)
	}
	require.Contains(t, section(t, got, "now"), "1 merchant answered nobody: \u2068silent\u2069.")
	require.Contains(t, section(t, got, "merchants-title"), "answered nobody")
	missed := section(t, withPolicy(t, messages(append(usual(12), shop{"chooser", "DE", 400, 25, 3 * time.Second},
		shop{"silent", "DE", 100, 0, 0})...), "targets: {default: 2h}\n"), "targets")
	require.Contains(t, tableRow(t, missed, "chooser"), "<td>375</td><td>400</td>")
	require.Contains(t, tableRow(t, missed, "silent"), "<td>100</td><td>100</td>")
	short := section(t, got, "short")
	require.Contains(t, short, "Lowest: \u2068silent\u2069, \u2068chooser\u2069.")
	require.Contains(t, short, "Most are with the merchants \u2068chooser\u2069, \u2068silent\u2069, ")
	countries := section(t, got, "countries")
	require.Less(t, strings.Index(countries, `title="FR"`), strings.Index(countries, `title="DE"`),
		"the country of both is the last")
	require.NotContains(t, got, "fastest")
}

// Nobody is called slow for a handful of unlucky days, and a minimum is said.
func TestFewConversations(t *testing.T) {
	got := html(t, result(t, messages(append(usual(12), shop{"unlucky", "FR", 4, 1, time.Hour})...)))
	require.NotContains(t, section(t, got, "standings"), "unlucky")
	require.Contains(t, section(t, got, "standings"), "No merchant is surely below or above the others.")
	require.Contains(t, section(t, got, "standings"),
		"The 12 merchants with at least 10 conversations that had their time")
	require.Contains(t, section(t, got, "standings"), "1 merchant has fewer: of it nobody can say.")
}

// Where all merchants are alike, the funnel says that there is no more than chance.
func TestFunnelOfEqualMerchants(t *testing.T) {
	got := section(t, html(t, result(t, messages(usual(30)...))), "funnel")
	require.Contains(t, got, "0 of 30 merchants are beyond the wide limits, where chance gives about 0.1. That is no more than chance explains.")
}

// What can still move says so: as of the end of a day nothing is due.
func TestYoungData(t *testing.T) {
	var text strings.Builder
	text.WriteString(header)
	for n := range 40 {
		row := fmt.Sprintf("1,2,%d,%d,FR\n", n%4, n)
		fmt.Fprintf(&text, "2026-03-01T%02d:00:00Z,1,%s", n%20, row)
		if n%2 == 0 {
			fmt.Fprintf(&text, "2026-03-01T%02d:30:00Z,2,%s", n%20, row)
		}
	}
	got := html(t, result(t, text.String()))
	require.Contains(t, got, "<strong>Provisional.</strong> 20 conversations were opened so lately that they can still be answered in time (50.0\u00a0% of all). "+
		"None is old enough to say which merchants answer in time.")
	require.Contains(t, got, "not known yet: nobody was watched for more than 18\u00a0h")
	require.Contains(t, got, `Half answered within <abbr title="provisional: it will still move">◦</abbr>`)
	require.NotContains(t, got, `id="standings"`)
	require.NotContains(t, got, `id="funnel"`)

	got = html(t, result(t, messages(usual(12)...)))
	require.NotContains(t, got, "Provisional", "all had their time")
	require.NotContains(t, got, "◦")
}

// One time is called typical, and no mean of answered conversations is on the page.
func TestOneTypicalTime(t *testing.T) {
	got := samplePage()
	require.Equal(t, 1, strings.Count(section(t, got, "short"), "typical"))
	require.NotContains(t, got, "Mean first response")
	require.NotContains(t, got, "median of answered")
}

// In French nothing is left in English, and numbers and dates are French.
func TestFrench(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	require.NoError(t, page.Write(&b, promisedOnce(), page.Options{Language: "fr"}))
	got := b.String()
	require.Contains(t, got, `<html lang="fr">`)
	require.Contains(t, got, "À quelle vitesse les marchands répondent")
	require.Contains(t, got, "telles que connues le 28 mai 2026")
	require.Regexp(t, `92,5\x{00a0}%`, got)
	_, body, _ := strings.Cut(got, "<body>")
	body, _, _ = strings.Cut(body, "<script>")
	for _, english := range []string{" the ", ">answered", " answered", "merchant ", "Monday", "What "} {
		at := strings.Index(body, english)
		require.Negative(t, at, "%q: …%s…", english, body[max(0, at-60):max(0, min(len(body), at+60))])
	}
	err := page.Write(&b, sampleOnce(), page.Options{Language: "de"})
	require.ErrorContains(t, err, `no language "de"; expected one of en, fr`)
}
