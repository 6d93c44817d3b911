package generate

// Times are seconds since start, 2026-03-01 00:00:00 UTC, a Sunday.
const (
	start      = 1_772_323_200
	hour       = 3600
	day        = 24 * hour
	slotLength = 600 // a slot is the least time that is planned and written at once
	slotsADay  = day / slotLength
	days       = 90
	slots      = days * slotsADay
)

// byHour and byWeekday (from Sunday) are how many conversations open, in
// proportion; burst multiplies the hours that are one.
var (
	byHour = [24]int64{
		6, 3, 2, 2, 3, 7, 16, 32, 58, 80, 88, 84, 72, 76, 84, 86, 80, 74, 66, 62, 58, 48, 28, 14,
	}
	byWeekday = [7]int64{50, 110, 105, 100, 100, 95, 70}
	burst     = int64(4)
)

// A calendar says how many conversations open when: cumulated[s] is the weight
// of all slots before s. After the last slot it starts again.
type calendar struct{ cumulated [slots + 1]int64 }

func newCalendar(d *draws) *calendar {
	c := new(calendar)
	weight := int64(0)
	for s := range slots {
		if s%(hour/slotLength) == 0 {
			weight = byHour[s/(hour/slotLength)%24] * byWeekday[s/slotsADay%7]
			if d.chance(10) {
				weight *= burst
			}
		}
		c.cumulated[s+1] = c.cumulated[s] + weight
	}
	return c
}

// opened returns how many conversations have opened by the end of slot s, when there
// are n in a calendar's length; the first opens in slot 0.
func (c *calendar) opened(s, n int64) int64 {
	total := c.cumulated[slots]
	return n*(s/slots) + (n*c.cumulated[s%slots+1]+total-1)/total
}

// isNight reports whether t lies between 22:00 and 6:00.
func isNight(t int64) bool {
	h := t % day / hour
	return h >= 22 || h < 6
}

// nextMorning returns the first 7:00 after t, for t at night.
func nextMorning(t int64) int64 {
	return (t+2*hour)/day*day + 7*hour
}
