package detail

import (
	"math"
	"slices"
	"time"

	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/summary"
	"github.com/sav-analytics/sav/internal/analysis/waits"
	"github.com/sav-analytics/sav/internal/ints"
	"github.com/sav-analytics/sav/internal/micros"
	"github.com/sav-analytics/sav/internal/productlimit"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/stats"
)

// A Due counts the conversations that were opened long enough before as_of to be
// answered within the first time of Options.Within, by quarters of an hour: a younger
// one that is answered already would flatter, since one that is not says nothing yet.
type Due struct {
	Due int64 `json:"due"`
	Met int64 `json:"met"` // of these, conversations answered within the time
}

// Count returns the same as statistics take it.
func (d Due) Count() stats.Count { return stats.Count{K: int(d.Met), N: int(d.Due)} }

func (d *Due) add(met bool) {
	d.Due++
	if met {
		d.Met++
	}
}

func (d *Due) sum(o Due) {
	d.Due += o.Due
	d.Met += o.Met
}

// A Spread is what is known of a country, or of all, where merchants are what was drawn
// at random: answers of one merchant are alike.
type Spread struct {
	Due
	Merchants int64    `json:"merchants"` // with a conversation that is due
	StdErr    *float64 `json:"std_err"`   // of Met/Due, by merchants; nil of fewer than two
	// KMP50 is that of the report, and the others the 95 % interval of it by merchants
	// (Woodruff, JASA 47, 1952): where the curve passes the interval of its share there.
	// Each is nil where the curve does not come down so far.
	KMP50     *float64 `json:"dt_km_p50_s"`
	KMP50Low  *float64 `json:"dt_km_p50_low_s"`
	KMP50High *float64 `json:"dt_km_p50_high_s"`
}

// Share returns what [stats.ClusterShare] is of the spread.
func (s Spread) Share() stats.ClusterShare {
	c := stats.ClusterShare{All: s.Count(), Clusters: int(s.Merchants), StdErr: math.NaN()}
	if s.StdErr != nil {
		c.StdErr = *s.StdErr
	}
	return c
}

// A CountrySpread is the spread of a country.
type CountrySpread struct {
	Country string `json:"country"`
	Spread
}

// MerchantDue is, for each merchant in the report's order, its conversations that are
// due.
type MerchantDue struct {
	ID  []string `json:"merchant_id"`
	Due []int64  `json:"due"`
	Met []int64  `json:"met"`
}

// A Waiting counts the conversations that wait for an answer, and have waited for at least From, and
// for less than the next.
type Waiting struct {
	From          float64 `json:"from_s"`
	Conversations int64   `json:"conversations"`
}

// waitingFrom are the ages of unanswered conversations, in seconds.
var waitingFrom = [...]float64{0, 4 * 60 * 60, 24 * 60 * 60, 72 * 60 * 60}

// An Unanswered is an unanswered conversation. It has its ids and its times, nothing of what was
// written.
type Unanswered struct {
	Conversation string  `json:"conversation_id"`
	Merchant     string  `json:"merchant_id"`
	Country      string  `json:"country"`
	OpenedAt     string  `json:"opened_at"` // RFC 3339, UTC
	Waited       float64 `json:"waited_s"`
}

func (d *Detail) oldest(opts Options) {
	for _, o := range opts.Oldest {
		d.Oldest = append(d.Oldest, Unanswered{o.Conversation, o.Merchant, o.Country,
			time.UnixMicro(o.Opened).UTC().Format(time.RFC3339Nano), float64(opts.AsOf-o.Opened) / micros.PerSecond})
	}
}

// A deadline says which conversations are due at a time: those opened before a quarter
// of an hour, but for those that another contact of their thread followed too early to tell.
type deadline struct {
	within int64 // µs
	before int64 // quarters, counted from the earliest of all
}

func newDeadline(sorted *waits.Sorted, asOf, within int64) deadline {
	return deadline{within, ints.FloorDiv(asOf-within, waits.MicrosPerQuarter) - int64(sorted.Earliest)}
}

func (d deadline) due(opened waits.Quarter, s waits.Span) bool {
	return int64(opened) < d.before && (s.Answered() || s.Time() > d.within)
}

func (d deadline) met(s waits.Span) bool { return s.Answered() && s.Time() <= d.within }

