package servers

import (
	"time"

	"github.com/sav-analytics/sav/source"
)

// A window is a stretch of time as a column holds it: a naive column's times are
// local, and are written here as if they were in UTC. A zero end is open.
type window struct{ from, to time.Time }

func (w window) open() bool { return w.from.IsZero() && w.to.IsZero() }

// columnWindow returns a window, given in UTC, as a column with times local to zone
// holds it: no message in the one is outside of the other, and near a change of
// the clocks some of the other may be outside of the one.
func columnWindow(w window, zone *source.Zone) window {
	if !w.from.IsZero() {
		least, _ := offsets(zone, w.from)
		w.from = clamp(w.from).Add(least)
	}
	if !w.to.IsZero() {
		_, most := offsets(zone, w.to)
		w.to = clamp(w.to).Add(most)
	}
	return w
}

// offsets returns the smallest and the largest offset from UTC around at:
// within 26 hours, since no two offsets are further apart.
func offsets(zone *source.Zone, at time.Time) (least, most time.Duration) {
	if zone.IsUTC() {
		return 0, 0
	}
	const reach = (26 + 14) * time.Hour // 14 hours is the most that a local time is ahead
	for d := -reach; d <= reach; d += time.Hour {
		local := at.Add(d).UnixMicro()
		utc, _ := zone.ToUTC(local)
		offset := time.Duration(local-utc) * time.Microsecond
		if d == -reach {
			least, most = offset, offset
		}
		least, most = min(least, offset), max(most, offset)
	}
	return least, most
}

// clamp brings a time near the years that created_at can have, so that it can be
// written as SQL has it.
func clamp(t time.Time) time.Time {
	earliest, latest := time.Date(1989, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2101, 1, 1, 0, 0, 0, 0, time.UTC)
	switch {
	case t.Before(earliest):
		return earliest
	case t.After(latest):
		return latest
	}
	return t
}
