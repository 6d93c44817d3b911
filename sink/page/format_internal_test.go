package page

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestHuman(t *testing.T) {
	for seconds, want := range map[float64]string{
		0: "0 s", 0.04: "0 s", 1.25: "1.3 s", 9.94: "9.9 s", 9.96: "10 s", 59.4: "59 s", 59.6: "1 min", 60: "1 min", 90: "1 min 30 s",
		599: "9 min 59 s", 600: "10 min", 630: "11 min", 3569: "59 min", 3570: "1 h", 3600: "1 h", 3660: "1 h 1 min", 172_769: "47 h 59 min",
		172_770: "2 d", 172_800: "2 d", 180_000: "2 d 2 h", 31_536_000: "365 d",
	} {
		require.Equal(t, want, strings.ReplaceAll(human(seconds), nb, " "), "%v", seconds)
	}
	require.Equal(t, none, human(math.NaN()))
	require.Empty(t, exact(math.NaN()))
}

func TestThousands(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1_234_567: "1,234,567", -1000: "-1,000"} {
		require.Equal(t, want, thousands(n))
	}
}

func TestNames(t *testing.T) {
	require.Equal(t, `" "`, name(" "))
	require.Equal(t, strings.Repeat("é", 31)+"…", name(strings.Repeat("é", 40)))
	require.Equal(t, strings.Repeat("é", 11)+"…", shortName(strings.Repeat("é", 13)))
	require.Equal(t, "FR", shortName("FR"))
}

// An axis has few ticks, the last of which reaches what it is made for.
func TestAxes(t *testing.T) {
	label := func(v float64) string { return "" }
	rapid.Check(t, func(t *rapid.T) {
		longest := rapid.Float64Range(1e-3, 1e9).Draw(t, "longest")
		for _, a := range []linearAxis{newLinearAxis(longest, 4), newDurationAxis(longest, 4)} {
			require.GreaterOrEqual(t, a.to*(1+1e-9), longest)
			n := len(a.ticks(100, label))
			require.True(t, n >= 2 && n <= 6, "%d ticks", n)
		}
		times := newTimeAxis(longest)
		require.Greater(t, times.at(longest), times.at(longest/2))
		require.LessOrEqual(t, times.at(longest), 1.0)
		require.Less(t, times.at(0), times.at(1e-6))
		require.GreaterOrEqual(t, times.at(0), 0.0)
	})
}

func TestSpan(t *testing.T) {
	require.Equal(t, "1 s to 1 h", strings.ReplaceAll(span(1, 3600), nb, " "))
	require.Equal(t, "1 s to 3600 s", strings.ReplaceAll(exactSpan(1, 3600), nb, " "))
	require.Equal(t, none, span(math.NaN(), math.NaN()))
	require.Empty(t, exactSpan(math.NaN(), math.NaN()))
	require.Equal(t, none, shareSpan(math.NaN(), math.NaN()))
	require.Equal(t, "5.0 % to 10.0 %", strings.ReplaceAll(shareSpan(0.05, 0.1), nb, " "))
}

// A ledger takes away what there is.
func TestLedgerLines(t *testing.T) {
	require.Equal(t, "−1,200", line{N: 1200, Sign: "−"}.Shown())
	require.Equal(t, "0", line{Sign: "−"}.Shown())
}
