package page

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/sink/rundir"
)

func TestPeriod(t *testing.T) {
	for _, c := range []struct{ name, zone, from, to, want string }{
		{"everything", "UTC", "", "", "of the whole input"},
		{"a day", "UTC", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", "opened on 1 March 2026"},
		{"a day of 23 hours", "Europe/Paris", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z",
			"opened on 29 March 2026"},
		{"a day of 25 hours", "Europe/Paris", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z",
			"opened on 25 October 2026"},
		{"a day without a midnight", "Africa/Cairo", "2026-04-23T22:00:00Z", "2026-04-24T21:00:00Z",
			"opened on 24 April 2026"},
		{"days", "Europe/Paris", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z",
			"opened from 1 March 2026 to 31 March 2026"},
		{"a day of another zone", "Europe/Paris", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z",
			"opened from 1 March 2026, 01:00 CET to 2 March 2026, 01:00 CET"},
		{"hours", "UTC", "2026-03-01T00:00:00Z", "2026-03-01T06:00:00Z",
			"opened from 1 March 2026, 00:00 UTC to 1 March 2026, 06:00 UTC"},
		{"from", "UTC", "2026-03-01T00:00:00Z", "", "opened from 1 March 2026, 00:00 UTC on"},
		{"to", "UTC", "", "2026-03-01T00:00:00Z", "opened before 1 March 2026, 00:00 UTC"},
		{"no such zone", "Nowhere", "", "2026-03-01T00:00:00Z", "opened before 1 March 2026, 00:00 UTC"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := in(t, "en").period(rundir.Window{From: c.from, To: c.to}, zone(c.zone))
			require.Equal(t, c.want, strings.ReplaceAll(got, nb, " "))
		})
	}
	require.Equal(t, "soon", in(t, "en").instant("soon", time.UTC))
}
