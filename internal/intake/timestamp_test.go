package intake_test

import (
	"fmt"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/naive"
	"github.com/sav-analytics/sav/source"
)

func TestParseTime(t *testing.T) {
	at := func(s string) int64 {
		v, err := time.Parse(time.RFC3339Nano, s)
		require.NoError(t, err)
		return v.UnixMicro()
	}
	for _, test := range []struct{ text, want string }{
		{"2026-03-01", "2026-03-01T00:00:00Z"},
		{"2026-03-01 10:20", "2026-03-01T10:20:00Z"},
		{"2026-03-01T10:20:30", "2026-03-01T10:20:30Z"},
		{"2026-03-01 10:20:30.5", "2026-03-01T10:20:30.5Z"},
		{"2026-03-01 10:20:30.123456789", "2026-03-01T10:20:30.123456Z"},
		{"2026-03-01 10:20Z", "2026-03-01T10:20:00Z"},
		{"2026-03-01T10:20:30 Z", "2026-03-01T10:20:30Z"},
		{"2026-03-01 10:20:30   +02:00", "2026-03-01T08:20:30Z"},
		{"2026-03-01 10:20:30-0330", "2026-03-01T13:50:30Z"},
		{"2026-03-01 10:20:30.9-03", "2026-03-01T13:20:30.9Z"},
		{"2026-03-01 00:00+23:59", "2026-02-28T00:01:00Z"},
		{"1990-01-01 00:00:00+14", "1989-12-31T10:00:00Z"},
		{"2099-12-31 23:59:59.999999", "2099-12-31T23:59:59.999999Z"},
		{"2024-02-29", "2024-02-29T00:00:00Z"},
		{"2000-02-29", "2000-02-29T00:00:00Z"},
		{"2026/03/01", "2026-03-01T00:00:00Z"},
		{"2026/03/01T10:20:30.5  +02", "2026-03-01T08:20:30.5Z"},
		{"2026-03-01 10:20UTC", "2026-03-01T10:20:00Z"},
		{"2026-03-01T10:20:30 GMT", "2026-03-01T10:20:30Z"},
		{"Tue Oct 31 22:10:47 +0000 2017", "2017-10-31T22:10:47Z"},
		{"mon oct 1 22:10:47 -0530 2017", "2017-10-02T03:40:47Z"},
		{"Tue, 31 Oct 2017 22:10:47 +0000", "2017-10-31T22:10:47Z"},
		{"Sun, 3 Mar 2025 10:00:00 GMT", "2025-03-03T10:00:00Z"},
		{"03 Mar 2025 11:00:04 +01:00", "2025-03-03T10:00:04Z"},
		{"999999999", "2001-09-09T01:46:39Z"},
		{"1772359200000.5", "2026-03-01T10:00:00.0005Z"},
		{"999999999999999", "2001-09-09T01:46:39.999999Z"},
		{"1772359200000001.9", "2026-03-01T10:00:00.000001Z"},
		{"999999999999999999", "2001-09-09T01:46:39.999999Z"},
		{"1772359200000001999", "2026-03-01T10:00:00.000001Z"},
		{"1772359200000001999.999", "2026-03-01T10:00:00.000001Z"},
		{"1772359200", "2026-03-01T10:00:00Z"},
		{"1772359200.25", "2026-03-01T10:00:00.25Z"},
		{"1772359200.1234569999", "2026-03-01T10:00:00.123456Z"},
		{"999999999999", "2001-09-09T01:46:39.999Z"},
		{"1772359200001", "2026-03-01T10:00:00.001Z"},
		{"4102444799", "2099-12-31T23:59:59Z"},
		{"631152000", "1990-01-01T00:00:00Z"},
	} {
		t.Run(test.text, func(t *testing.T) {
			got, ambiguous := intake.ParseTime([]byte(test.text), nil)
			require.Equal(t, at(test.want), got)
			require.False(t, ambiguous)
		})
	}
	for _, text := range []string{
		"yesterday", "2026", "2026-03", "2026-3-1", "2026-02-29", "2100-02-29", "2026-04-31", "2026-00-10",
		"2026-13-01", "2026-01-00",
		"1989-12-31", "2100-01-01", "0026-03-01", "20260301", "01/03/2026", "2026-03-01x", "2026-03-01T", "2026-03-01 ",
		"2026-03-01  10:00",
		"2026/03-01", "2026-03/01", "2026/3/1", "2026-03-01t10:00", "2026-03-01\t10:00", "2026-03-01 1:00",
		"2026-03-01 10", "2026-03-01 10:0", "2026-03-01 24:00", "2026-03-01 10:60",
		"2026-03-01 10:00:60", "2026-03-01 10:00:6", "2026-03-01 10:00:00.", "2026-03-01 10:00:00.1234567890",
		"2026-03-01 10:00:00,5",
		"2026-03-01 10:00.5", "2026-03-01Z", "2026-03-01 Z", "2026-03-01+01", "2026-03-01 10:00z",
		"2026-03-01 10:00 utc", "2026-03-01 10:00 CET", "2026-03-01 10:00 UTC+1", "2026-03-01 10:00+1",
		"2026-03-01 10:00+", "2026-03-01 10:00+010", "2026-03-01 10:00+01:0", "2026-03-01 10:00+01:00:00",
		"2026-03-01 10:00+24", "2026-03-01 10:00+01:60",
		"2026-03-01 10:00+01-00", "2026-03-01 10:00Z ", "-772359200", "+772359200", "12345678", "12345678901",
		"12345678901234", "1772359200.",
		"1772359200.x", "1772359200,5", "1772359200 5", "177235920 0", "17723592000000", "17723592000000000",
		"17723592000000000000", "1772359200000.", "9999999999", "100000000", "9999999999999", "631151999",
		"4102444800", "1e9", "0x7fffffff", "١٧٧٢٣٥٩٢٠٠", "2026-03-01 10:00:00\x00",
		"Tue Oct 31 22:10:47 2017", "Tue Oct 32 22:10:47 +0000 2017", "Tue Okt 31 22:10:47 +0000 2017",
		"Oct 31 22:10:47 +0000 2017",
		"Tue, 31 Oct 17 22:10:47 +0000", "31 Oct 2017 22:10:47", "31 Oct 2017 22:10 +0000",
		"31 October 2017 22:10:47 +0000", "31 Oct 2017 22:10:47.5 GMT",
		"Die, 31 Oct 2017 22:10:47 GMT", "Tue 31 Oct 2017 22:10:47 GMT", "Tue, 031 Oct 2017 22:10:47 GMT",
		"Tue, 31  Oct 2017 22:10:47 GMT", "30 Feb 2017 22:10:47 GMT",
	} {
		t.Run(text, func(t *testing.T) {
			got, _ := intake.ParseTime([]byte(text), nil)
			require.Equal(t, int64(intake.BadTime), got)
		})
	}
	got, _ := intake.ParseTime(nil, nil)
	require.Equal(t, int64(source.MissingTime), got)
}

