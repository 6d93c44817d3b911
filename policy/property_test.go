package policy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/naive"
	"github.com/sav-analytics/sav/internal/quirks"
)

// Working time is what counting minute by minute finds: each whole or broken
// minute counts if it is within any day's hours.
func TestWorkingMinuteByMinute(t *testing.T) {
	t.Parallel()
	const minute = int64(60e6)
	rapid.Check(t, func(t *rapid.T) {
		// Around a change of the clocks, the turn of a year, a holiday, or anywhere.
		middle := date(rapid.SampledFrom([]string{"2025-03-30", "2025-10-26", "2026-01-01", "2022-01-01", "2018-11-04",
			"2018-02-18",
			"2011-12-30", "2025-04-06", "2026-07-04"}).Draw(t, "middle"))
		if rapid.Bool().Draw(t, "anywhere") {
			middle = date("1990-01-05").AddDate(0, 0, rapid.IntRange(0, 40_000).Draw(t, "day"))
		}
		d := quirks.DrawCalendar(t, middle)
		from := middle.UnixMicro() + rapid.Int64Range(-3*86400e6, 3*86400e6).Draw(t, "from")
		to := from + rapid.Int64Range(0, 7*86400e6).Draw(t, "length")

		open := d.Open(from, to)
		want := int64(0)
		for m := from / minute * minute; m < to; m += minute {
			for _, o := range open {
				if o[0] <= m && m+minute <= o[1] {
					want += min(m+minute, to) - max(m, from)
					break
				}
			}
		}
		c := one(t, d.Text())
		require.Equal(t, want, c.Working(from, to), "%s from %v to %v", d.Text(), time.UnixMicro(from).UTC(),
			time.UnixMicro(to).UTC())
		require.Equal(t, want, d.Working(from, to))
		at := from + (to-from)/3
		require.Equal(t, want, c.Working(from, at)+c.Working(at, to))
	})
}

// A policy says of merchants and countries what its rules say, looked up one after the other.
func TestPolicyAgainstTheRules(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := quirks.DrawPolicy(t)
		p := parse(t, d.Text())
		pair := &naive.Pair{Opened: 1774746000e6, Observed: 100 * hour}
		pair.Merchant = rapid.SampledFrom([]string{"1", "2", "10", "shop", "-5", "nobody0"}).Draw(t, "merchant")
		pair.Country = rapid.SampledFrom([]string{"FR", "DE", "xyz", "unknown", "GB"}).Draw(t, "country")
		worked := p.Calendar(pair.Merchant, pair.Country).Working(pair.Opened, pair.Opened+pair.Observed)
		require.Equal(t, d.Worked(pair), worked, d.Text())
		want := d.Target(pair)
		micros, ok := p.Target(pair.Merchant, pair.Country)
		require.Equal(t, want != nil, ok)
		if ok {
			require.Equal(t, want.Micros, micros)
		}
	})
}
