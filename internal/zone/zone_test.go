package zone_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/naive"
	"github.com/sav-analytics/sav/internal/thorough"
	"github.com/sav-analytics/sav/internal/zone"
)

// zones have summer time, gaps and folds of an hour and of half an hour, changes
// at midnight, a summer time that pauses for Ramadan, days that were left out,
// and offsets that are no whole hours.
var zones = []string{"Europe/Paris", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu",
	"America/New_York", "Pacific/Apia", "Asia/Tehran", "Antarctica/Troll", "America/St_Johns", "Asia/Pyongyang",
	"Africa/Cairo"}

// Local times become the instants that trying every offset finds: around each
// change of the clocks to the second, and anywhere.
func TestToUTCAgainstBruteForce(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, name := range zones {
		t.Run(name, func(t *testing.T) {
			loc, err := time.LoadLocation(name)
			require.NoError(t, err)
			z, err := zone.New(name)
			require.NoError(t, err)
			require.False(t, z.IsUTC())
			check := func(local int64) {
				t.Helper()
				want, wantAmbiguous := naive.UTC(local, loc)
				got, ambiguous := z.ToUTC(local)
				require.Equal(t, want, got, "%v", time.UnixMicro(local).UTC())
				require.Equal(t, wantAmbiguous, ambiguous, "%v", time.UnixMicro(local).UTC())
			}
			years := 0
			for at := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC); years < 30; years++ {
				_, end := at.In(loc).ZoneBounds()
				if end.IsZero() {
					break
				}
				_, before := end.Add(-time.Second).In(loc).Zone()
				_, after := end.In(loc).Zone()
				at = end
				if change := after - before; years%thorough.Or(5, 1) > 0 && (change == 3600 || change == -3600) {
					continue // of changes by an hour, some will do
				}
				for _, side := range []time.Time{end.Add(-time.Second), end} {
					_, offset := side.In(loc).Zone()
					local := end.UnixMicro() + int64(offset)*1e6
					for _, d := range []time.Duration{-24 * time.Hour, -time.Hour, -time.Microsecond, 0,
						time.Microsecond, 10 * time.Minute, time.Hour, 24 * time.Hour} {
						check(local + d.Microseconds())
					}
				}
			}
			for year := 2036; year < 2100; year += 20 { // the last day of a leap year
				for hour := range 20 {
					check(time.Date(year, 12, 30, 3*hour, 30, 0, 0, time.UTC).UnixMicro())
				}
			}
			for range thorough.Or(20, 100) {
				check(631_152_000_000_000 + random.Int64N(110*365*86400)*1e6)
			}
		})
	}
}

// A day is from its first instant to that of the next, however long it is.
func TestDay(t *testing.T) {
	date := func(s string) int64 {
		at, err := time.Parse(time.DateOnly, s)
		require.NoError(t, err)
		return at.UnixMicro()
	}
	for _, test := range []struct{ zone, day, from, to string }{
		{"", "2026-03-01", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"},
		{"UTC", "2026-03-01", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"},
		{"Europe/Paris", "2026-03-01", "2026-02-28T23:00:00Z", "2026-03-01T23:00:00Z"},
		{"Europe/Paris", "2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"},      // 23 hours
		{"Europe/Paris", "2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"},      // 25 hours
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"}, // begins at 01:00
		{"America/Sao_Paulo", "2018-11-03", "2018-11-03T03:00:00Z", "2018-11-04T03:00:00Z"},
		{"America/Sao_Paulo", "2018-02-17", "2018-02-17T02:00:00Z", "2018-02-18T03:00:00Z"}, // 23:00 to 24:00 twice
		{"Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"},
		{"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z"}, // was left out
		{"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"},
	} {
		t.Run(test.zone+" "+test.day, func(t *testing.T) {
			z, err := zone.New(test.zone)
			require.NoError(t, err)
			from, to := z.Day(date(test.day))
			require.Equal(t, test.from, time.UnixMicro(from).UTC().Format(time.RFC3339))
			require.Equal(t, test.to, time.UnixMicro(to).UTC().Format(time.RFC3339))
		})
	}
}

// However far away a time is, the search for its offset ends; what comes of it is less than
// two days away, in order, and within an int64.
func TestFarTimes(t *testing.T) {
	t.Parallel()
	const day = 24 * 60 * 60 * 1_000_000
	ends := rapid.SampledFrom([]int64{math.MinInt64, math.MaxInt64, math.MinInt64 + 3*day, math.MaxInt64 - 3*day,
		math.MaxInt64 - 200*day, 0})
	distance := func(a, b int64) uint64 { return uint64(max(a, b)) - uint64(min(a, b)) }
	rapid.Check(t, func(t *rapid.T) {
		z, err := zone.New(rapid.SampledFrom(append(slices.Clone(zones), "UTC")).Draw(t, "zone"))
		require.NoError(t, err)
		at := ends.Draw(t, "end")
		if off := rapid.Int64Range(-2*day, 2*day).Draw(t, "off"); (off < 0) == (at > 0) || at == 0 {
			at += off
		} else {
			at -= off
		}
		utc, _ := z.ToUTC(at)
		require.Less(t, distance(at, utc), uint64(2*day))
		require.Less(t, distance(at, z.Date(at)), uint64(3*day))
		from, to := z.Day(z.Date(at))
		require.LessOrEqual(t, from, to)
		require.Less(t, distance(from, to), uint64(3*day))
	})
}

func TestNew(t *testing.T) {
	for _, name := range []string{"Mars/Olympus", "../etc/passwd", "europe paris", "Local"} {
		_, err := zone.New(name)
		require.Error(t, err, name)
	}
	for _, name := range []string{"", "UTC"} {
		z, err := zone.New(name)
		require.NoError(t, err)
		require.True(t, z.IsUTC())
	}
	var none *zone.Zone
	at, ambiguous := none.ToUTC(42)
	require.EqualValues(t, 42, at)
	require.False(t, ambiguous)
}

// What a zone remembers of a day is right for all who ask at once.
func TestZoneFromManyGoroutines(t *testing.T) {
	loc, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	z, err := zone.New("Europe/Paris")
	require.NoError(t, err)
	var group sync.WaitGroup
	wrong := make([]int, 4)
	for w := range wrong {
		group.Go(func() {
			for day := range int64(400) {
				local := (20454+day)*86400e6 + 12*3600e6 // noon is never ambiguous
				_, offset := time.UnixMicro(local).In(loc).Zone()
				if at, ambiguous := z.ToUTC(local); ambiguous || at != local-int64(offset)*1e6 {
					wrong[w]++
				}
			}
		})
	}
	group.Wait()
	require.Equal(t, []int{0, 0, 0, 0}, wrong)
}

// Every name that is suggested is one that New knows.
func TestNames(t *testing.T) {
	t.Parallel()
	require.Greater(t, len(zone.Names()), 500)
	for _, name := range zone.Names() {
		_, err := time.LoadLocation(name)
		require.NoError(t, err)
	}
}
