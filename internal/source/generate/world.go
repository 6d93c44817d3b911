package generate

import "strconv"

// Django's user ids are one number space: staff signed up first, then
// merchants, then clients. Merchants' primary keys count from 1.
const (
	staff             = 200
	firstMerchantUser = 10_000
	merchantUserStep  = 17 // 5,000 merchants lie in the five-digit ids
	firstClient       = 100_000
	firstConversation = 1_000_000
	firstMessage      = 10_000_000
)

const (
	rowsPerConversation = 4 // on average; the rates in plan.go are set for it
	maxMerchants        = 5000
	maxForeign          = 7 // countries a merchant sells in beside its own
)

// countries are ISO 3166 codes, the largest market first.
var countries = [...]string{
	"FR", "DE", "ES", "IT", "GB", "BE", "NL", "PL", "PT", "CH",
	"AT", "SE", "DK", "FI", "NO", "IE", "CZ", "RO", "HU", "GR",
	"SK", "BG", "HR", "SI", "LT", "LV", "EE", "LU", "CY", "MT",
}

// A merchant answers in its own way.
type merchant struct {
	user       int64
	ids        string // ",merchant_user_id,merchant_id," as a row has it
	median     int64  // log2 of the median response time in seconds, fixed point
	unanswered int64  // per mille of the openings
	automatic  bool   // answers within seconds
	countries  []uint8
	where      wheel // draws an index into countries
}

// A world is what stays the same over all conversations of a run.
type world struct {
	merchants []merchant
	size      wheel // draws a merchant
	clients   int64
	market    [len(countries) + 1]int64 // clients market[c] to market[c+1]-1 live in country c
	calendar  *calendar
}

func newWorld(seed uint64, conversations int64) *world {
	d := newDraws(seed, streamWorld)
	w := &world{
		merchants: make([]merchant, min(maxMerchants, max(1, conversations/64))),
		clients:   max(int64(len(countries)), conversations*9/25),
	}
	shares := harmonic(len(countries), 1)
	market := newWheel(shares, 1<<16)
	var sum, total int64
	for _, s := range shares {
		total += s
	}
	for c, s := range shares {
		sum += s
		w.market[c+1] = max(w.market[c]+1, w.clients*(sum>>20)/(total>>20))
	}
	w.clients = w.market[len(countries)]
	w.size = newWheel(harmonic(len(w.merchants), 11), 1<<16)
	ids := permutation(d, len(w.merchants))
	users := permutation(d, len(w.merchants))
	for i := range w.merchants {
		w.merchants[i] = newMerchant(d, ids[i]+1, firstMerchantUser+users[i]*merchantUserStep+d.below(merchantUserStep),
			market)
	}
	w.calendar = newCalendar(d)
	return w
}

func newMerchant(d *draws, id, user int64, market wheel) merchant {
	m := merchant{
		user:       user,
		ids:        "," + strconv.FormatInt(user, 10) + "," + strconv.FormatInt(id, 10) + ",",
		median:     medianResponse + responseSpread*d.normal()>>16,
		unanswered: 60,
	}
	switch kind := d.below(100); {
	case kind < 10:
		m.median += slower
		m.unanswered = 250
	case kind < 13:
		m.automatic = true
	}
	foreign := int(d.below(maxForeign + 1))
	taken := [len(countries)]bool{}
	for len(m.countries) <= foreign {
		if c := market.draw(d); !taken[c] {
			taken[c] = true
			m.countries = append(m.countries, uint8(c))
		}
	}
	weights := []int64{1}
	if foreign > 0 {
		weights = append(weights, harmonic(foreign, 1)...)
		weights[0] = 0
		for _, s := range weights[1:] {
			weights[0] += 4 * s // 4/5 at home
		}
	}
	m.where = newWheel(weights, 256)
	return m
}

// client draws a client who lives in country c. Few clients write often: of two
// draws the smaller one counts.
func (w *world) client(d *draws, c uint8) uint32 {
	from, n := w.market[c], w.market[c+1]-w.market[c]
	k := from + min(d.below(n), d.below(n))
	// Neighbours in a country are spread over the ids: multiplying by a prime
	// larger than the number of clients permutes them.
	return uint32(firstClient + k*(1<<31-1)%w.clients)
}

// harmonic returns n weights in the proportions 1/first, 1/(first+1), …
func harmonic(n, first int) []int64 {
	weights := make([]int64, n)
	for i := range weights {
		weights[i] = (1 << 40) / int64(first+i)
	}
	return weights
}

// permutation returns 0 to n-1 in a random order.
func permutation(d *draws, n int) []int64 {
	p := make([]int64, n)
	for i := range p {
		j := d.below(int64(i + 1))
		p[i] = p[j]
		p[j] = int64(i)
	}
	return p
}

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
func nextMorning(t int64) int64 { return (t+2*hour)/day*day + 7*hour }
