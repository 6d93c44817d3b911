package duration_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/duration"
)

func TestParse(t *testing.T) {
	t.Parallel()
	const hour = 3600_000_000
	for text, want := range map[string]int64{
		"24h": 24 * hour, "7d": 168 * hour, "1h30m": hour * 3 / 2, "90s": 90e6, "1d2h3m4s": 26*hour + 184e6,
		"0h1s": 1e6, "0001m": 60e6, "90m": hour * 3 / 2, "99999d": 99999 * 24 * hour,
	} {
		got, err := duration.Parse(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "24", "h", "1.5h", "-1h", "+1h", "1h ", " 1h", "1 h", "30m1h", "1h2h", "1w", "1H",
		"1ms", "1h30",
		"0h", "0d0s", "100000d", "99999999999999999999s", "9223372036854775807d", "99999d9999999999s", "१h"} {
		_, err := duration.Parse(text)
		require.Error(t, err, text)
	}
}

// What Format writes, Parse reads.
func TestFormatIsParsed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		micros := rapid.Int64Range(1, 1_000_000_000).Draw(t, "seconds") * 1_000_000
		got, err := duration.Parse(duration.Format(micros))
		require.NoError(t, err)
		require.Equal(t, micros, got)
	})
	require.Equal(t, "0s", duration.Format(0))
	require.Equal(t, "0s", duration.Format(-5))
	require.Equal(t, "1d12h", duration.Format(36*3600_000_000+5))
}

func TestHuman(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "0s", 40 * time.Millisecond: "0s", 4230 * time.Millisecond: "4.2s", 59 * time.Second: "59s",
		12*time.Minute + 30*time.Second: "12m30s", 3*time.Hour + 31*time.Minute + 7*time.Second: "3h31m",
		28*time.Hour + 5*time.Minute: "28h05m", 76 * time.Hour: "3d04h", -90 * time.Second: "-1m30s",
		math.MinInt64:            "-106751d23h",
		59960 * time.Millisecond: "1m00s", time.Hour - 400*time.Millisecond: "1h00m",
		time.Hour - 600*time.Millisecond: "59m59s",
		48*time.Hour - time.Nanosecond:   "2d00h",
	} {
		require.Equal(t, want, duration.Human(d))
	}
}
