package policy_test

import (
	"fmt"
	"math"
	"sync"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/policy"
)

func date(text string) time.Time {
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return at
}

func micros(t require.TestingT, text string) int64 {
	at, err := time.Parse(time.RFC3339, text)
	require.NoError(t, err)
	return at.UnixMicro()
}

// one returns the calendar that text describes.
func one(t require.TestingT, text string) *policy.Calendar {
	return parse(t, "calendars: {a: "+text+"}\nuse: {default: a}").Calendar("", "")
}

func TestWorking(t *testing.T) {
	t.Parallel()
	const (
		paris = `{zone: Europe/Paris, week: {mon-thu: "09:00-12:30 14:00-18:00", fri: "09:00-16:00", sat: "22:00-02:00"}}`
		both  = `{zone: Europe/Paris, week: {sat: "22:00-06:00", sun: "00:00-24:00"}}`
		night = `{zone: Europe/Paris, week: {sat: "22:00-06:00"}}`
		odd   = `{zone: Europe/Paris, week: {sun: "02:30-04:00"}}`
		gap   = `{zone: Europe/Paris, week: {sun: "02:15-02:45"}}`
	)
	for name, test := range map[string]struct {
		calendar, from, to string
		want               int64 // seconds
	}{
		"over lunch":                   {paris, "2025-03-03T11:00:00Z", "2025-03-03T13:30:00Z", 3600},
		"over the week's end":          {paris, "2025-03-07T14:59:59Z", "2025-03-10T08:00:01Z", 4*3600 + 2},
		"from closing to opening":      {paris, "2025-03-03T17:00:00Z", "2025-03-04T08:00:00Z", 0},
		"within a night":               {paris, "2025-03-08T22:00:00Z", "2025-03-09T00:00:00Z", 7200},
		"within a closed night":        {paris, "2025-03-09T02:00:00Z", "2025-03-09T03:00:00Z", 0},
		"the last second":              {paris, "2025-03-03T16:59:59Z", "2025-03-03T17:00:00Z", 1},
		"backwards":                    {paris, "2025-03-04T17:00:00Z", "2025-03-03T17:00:00Z", 0},
		"no time":                      {paris, "2025-03-03T10:00:00Z", "2025-03-03T10:00:00Z", 0},
		"a night of seven hours":       {night, "2025-03-29T12:00:00Z", "2025-03-31T12:00:00Z", 7 * 3600},
		"a night of nine hours":        {night, "2025-10-25T12:00:00Z", "2025-10-27T12:00:00Z", 9 * 3600},
		"days that overlap count once": {both, "2025-03-29T12:00:00Z", "2025-03-31T12:00:00Z", 25 * 3600},
		"and in autumn":                {both, "2025-10-25T12:00:00Z", "2025-10-27T12:00:00Z", 27 * 3600},
		"a start that is skipped":      {odd, "2025-03-29T12:00:00Z", "2025-03-31T12:00:00Z", 1800},
		"a start that occurs twice":    {odd, "2025-10-25T12:00:00Z", "2025-10-27T12:00:00Z", 9000},
		"both ends skipped":            {gap, "2025-03-29T12:00:00Z", "2025-03-31T12:00:00Z", 1800},
		"an hour that the clocks skip": {`{zone: Europe/Paris, week: {sun: "02:00-03:00"}}`, "2025-03-29T12:00:00Z",
			"2025-03-31T12:00:00Z", 0},
		"an hour that goes backwards": {`{zone: Europe/Paris, week: {sun: "02:30-03:15"}}`, "2025-03-29T12:00:00Z",
			"2025-03-31T12:00:00Z", 0},
		// as 02:15-02:45 above
		"a day left out, by the rule": {`{zone: Pacific/Apia, week: {fri: 09:00-17:00}}`, "2011-12-27T00:00:00Z",
			"2012-01-04T00:00:00Z", 8 * 3600},
		"a range round the week's end": {`{zone: UTC, week: {sat-tue: "09:00-18:00", mon: closed, wed: "10:00-11:00"}}`,
			"2025-03-01T00:00:00Z", "2025-03-08T00:00:00Z", 28 * 3600},
		"in any order": {`{zone: UTC, week: {mon: closed, wed: "10:00-11:00", sat-tue: "09:00-18:00"}}`,
			"2025-03-01T00:00:00Z", "2025-03-08T00:00:00Z", 28 * 3600},
		"a full day, said as such": {`{zone: UTC, week: {mon: 09:00-09:00}}`, "2025-03-03T00:00:00Z",
			"2025-03-08T00:00:00Z", 86400},
		"one that nothing joins": {`{zone: UTC, week: {mon: 00:00-24:00, wed: 00:00-24:00}}`,
			"2025-03-03T12:00:00Z", "2025-03-05T12:00:00Z", 86400},
		"a date wins over a holiday": {`{zone: UTC, holidays: FR, week: {mon-sun: 09:00-18:00}, days: {2025-12-25: 10:00-11:00, 2025-12-24: closed}}`, "2025-12-24T00:00:00Z", "2025-12-26T00:00:00Z", 3600},
		"a night into a holiday": {`{zone: UTC, holidays: FR, week: {mon-sun: 22:00-02:00}}`,
			"2025-07-13T12:00:00Z", "2025-07-15T12:00:00Z", 4 * 3600},
		"a night into the new year": {`{zone: America/New_York, week: {wed: 22:00-06:00}}`,
			"2025-12-31T00:00:00Z", "2026-01-02T00:00:00Z", 8 * 3600},
		"observed in the year before": {`{zone: UTC, holidays: US, week: {mon-sun: 00:00-24:00}}`,
			"2021-12-30T00:00:00Z", "2022-01-03T00:00:00Z", 3 * 86400},
		"a century": {`{zone: UTC, week: {mon-sun: 09:00-10:00}}`, "1990-01-01T00:00:00Z",
			"2100-01-01T00:00:00Z", 40177 * 3600},
		"one date of many years": {`{zone: Pacific/Kiritimati, days: {1990-01-01: 00:00-24:00}}`,
			"1989-12-31T00:00:00Z", "2099-12-31T00:00:00Z", 86400},
		"the last date in the far west": {`{zone: Pacific/Pago_Pago, days: {2099-12-31: 22:00-23:59}}`,
			"2099-01-01T00:00:00Z", "2100-06-01T00:00:00Z", 119 * 60},
		"every other minute of a morning": {everyOtherMinute(), "2025-03-03T00:00:00Z", "2025-03-03T08:00:30Z",
			240*60 + 30},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := one(t, test.calendar)
			require.Equal(t, test.want, c.Working(micros(t, test.from), micros(t, test.to))/1e6)
		})
	}
}

