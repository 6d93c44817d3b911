package delivery

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var noon = time.Date(1994, 11, 6, 8, 49, 37, 0, time.UTC)

func TestRetryAfter(t *testing.T) {
	const limit = time.Minute
	tests := []struct {
		header string
		want   time.Duration
	}{
		{"", 0},
		{"0", 0},
		{"7", 7 * time.Second},
		{" 7 ", 7 * time.Second},
		{"007", 7 * time.Second},
		{"60", limit},
		{"61", limit},
		{"9223372036", limit},              // as nanoseconds, just below 2^63
		{"9223372037", limit},              // as nanoseconds, beyond
		{"18446744073709551617", limit},    // beyond 64 bits
		{"99999999999999999999999", limit}, //
		{"Sun, 06 Nov 1994 08:49:57 GMT", 20 * time.Second},  // IMF-fixdate
		{"Sunday, 06-Nov-94 08:49:57 GMT", 20 * time.Second}, // RFC 850
		{"Sun Nov  6 08:49:57 1994", 20 * time.Second},       // asctime
		{"Sun, 06 Nov 1994 08:49:07 GMT", 0},                 // past
		{"Mon, 01 Jan 0001 00:00:00 GMT", 0},
		{"Fri, 31 Dec 9999 23:59:59 GMT", limit},
		{"-1", 0},
		{"+1", 0},
		{"1.5", 0},
		{"1e3", 0},
		{"soon", 0},
		{"7 seconds", 0},
		{"٧", 0}, // a digit, not one of HTTP's
	}
	for _, test := range tests {
		t.Run(test.header, func(t *testing.T) {
			require.Equal(t, test.want, retryAfter(test.header, limit, noon))
		})
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"", "7", "-7", "9223372037", "Sun, 06 Nov 1994 08:49:57 GMT",
		"Sun Nov  6 08:49:57 1994", "soon"} {
		f.Add(seed, int64(time.Minute))
	}
	f.Fuzz(func(t *testing.T, header string, limit int64) {
		if limit < 0 {
			t.Skip()
		}
		wait := retryAfter(header, time.Duration(limit), noon)
		require.GreaterOrEqual(t, wait, time.Duration(0))
		require.LessOrEqual(t, wait, time.Duration(limit))
	})
}

// TestBackoff is never above its limit, however often it is called, nor below
// what the API asks for; without that, it is up to base·2ⁿ.
func TestBackoff(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := time.Duration(rapid.Int64Range(1, int64(time.Hour)).Draw(t, "base"))
		limit := time.Duration(rapid.Int64Range(1, int64(24*time.Hour)).Draw(t, "limit"))
		n := rapid.IntRange(0, 1000).Draw(t, "n")
		wait := backoff(base, limit, n, nil, noon)
		require.GreaterOrEqual(t, wait, time.Duration(0))
		require.LessOrEqual(t, wait, limit)
		if n < 10 {
			require.LessOrEqual(t, wait, base<<n)
		}
		seconds := rapid.Int64Range(0, 1e6).Draw(t, "seconds")
		resp := &http.Response{Header: http.Header{"Retry-After": {time.Unix(noon.Unix()+seconds,
			0).UTC().Format(http.TimeFormat)}}}
		wait = backoff(base, limit, n, resp, noon)
		require.GreaterOrEqual(t, wait, min(time.Duration(seconds)*time.Second, limit))
		require.LessOrEqual(t, wait, limit)
	})
}

// TestBackoffIsSpread: callers that failed together do not return together.
func TestBackoffIsSpread(t *testing.T) {
	var early, late int
	for range 1000 {
		switch wait := backoff(time.Second, time.Hour, 2, nil, noon); {
		case wait < time.Second:
			early++
		case wait > 3*time.Second:
			late++
		}
	}
	require.Greater(t, early, 100, "about 250 of 1000")
	require.Greater(t, late, 100, "about 250 of 1000")
}
