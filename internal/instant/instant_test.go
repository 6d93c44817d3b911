package instant_test

import (
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/instant"
	"github.com/sav-analytics/sav/internal/zone"
)

// layouts are forms of package time that ParseText reads, with any fraction.
var layouts = []string{
	time.RFC3339, "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z0700",
	"2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", time.DateOnly,
}

// oracle reads a time by package time.
func oracle(text string) (int64, bool) {
	for _, layout := range layouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UnixMicro(), true
		}
	}
	return 0, false
}

// What package time reads in one of the layouts, ParseText reads as the same instant.
func TestParseTextReadsWhatPackageTimeReads(t *testing.T) {
	t.Parallel()
	pick := func(t *rapid.T, values ...string) string { return rapid.SampledFrom(values).Draw(t, "part") }
	rapid.Check(t, func(t *rapid.T) {
		s := pick(t, "0000", "0026", "1850", "1970", "2026", "2100", "9999") + "-" + pick(t, "01", "02", "12", "13",
			"1") +
			"-" + pick(t, "01", "28", "29", "31", "00", "7")
		if rapid.Bool().Draw(t, "clock") {
			s += pick(t, " ", "T", "  ", "t", "") + pick(t, "00", "9", "23", "24") + ":" + pick(t, "00", "59", "60",
				"5")
			s += pick(t, "", ":00", ":59", ":60", ":5") +
				pick(t, "", ".5", ",5", ".123456", ".1234567899", ".123456789123456", ".") +
				pick(t, "", "Z", "+02:00", "-0330", "+23:59", "z")
		}
		want, ok := oracle(s)
		if !ok {
			return
		}
		got, err := instant.ParseText(s, nil)
		require.NoError(t, err)
		require.Equal(t, want, got, s)
	})
}

func TestParseText(t *testing.T) {
	t.Parallel()
	paris, err := zone.New("Europe/Paris")
	require.NoError(t, err)
	for _, c := range []struct{ name, text, want string }{
		{"a year that messages do not have", "1850-02-03", "1850-02-02T23:50:39Z"},
		{"slashes", "2026/03/01 10:20", "2026-03-01T09:20:00Z"},
		{"an hour of one digit", "2026-03-01 9:20", "2026-03-01T08:20:00Z"},
		{"two spaces", "2026-03-01  09:20", "2026-03-01T08:20:00Z"},
		{"a comma", "2026-03-01T09:20:00,25Z", "2026-03-01T09:20:00.25Z"},
		{"a long fraction", "2026-03-01T09:20:00.123456789999Z", "2026-03-01T09:20:00.123456Z"},
		{"minutes and an offset", "2026-03-01T09:20+02", "2026-03-01T07:20:00Z"},
		{"as mail writes it", "Tue, 31 Oct 1017 22:10:47 +0000", "1017-10-31T22:10:47Z"},
		{"a Unix time", "1772359200.25", "2026-03-01T10:00:00.25Z"},
		{"a local time that occurs twice", "2026-10-25 02:30", "2026-10-25T00:30:00Z"},
		{"a local time that is skipped", "2026-03-29 02:30", "2026-03-29T01:30:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := instant.ParseText(c.text, paris)
			require.NoError(t, err)
			require.Equal(t, c.want, time.UnixMicro(got).UTC().Format(time.RFC3339Nano))
		})
	}
	for _, text := range []string{"", "soon", "2026", "2026-03-01T", "2026-03-01 ", "2026-03-01T  9:00", "2026-02-30",
		"2026-03-01 10:00:00.", "2026-03-01 10:00:00,", "2026-03-01 :00", "123456789012345678901"} {
		_, err := instant.ParseText(text, nil)
		require.ErrorContains(t, err, "is not a time, such as 2026-05-31", text)
	}
}

// FuzzParseText: no text panics; what Parse reads ParseText reads as the same instant,
// and so is what package time reads.
func FuzzParseText(f *testing.F) {
	for _, s := range []string{"2026-03-01", "2026-03-01T9:20:30,123456Z", "1772359200.5",
		"Tue, 31 Oct 2017 22:10:47 GMT", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := instant.ParseText(s, nil)
		if at, _, ok := instant.Parse([]byte(s), nil); ok {
			require.NoError(t, err)
			require.Equal(t, at, got)
		}
		// Package time takes offsets of 24 hours and of 60 minutes for some.
		if want, ok := oracle(s); ok && err == nil {
			require.Equal(t, want, got)
		}
	})
}
