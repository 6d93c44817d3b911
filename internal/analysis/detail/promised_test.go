package detail_test

import (
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/analysis/detail"
	"github.com/sav-analytics/sav/internal/analysis/inside"
	"github.com/sav-analytics/sav/internal/analysistest"
	"github.com/sav-analytics/sav/policy"
)

// hoursOf returns the hour of the week in which each conversation was opened, in the zone
// of its country's calendar.
func hoursOf(t require.TestingT, pairs *frame.Frame, zone *time.Location, p *policy.Policy) []int {
	opened, err := pairs.Column("opened_at")
	require.NoError(t, err)
	hours := make([]int, pairs.Len())
	for row, country := range analysistest.Texts(t, pairs, "country") {
		at := time.UnixMicro(opened.Int64s()[row]).In(zone)
		if name := p.Calendar("", country).Zone(); name != "" {
			loc, err := time.LoadLocation(name)
			require.NoError(t, err)
			at = at.In(loc)
		}
		hours[row] = (int(at.Weekday())+6)%7*24 + at.Hour()
	}
	return hours
}

// What became of targets is counted conversation by conversation. all are the
// conversations of any window.
func requirePromised(t require.TestingT, result *analysis.Result, zone *time.Location, p *policy.Policy, all []string) {
	d, pairs := inside.Of(result).Detail, result.Pairs
	times, answered, err := analysis.Waits(pairs)
	require.NoError(t, err)
	if p.HasCalendars() {
		worked, err := pairs.Column("work_waited_s")
		require.NoError(t, err)
		var answers []float64
		for i, is := range answered {
			if is {
				answers = append(answers, worked.Float64s()[i])
			}
		}
		requireHistogram(t, *d.Worked, answers)
		times = worked.Float64s()
	} else {
		require.Nil(t, d.Worked)
	}
	if !p.HasTargets() || pairs.Len() == 0 {
		require.Nil(t, d.Promised)
		return
	}
	if p.Clock == policy.Elapsed {
		times, _, err = analysis.Waits(pairs)
		require.NoError(t, err)
	}
	want := detail.Promised{Clock: p.Clock.String()}
	target, err := pairs.Column("target_s")
	require.NoError(t, err)
	opened, err := pairs.Column("opened_at")
	require.NoError(t, err)
	hours := hoursOf(t, pairs, zone, p)
	conversations := analysistest.Texts(t, pairs, "conversation_id")
	merchants, countries := analysistest.Texts(t, pairs, "merchant_id"), analysistest.Texts(t, pairs, "country")
	for row := range pairs.Len() {
		if target.IsNull(row) {
			continue
		}
		within := target.Float64s()[row]
		const quarter = 15 * time.Minute
		last := time.UnixMicro(opened.Int64s()[row]).Truncate(quarter).Add(quarter - time.Microsecond).UnixMicro()
		watched := result.AsOf.UnixMicro() - last
		if p.Clock == policy.Work {
			watched = p.Calendar(merchants[row], countries[row]).Working(last, result.AsOf.UnixMicro())
		}
		hour := &want.Hours[hours[row]]
		switch {
		case times[row] > within:
			hour.Due++
			if !answered[row] && !slices.Contains(all, next(conversations[row])) {
				want.Overdue++
			}
		case answered[row] && float64(watched)/1e6 > within:
			hour.Due++
			hour.Met++
		}
	}
	require.Equal(t, &want, d.Promised)
}
