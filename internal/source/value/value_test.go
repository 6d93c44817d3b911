package value_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/source/value"
	"github.com/sav-analytics/sav/internal/swar"
	"github.com/sav-analytics/sav/source"
)

func padded(text string) []byte { return append([]byte(text), make([]byte, swar.Padding)...) }

// FuzzTimes: what is read is what the rules read.
func FuzzTimes(f *testing.F) {
	for _, text := range []string{"2026-03-01 10:00:00", "2026-03-01T10:00:00.25Z", "2026-02-30 10:00:00",
		"2026-03-01 10:00", "2026-03-29 02:30:00",
		"2026-03-01 10:00:00.1234567890", "2026/03/01 10:00:00", "1772359200", "2026-03-01", "2026-03-01 24:00:00Z", "",
		"2026-03-01 10:00:00 UTC",
		"2026-03-01 10:00:00.123456+00:00", "2026-03-01 10:00:00+00", "2026-03-01 10:00:00+00:30",
		"2026-03-01 10:00:00+0000"} {
		f.Add(text, "2026-03-01 09:00:00")
	}
	paris, err := source.NewZone("Europe/Paris")
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text, before string) {
		for _, zone := range []*source.Zone{nil, paris} {
			times := value.Times{Zone: zone}
			times.Read(padded(before), 0)
			at, ambiguous, n := times.Read(padded(text), 0)
			if n == 0 {
				continue
			}
			require.LessOrEqual(t, n, len(text))
			want, wantAmbiguous := intake.ParseTime([]byte(text[:n]), zone)
			require.Equal(t, want, at, "%q", text)
			require.Equal(t, wantAmbiguous, ambiguous, "%q", text)
		}
	})
}

func TestValidUTF8(t *testing.T) {
	t.Parallel()
	parts := []string{"a", "plain text of ASCII", "é", "日本", "\xff", "\xc3", "\xe6\x97", "\U0001f600", "\xf0\x9f",
		"\xed\xa0\x80", " "}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.SampledFrom(parts)).Draw(t, "parts"), "")
		before := strings.Repeat("x", rapid.IntRange(0, 9).Draw(t, "before"))
		b := padded(before + text + "\xff") // not of the text
		require.Equal(t, utf8.ValidString(text), value.ValidUTF8(b, len(before), len(before)+len(text)), "%q", text)
	})
}
