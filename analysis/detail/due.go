package detail

import (
	"math"
	"time"

	"github.com/sav-analytics/sav/analysis/internal/groups"
	"github.com/sav-analytics/sav/analysis/internal/summary"
	"github.com/sav-analytics/sav/analysis/internal/waits"
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
	return deadline{within, floorDiv(asOf-within, waits.MicrosPerQuarter) - int64(sorted.Earliest)}
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func (d deadline) due(opened waits.Quarter, s waits.Span) bool {
	return int64(opened) < d.before && (s.Answered() || s.Time() > d.within)
}

func (d deadline) met(s waits.Span) bool { return s.Answered() && s.Time() <= d.within }

// dues counts what is due, of merchants, and conversations that wait for an answer.
func (d *Detail) dues(sorted *waits.Sorted, at deadline, followed []waits.Followed, merchants groups.Rows,
	dict *source.Dict) {
	of := make([]Due, len(merchants.Keys))
	d.Waiting = make([]Waiting, len(waitingFrom))
	for i, from := range waitingFrom {
		d.Waiting[i].From = from
	}
	count := func(s waits.Span, due bool, n int64) {
		if !due {
			d.Pending += n
		}
		age := len(waitingFrom) - 1
		for float64(s.Time()) < waitingFrom[age]*micros.PerSecond {
			age--
		}
		d.Waiting[age].Conversations += n
	}
	for i, s := range sorted.Span {
		due := at.due(sorted.Opened[i], s)
		if due {
			of[merchants.Row[sorted.Group[i]]].add(at.met(s))
		}
		if !s.Answered() {
			count(s, due, 1)
		}
	}
	for _, f := range followed { // who wait no more, but in a later contact
		s := waits.NewSpan(f.Ended-f.Opened, waits.Censored)
		count(s, at.due(waits.QuarterOf(f.Opened)-sorted.Earliest, s), -1)
	}
	n := len(of)
	d.Merchants = MerchantDue{make([]string, n), make([]int64, n), make([]int64, n)}
	for row, key := range merchants.Keys {
		d.Merchants.ID[row] = dict.IDText(key.Merchant)
		d.Merchants.Due[row], d.Merchants.Met[row] = of[row].Due, of[row].Met
	}
}

// spreads computes the spread of all and of each country.
func (d *Detail) spreads(sorted *waits.Sorted, scratch []waits.Span, asOf int64, at deadline,
	ranking *groups.Ranking, dict *source.Dict, workers int) {
	pairs, countries := ranking.Rows(groups.By{Country: true, Merchant: true}), ranking.Rows(groups.By{Country: true})
	country := make(map[source.Text]int, len(countries.Keys))
	for row, key := range countries.Keys {
		country[key.Country] = row
	}
	// Rows of all and of each country, in turn the same: their medians, what is due at
	// these, and where the curve passes the ends of the interval there.
	rows := 1 + len(countries.Keys)
	medians, ends := make([]float64, rows), make([][2]float64, rows)
	each := func(visit func(row int, spans []waits.Span)) {
		visit(0, sorted.Span)
		waits.EachRow(sorted.Span, scratch, sorted.Group, countries.Row, rows-1, workers,
			func(r int, spans []waits.Span) { visit(1+r, spans) })
	}
	each(func(row int, spans []waits.Span) { medians[row] = summary.KMMedian(spans) })
	halves := make([]deadline, rows)
	for row, median := range medians {
		halves[row] = deadline{before: math.MinInt64}
		if !math.IsNaN(median) {
			halves[row] = newDeadline(sorted, asOf, int64(median))
		}
	}
	// By merchant of each country: what is due, at the median of all, and at the country's.
	type counts struct{ at, whole, half []Due }
	newCounts := func(n int) counts { return counts{make([]Due, n), make([]Due, n), make([]Due, n)} }
	pair, rowOf := newCounts(len(pairs.Keys)), make([]int, len(pairs.Keys))
	for i, key := range pairs.Keys {
		rowOf[i] = 1 + country[key.Country]
	}
	whole := halves[0]
	for i, s := range sorted.Span {
		r, opened := pairs.Row[sorted.Group[i]], sorted.Opened[i]
		if at.due(opened, s) {
			pair.at[r].add(at.met(s))
		}
		if whole.due(opened, s) {
			pair.whole[r].add(whole.met(s))
		}
		if half := halves[rowOf[r]]; half.due(opened, s) {
			pair.half[r].add(half.met(s))
		}
	}
	// By merchant, for all.
	merchant := make(map[source.ID]int)
	var all counts
	for i, key := range pairs.Keys {
		row, ok := merchant[key.Merchant]
		if !ok {
			row = len(all.at)
			merchant[key.Merchant] = row
			all.at, all.whole = append(all.at, Due{}), append(all.whole, Due{})
		}
		all.at[row].sum(pair.at[i])
		all.whole[row].sum(pair.whole[i])
	}
	spreads, half := make([]Spread, rows), make([]stats.ClusterShare, rows)
	spreads[0], half[0] = newSpread(all.at, all.whole)
	for from := 0; from < len(rowOf); { // pairs are in the order of countries
		to := from
		for to < len(rowOf) && rowOf[to] == rowOf[from] {
			to++
		}
		spreads[rowOf[from]], half[rowOf[from]] = newSpread(pair.at[from:to], pair.half[from:to])
		from = to
	}
	each(func(row int, spans []waits.Span) {
		low, high := half[row].Interval(0.5)
		ends[row] = [2]float64{quantileOf(spans, low), quantileOf(spans, high)}
	})
	for row := range spreads {
		s := &spreads[row]
		s.KMP50 = number(medians[row] / micros.PerSecond)
		s.KMP50Low, s.KMP50High = number(ends[row][0]/micros.PerSecond), number(ends[row][1]/micros.PerSecond)
		if row > 0 {
			d.Countries = append(d.Countries, CountrySpread{dict.TextOf(countries.Keys[row-1].Country), *s})
		}
	}
	d.All = spreads[0]
}

// newSpread returns the spread of merchants' counts, and the share of what is due at the
// median.
func newSpread(at, half []Due) (Spread, stats.ClusterShare) {
	share := func(of []Due) stats.ClusterShare {
		counts := make([]stats.Count, len(of))
		for i := range of {
			counts[i] = of[i].Count()
		}
		c, _ := stats.NewClusterShare(counts) // no count is impossible
		return c
	}
	c := share(at)
	s := Spread{Due: Due{int64(c.All.N), int64(c.All.K)}, Merchants: int64(c.Clusters), StdErr: number(c.StdErr)}
	return s, share(half)
}

// quantileOf returns the smallest answer time, in µs, at which a share p is answered, of
// sorted spans; NaN without an answer, or if p is NaN.
func quantileOf(spans []waits.Span, p float64) float64 {
	for fall := range productlimit.Falls(spans) {
		if productlimit.Reached(fall.Survival, p) {
			return float64(fall.Time)
		}
	}
	return math.NaN()
}