// FuzzParseTime: whatever the text, the parser and a regular expression with
// the calendar of package time agree.
func FuzzParseTime(f *testing.F) {
	for _, s := range []string{"2026-03-01", "2026-03-01T10:20:30.123456Z", "2026-03-01 10:20 -0330", "1772359200.5",
		"1772359200001",
		"2026-03-29 02:30:00", "2026-10-25 02:30", "Tue Oct 31 22:10:47 +0000 2017", "Tue, 31 Oct 2017 22:10:47 GMT",
		"ſun Nov 30 22:10:47 +0000 2025", "7 ſep 2025 10:00:00 GMT", "7 sEP 2025 10:00:00 GMT",
		"1772359200000001999.5", "2026-02-30", "2026-03-01 10:00:00.1234567890", "2026-03-01 10:00+24", "\xff",
		"4102444800"} {
		f.Add(s)
	}
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(f, err)
	zone, err := source.NewZone("Europe/Paris")
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, s string) {
		if s == "" {
			return
		}
		requireSameTime(t, s, paris, zone)
		requireSameTime(t, s, nil, nil)
	})
}

func requireSameTime(t require.TestingT, s string, loc *time.Location, zone *source.Zone) {
	want, wantAmbiguous, ok := naive.Time(s, loc)
	if !ok {
		want, wantAmbiguous = intake.BadTime, false
	}
	got, ambiguous := intake.ParseTime([]byte(s), zone)
	require.Equal(t, want, got, "%q in %v", s, loc)
	require.Equal(t, wantAmbiguous, ambiguous, "%q in %v", s, loc)
}

// Texts that are nearly times, which random bytes hardly ever are.
func TestParseTimeNearMisses(t *testing.T) {
	number := func(t *rapid.T, digits int, most int64) string {
		return fmt.Sprintf("%0*d", digits, rapid.Int64Range(0, most).Draw(t, "number"))
	}
	pick := func(t *rapid.T, values ...string) string { return rapid.SampledFrom(values).Draw(t, "part") }
	rapid.Check(t, func(t *rapid.T) {
		s := pick(t, "19", "20") + number(t, 2, 99) + "-" + number(t, 2, 13) + "-" + number(t, 2, 32)
		if rapid.Bool().Draw(t, "clock") {
			s += pick(t, " ", "T", "t", "") + number(t, 2, 25) + ":" + number(t, 2, 61)
			s += pick(t, "", ":", "."+number(t, 1, 9), ":"+number(t, 2, 61), ":59."+number(t, 1, 1e10), ":00.")
			s += pick(t, "", " ", "Z", " Z", "+"+number(t, 2, 25), "-"+number(t, 4, 2400), " +"+number(t, 2, 24)+":"+
				number(t, 2, 61), "z")
		}
		if rapid.Bool().Draw(t, "unix") {
			s = fmt.Sprint(rapid.Int64Range(0, 5e12).Draw(t, "seconds")) + pick(t, "", ".", "."+number(t, 1, 1e9), "e3")
		}
		requireSameTime(t, s, nil, nil)
	})
}

func TestCheckTime(t *testing.T) {
	from, to := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro(), time.Date(2100, 1, 1, 0, 0, 0, 0,
		time.UTC).UnixMicro()
	for _, at := range []int64{from, 1_772_359_200_000_000, to - 1} {
		require.Equal(t, at, intake.CheckTime(at))
	}
	for _, at := range []int64{from - 1, 0, to, source.MissingTime, 1<<63 - 1} {
		require.Equal(t, int64(intake.BadTime), intake.CheckTime(at))
	}
}
