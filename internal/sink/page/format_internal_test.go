package page

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// in returns the words of a language.
func in(t require.TestingT, tag string) *words {
	w, err := newWords(tag)
	require.NoError(t, err)
	return w
}

func TestHuman(t *testing.T) {
	w := in(t, "en")
	for seconds, want := range map[float64]string{
		0: "0 s", 0.04: "0 s", 1.25: "1.3 s", 9.94: "9.9 s", 9.96: "10 s", 59.4: "59 s", 59.6: "1 min", 60: "1 min",
		90:  "1 min 30 s",
		599: "9 min 59 s", 600: "10 min", 630: "11 min", 3569: "59 min", 3570: "1 h", 3600: "1 h", 3660: "1 h 1 min",
		172_769: "47 h 59 min",
		172_770: "2 d", 172_800: "2 d", 180_000: "2 d 2 h", 31_536_000: "365 d",
	} {
		require.Equal(t, want, strings.ReplaceAll(w.human(seconds), nb, " "), "%v", seconds)
	}
	require.Equal(t, none, w.human(math.NaN()))
	require.Empty(t, exact(math.NaN()))
}

func TestNumbersOfLanguages(t *testing.T) {
	plain := func(text string) string { return strings.NewReplacer(nb, " ", "\u202f", " ").Replace(text) }
	english, french := in(t, "en"), in(t, "fr")
	for n, want := range map[int64][2]string{0: {"0", "0"}, 999: {"999", "999"}, 1000: {"1,000", "1 000"},
		1_234_567: {"1,234,567", "1 234 567"}} {
		require.Equal(t, want, [2]string{plain(english.count(n)), plain(french.count(n))})
	}
	require.Equal(t, "92.5 %", plain(english.percent(0.925)))
	require.Equal(t, "92,5 %", plain(french.percent(0.925)))
	require.Equal(t, "1.25", plain(english.decimal(1.25)))
	require.Equal(t, "1,25", plain(french.decimal(1.25)))
	require.Equal(t, "1,3 s", plain(french.human(1.25)))
	require.Equal(t, "2 j 2 h", plain(french.human(180_000)))
	require.Equal(t, "1 août 2026", french.date(time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)))
	require.Equal(t, "1 August 2026", english.date(time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)))
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
		for _, a := range []linearAxis{newLinearAxis(longest, 4)} {
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
	w := in(t, "en")
	require.Equal(t, "1 s to 1 h", strings.ReplaceAll(w.span(1, 3600), nb, " "))
	require.Equal(t, none, w.span(math.NaN(), math.NaN()))
	require.Equal(t, none, w.shareSpan(math.NaN(), math.NaN()))
	require.Equal(t, "5.0 % to 10.0 %", strings.ReplaceAll(w.shareSpan(0.05, 0.1), nb, " "))
}

func TestShareAxis(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		least := rapid.Float64Range(0, 1).Draw(t, "least")
		axis := newShareAxis(least)
		require.GreaterOrEqual(t, axis.at(least), 0.0)
		require.Equal(t, 1.0, axis.at(1))
		require.Len(t, axis.ticks(in(t, "en")), 6)
	})
}

// Of equal digits nothing is lost, and what does not apply is -1.
func TestThreeDigits(t *testing.T) {
	for seconds, want := range map[float64]int64{0: 0, 0.4: 0, 1.6: 2, 999: 999, 1004: 1000, 1006: 1010, 86400: 86400,
		123456: 123000} {
		require.Equal(t, want, threeDigits(seconds), "%v", seconds)
	}
	require.EqualValues(t, -1, threeDigits(nan))
	require.Equal(t, -1, thousandths(nan))
	require.Equal(t, 925, thousandths(0.9249))
}
