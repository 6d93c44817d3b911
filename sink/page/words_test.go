package page_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// answered makes conversations of a country, the n-th of them answered after n
// times so many minutes.
func answered(country string, conversations, minutes int) string {
	var text strings.Builder
	for n := 1; n <= conversations; n++ {
		fmt.Fprintf(&text, "2026-03-01 10:00:00,1,1,2,7,%s%d,%[1]s\n", country, n)
		fmt.Fprintf(&text, "2026-03-01 1%d:%02d:00,2,1,2,7,%s%d,%[3]s\n", n*minutes/60, n*minutes%60, country, n)
	}
	return text.String()
}

const header = "created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id,conversation_id,country\n"

// A country of two answers is neither the fastest nor the slowest: there is no
// interval to say so.
func TestCountriesOfFewAnswers(t *testing.T) {
	got := html(t, result(t, header+answered("AA", 10, 1)+answered("BB", 10, 2)+answered("CC", 2, 0)+answered("DD", 2, 90)))
	require.Contains(t, got, "The fastest country is <bdi>AA</bdi> with")
	require.Contains(t, got, "the slowest <bdi>BB</bdi> with")
	require.Contains(t, got, "Where there is none, fewer than 6 were answered")
	require.False(t, strings.Contains(got, "– to –"))

	got = html(t, result(t, header+answered("AA", 10, 1)+answered("CC", 2, 0)))
	require.NotContains(t, got, "The fastest country", "with one there is nothing to compare")
	got = html(t, result(t, header+answered("AA", 10, 1)+answered("BB", 10, 2)))
	require.NotContains(t, got, "Where there is none")
}

// Nothing is said of an hour where nobody was watched for that long.
func TestShortWatch(t *testing.T) {
	got := html(t, result(t, header+answered("AA", 10, 1)+"2026-03-01 10:00:00,1,1,2,7,X,AA\n"))
	require.Contains(t, got, `How long a client waits</h2>`)
	require.NotContains(t, got, "<p>.")
	require.NotContains(t, got, "within 1\u00a0h")
	require.Contains(t, got, "; but nobody was watched for more than 10\u00a0min")
	require.NotContains(t, html(t, sample(t)), "nobody was watched")
}