// everyOtherMinute is a calendar with very many intervals a day.
func everyOtherMinute() string {
	text := ""
	for m := 0; m < 1440; m += 2 {
		text += fmt.Sprintf("%02d:%02d-%02d:%02d ", m/60, m%60, m/60, m%60+1)
	}
	return `{zone: UTC, week: {mon: "` + text + `"}}`
}

// Whatever the times, there is no panic, and no more work than time.
func TestWorkingAtTheEdges(t *testing.T) {
	t.Parallel()
	c := one(t, "{zone: Asia/Tokyo, holidays: JP, week: {mon-sun: 00:00-24:00}}")
	edges := []int64{math.MinInt64, math.MinInt64 + 1, -1, 0, 1, micros(t, "1989-01-01T00:00:00Z"),
		micros(t, "1989-12-31T23:59:59Z"),
		micros(t, "2100-12-31T23:59:59Z"), micros(t, "2101-01-01T00:00:00Z"), math.MaxInt64 - 1, math.MaxInt64}
	for i, from := range edges {
		for j, to := range edges {
			worked := c.Working(from, to)
			require.GreaterOrEqual(t, worked, int64(0))
			if j <= i {
				require.Zero(t, worked)
			}
			require.GreaterOrEqual(t, new(policy.Calendar).Working(from, to), worked)
		}
	}
	require.Equal(t, int64(math.MaxInt64), new(policy.Calendar).Working(math.MinInt64, math.MaxInt64))
	for _, year := range []int{1, 1500, 1988, 2200, 9999} {
		require.NotPanics(t, func() { c.Day(time.Date(year, time.May, 5, 0, 0, 0, 0, time.UTC)) })
	}
}

func TestDay(t *testing.T) {
	t.Parallel()
	p := parse(t, everything)
	c := p.Calendar("", "")
	for day, want := range map[string]policy.Day{
		"2026-12-21": {Hours: "09:00-12:30 14:00-18:00", Open: hour * 15 / 2},
		"2026-12-24": {Hours: "09:00-12:00", Why: "by date", Open: 3 * hour},
		"2026-12-25": {Hours: "closed", Why: "Noël"},
		"2026-12-26": {Hours: "22:00-02:00", Open: 4 * hour},
		"2026-12-27": {Hours: "closed"},
		"2026-05-15": {Hours: "closed", Why: "by date"},
		"2026-03-28": {Hours: "22:00-02:00", Open: 4 * hour}, // until the clocks change
	} {
		require.Equal(t, want, c.Day(date(day)), day)
	}
	night := one(t, "{zone: Europe/Paris, week: {sat: 22:00-06:00}}")
	require.Equal(t, policy.Day{Hours: "22:00-06:00", Open: 7 * hour}, night.Day(date("2025-03-29")))
	require.Equal(t, policy.Day{Hours: "22:00-06:00", Open: 9 * hour}, night.Day(date("2025-10-25")))
}

// What one goroutine makes of a year is right for all who ask at once.
func TestFromManyGoroutines(t *testing.T) {
	t.Parallel()
	c := one(t, "{zone: Europe/Paris, holidays: FR, week: {mon-fri: 09:00-17:00}}")
	again := one(t, "{zone: Europe/Paris, holidays: FR, week: {mon-fri: 09:00-17:00}}")
	var group sync.WaitGroup
	worked := make([][]int64, 4)
	for w := range worked {
		group.Go(func() {
			for i := range int64(50) {
				from := (7305 + 97*i) * 86400e6
				worked[w] = append(worked[w], c.Working(from, from+(1<<i)))
			}
		})
	}
	group.Wait()
	for i := range int64(50) {
		from := (7305 + 97*i) * 86400e6
		want := again.Working(from, from+(1<<i))
		for w := range worked {
			require.Equal(t, want, worked[w][i])
		}
	}
}

// BenchmarkWorking measures one question of working time, between times that are
// minutes, days and years apart.
func BenchmarkWorking(b *testing.B) {
	c := one(b, `{zone: Europe/Paris, holidays: FR, week: {mon-fri: "09:00-12:30 14:00-18:00"}}`)
	from := micros(b, "2026-03-03T11:00:00Z")
	for name, length := range map[string]int64{"minutes": 3000e6, "days": 5 * 86400e6, "years": 10 * 365 * 86400e6} {
		b.Run(name, func(b *testing.B) {
			sum := int64(0)
			for i := 0; b.Loop(); i++ {
				at := from + int64(i%100_000)*60e6
				sum += c.Working(at, at+length)
			}
			require.Positive(b, sum)
		})
	}
}
