package servers

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/source"
)

var zones = []string{"UTC", "Europe/Paris", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe",
	"Africa/Casablanca", "America/Sao_Paulo"}

// around are instants near which clocks change, that of Apia by a whole day.
var around = []time.Time{
	time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC), time.Date(2026, 10, 25, 1, 0, 0, 0, time.UTC),
	time.Date(2026, 3, 8, 7, 0, 0, 0, time.UTC),
	time.Date(2011, 12, 30, 10, 0, 0, 0, time.UTC), time.Date(2026, 4, 4, 15, 0, 0, 0, time.UTC), time.Date(2018, 11, 4,
		3, 0, 0, 0, time.UTC),
}

// A message in the window must be in the column's window: for all local times,
// those that occur twice or never included.
func TestColumnWindowLeavesNothingOut(t *testing.T) {
	byName := make(map[string]*source.Zone)
	for _, name := range zones {
		zone, err := source.NewZone(name)
		require.NoError(t, err)
		byName[name] = zone
	}
	rapid.Check(t, func(t *rapid.T) {
		zone := byName[rapid.SampledFrom(zones).Draw(t, "zone")]
		near := rapid.SampledFrom(around).Draw(t, "near")
		minutes := func(label string) time.Duration {
			return time.Duration(rapid.IntRange(-60*60, 60*60).Draw(t, label)) * time.Minute
		}
		w := window{near.Add(minutes("from")), near.Add(minutes("to"))}
		local := near.Add(minutes("local"))
		utc, _ := zone.ToUTC(local.UnixMicro())
		at := time.UnixMicro(utc)
		got := columnWindow(w, zone)
		if !at.Before(w.from) && local.Before(got.from) {
			t.Fatalf("%v is %v, not before %v, but the column's window begins at %v", local, at, w.from, got.from)
		}
		if at.Before(w.to) && !local.Before(got.to) {
			t.Fatalf("%v is %v, before %v, but the column's window ends at %v", local, at, w.to, got.to)
		}
	})
}

func TestColumnWindow(t *testing.T) {
	paris, err := source.NewZone("Europe/Paris")
	require.NoError(t, err)
	day := func(month time.Month, d, h int) time.Time { return time.Date(2026, month, d, h, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		name string
		w    window
		zone *source.Zone
		want window
	}{
		{"UTC", window{day(3, 1, 0), day(3, 2, 0)}, nil, window{day(3, 1, 0), day(3, 2, 0)}},
		{"an open end", window{from: day(3, 1, 0)}, paris, window{from: day(3, 1, 1)}},
		{"winter", window{day(1, 9, 23), day(1, 10, 23)}, paris, window{day(1, 10, 0), day(1, 11, 0)}},
		{"the day before summer time is wider", window{day(3, 27, 23), day(3, 28, 23)}, paris,
			window{day(3, 28, 0), day(3, 29, 1)}},
		{"no year of SQL's", window{time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(20000, 1, 1, 0, 0, 0, 0,
			time.UTC)}, nil,
			window{time.Date(1989, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2101, 1, 1, 0, 0, 0, 0, time.UTC)}},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, columnWindow(c.w, c.zone)) })
	}
}