// dues fills in what is due, of merchants, and conversations that wait for an answer.
func (d *Detail) dues(w *walk, at deadline, sorted *waits.Sorted, followed []waits.Followed,
	ranking *groups.Ranking, dict *source.Dict) {
	d.Waiting, d.Pending = make([]Waiting, len(waitingFrom)), w.pending
	for i, from := range waitingFrom {
		d.Waiting[i] = Waiting{from, w.waiting[i]}
	}
	for _, f := range followed { // who wait no more, but in a later contact
		s := waits.NewSpan(f.Ended-f.Opened, waits.Censored)
		if !at.due(waits.QuarterOf(f.Opened)-sorted.Earliest, s) {
			d.Pending--
		}
		d.Waiting[ageOf(s)].Conversations--
	}
	merchants := ranking.Rows(groups.By{Merchant: true})
	n := len(merchants.Keys)
	d.Merchants = MerchantDue{make([]string, n), make([]int64, n), make([]int64, n)}
	for row, key := range merchants.Keys {
		d.Merchants.ID[row] = dict.IDText(key.Merchant)
	}
	for pair, row := range w.merchantRows(ranking, merchants) {
		due := w.merchants[pair].due.all()
		d.Merchants.Due[row] += due.Due
		d.Merchants.Met[row] += due.Met
	}
}

// ageOf returns which of waitingFrom a wait has reached last.
func ageOf(s waits.Span) int {
	age := len(waitingFrom) - 1
	for float64(s.Time()) < waitingFrom[age]*micros.PerSecond {
		age--
	}
	return age
}

// countries are the rows of countries, and what the survival curves of all conversations
// and of each country's are asked for.
type countries struct {
	sorted *waits.Sorted
	rows   groups.Rows
	counts []uint32  // of conversations, by country
	median []float64 // of all, then of each country, in µs
}

func newCountries(sorted *waits.Sorted, ranking *groups.Ranking) *countries {
	c := &countries{sorted: sorted, rows: ranking.Rows(groups.By{Country: true})}
	c.counts = make([]uint32, len(c.rows.Keys))
	for _, g := range sorted.Group {
		c.counts[c.rows.Row[g]]++
	}
	c.median = c.quantiles(slices.Repeat([]float64{0.5}, 1+len(c.counts)))
	return c
}

// quantiles returns Kaplan–Meier's estimates of the times, in µs, at which shares are
// answered: one of all, then one of each country.
func (c *countries) quantiles(share []float64) []float64 {
	s := c.sorted
	return append([]float64{summary.KMQuantile(s.Span, share[0])},
		productlimit.Quantiles(s.Span, s.Group, c.rows.Row, c.counts, share[1:])...)
}

// deadlines returns the deadlines of the medians of all and of each country.
func (c *countries) deadlines(asOf int64) (whole deadline, half []deadline) {
	all := make([]deadline, len(c.median))
	for i, median := range c.median {
		all[i] = deadline{before: math.MinInt64}
		if !math.IsNaN(median) {
			all[i] = newDeadline(c.sorted, asOf, int64(median))
		}
	}
	return all[0], all[1:]
}

// spreads fills in the spread of all and of each country.
func (d *Detail) spreads(w *walk, c *countries, ranking *groups.Ranking, dict *source.Dict) {
	// Of all, by merchant whatever the country, in the order of their first pairs.
	merchants := ranking.Rows(groups.By{Merchant: true})
	place, merchantOf := make([]int, len(merchants.Keys)), w.merchantRows(ranking, merchants)
	var at, whole []stats.Count
	atPair, halfPair := make([]stats.Count, len(w.merchants)), make([]stats.Count, len(w.merchants))
	for i := range w.merchants {
		m, p := &w.merchants[i], &place[merchantOf[i]]
		if *p == 0 {
			at, whole = append(at, stats.Count{}), append(whole, stats.Count{})
			*p = len(at)
		}
		at[*p-1], whole[*p-1] = m.due.plus(at[*p-1]), m.whole.plus(whole[*p-1])
		atPair[i], halfPair[i] = m.due.plus(stats.Count{}), m.half.plus(stats.Count{})
	}
	all, low, high := make([]Spread, len(c.median)), make([]float64, len(c.median)), make([]float64, len(c.median))
	add := func(i int, at, half []stats.Count) {
		var share stats.ClusterShare
		all[i], share = newSpread(at, half)
		low[i], high[i] = share.Interval(0.5)
	}
	add(0, at, whole)
	w.countries(func(country, from, to int) { add(1+country, atPair[from:to], halfPair[from:to]) })
	low, high = c.quantiles(low), c.quantiles(high)
	for i := range all {
		s := &all[i]
		s.KMP50 = number(c.median[i] / micros.PerSecond)
		s.KMP50Low, s.KMP50High = number(low[i]/micros.PerSecond), number(high[i]/micros.PerSecond)
	}
	d.All = all[0]
	for i, key := range c.rows.Keys {
		d.Countries = append(d.Countries, CountrySpread{dict.TextOf(key.Country), all[1+i]})
	}
}

// newSpread returns the spread of merchants' counts, and the share of what is due at the
// median.
func newSpread(at, half []stats.Count) (Spread, stats.ClusterShare) {
	c, _ := stats.NewClusterShare(at) // no count is impossible
	s := Spread{Due: Due{int64(c.All.N), int64(c.All.K)}, Merchants: int64(c.Clusters), StdErr: number(c.StdErr)}
	share, _ := stats.NewClusterShare(half)
	return s, share
}
