package periods_test

import (
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/analysis/periods"
)

// The period of an instant is the one whose name the local date has, and it lasts from
// the first instant with that name to that of the next.
func TestPeriods(t *testing.T) {
	for name, of := range map[periods.Unit]func(time.Time) string{
		periods.Day:   func(t time.Time) string { return t.Format(time.DateOnly) },
		periods.Week:  isoWeek,
		periods.Month: func(t time.Time) string { return t.Format("2006-01") },
	} {
		for _, zone := range []string{"UTC", "Europe/Paris", "America/Santiago", "Asia/Kathmandu", "Pacific/Apia"} {
			loc, err := time.LoadLocation(zone)
			require.NoError(t, err)
			calendar := periods.New(name, loc)
			rapid.Check(t, func(t *rapid.T) {
				at := rapid.Int64Range(time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro(),
					time.Date(2099, 12, 30, 0, 0, 0, 0, time.UTC).UnixMicro()).Draw(t, "at")
				p := calendar.Of(at)
				local := func(at int64) string { return of(time.UnixMicro(at).In(loc)) }
				require.Equal(t, local(at), calendar.Name(p))
				from, to := calendar.Start(p), calendar.Start(calendar.Next(p))
				require.LessOrEqual(t, from, at)
				require.Less(t, at, to)
				require.Equal(t, local(at), local(from))
				require.NotEqual(t, local(at), local(from-1))
				require.Equal(t, local(at), local(to-1))
				require.Zero(t, from%(15*60*1_000_000), "periods begin at quarters of an hour")
			})
		}
	}
}

func isoWeek(t time.Time) string {
	monday := t.AddDate(0, 0, -(int(t.Weekday())+6)%7)
	thursday := monday.AddDate(0, 0, 3)
	week := (thursday.YearDay()-1)/7 + 1
	return thursday.Format("2006") + "-W" + string(rune('0'+week/10)) + string(rune('0'+week%10))
}
