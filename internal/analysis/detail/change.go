package detail

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/periods"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/stats"
)

// A Change compares the conversations of a period with those of the one before it. All of
// both had their time. Dates are local, as 2006-01-02.
type Change struct {
	Before string `json:"before"` // the first date of the period before
	From   string `json:"from"`   // the first date of the period
	To     string `json:"to"`     // the last date of the period
	All    Shift  `json:"all"`
	// Countries are in the report's order.
	Countries []CountryShift `json:"countries"`
	Compared  int64          `json:"compared"`  // merchants with at least 10 in each period
	Merchants int64          `json:"merchants"` // of these, those that changed surely, by stats.Changes
	// Surely are the first 50 of these: those that changed the most.
	Surely []MerchantShift `json:"surely"`
}

// A Shift is what changed from a period to the next. Both intervals are of 95 %.
type Shift struct {
	Before Due `json:"before"`
	Now    Due `json:"now"`
	// Share is the difference of the shares answered within the first time of the report,
	// and Wait that of the mean waits up to that time, in seconds, where who has no answer
	// counts with all of it. Each is nil where one of the periods has none.
	Share *Difference `json:"share"`
	Wait  *Difference `json:"wait_s"`
	// WaitBefore and WaitNow are the mean waits.
	WaitBefore *float64 `json:"wait_before_s"`
	WaitNow    *float64 `json:"wait_now_s"`
}

// A Difference is by how much a period is above the one before.
type Difference struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// A CountryShift is the shift of a country.
type CountryShift struct {
	Country string `json:"country"`
	Shift
}

// A MerchantShift is the shift of a merchant. P is adjusted, as stats.Changes has it.
type MerchantShift struct {
	Merchant string  `json:"merchant_id"`
	P        float64 `json:"p"`
	Shift
}

// minCompared is how many conversations a merchant needs in each period to be compared,
// and maxChanged how many that changed are kept.
const (
	minCompared = 10
	maxChanged  = 50
)

// A twoPeriods is two periods of days since 1970: [before, from) and [from, end).
type twoPeriods struct{ before, from, end int }

// twoPeriodsOf returns the last period of a unit whose conversations all had their time,
// and the one before. Unit 0 compares 28 days with the 28 before, or 7 with 7 if the
// messages span fewer than 56.
// It is zero if there are not two.
func twoPeriodsOf(c calendar, at deadline, unit periods.Unit) (p twoPeriods) {
	due := min(int64(len(c)), at.before)
	if due < 1 {
		return p
	}
	first, end := c[0].day(), c[due-1].day()+1
	if due < int64(len(c)) && c[due].day() < end {
		end-- // of a day only a part is due
	}
	if unit == 0 {
		days := 28
		if end-first < 2*days {
			days = 7
		}
		if end-2*days >= first {
			p = twoPeriods{end - 2*days, end - days, end}
		}
		return p
	}
	last := unit.Of(end)
	if int(last) > first {
		if from := unit.Of(int(last) - 1); int(from) > first {
			p = twoPeriods{int(unit.Of(int(from) - 1)), int(from), int(last)}
		}
	}
	return p
}

// of returns the period that a day is in.
func (p twoPeriods) of(day int) changePeriod {
	switch {
	case p.before <= day && day < p.from:
		return 1
	case p.from <= day && day < p.end:
		return 2
	}
	return 0
}

// times are what changes are computed from: of each of some groups, its counts and the
// sums of its waits in seconds.
type times struct {
	due  []stats.Count
	wait []stats.Sums
}

func newTimes(n int) times { return times{make([]stats.Count, n), make([]stats.Sums, n)} }

// add adds what was counted to a row.
func (t times) add(row int, c *waitCounts) {
	t.due[row].N += int(c.due)
	t.due[row].K += int(c.met)
	t.wait[row].N += int(c.due)
	t.wait[row].Sum += c.sum
	t.wait[row].Squares += c.squares
}

func (t times) part(from, to int) times { return times{t.due[from:to], t.wait[from:to]} }

// change compares two periods, whose conversations the walk counted; it does nothing if
// p is zero.
func (d *Detail) change(p twoPeriods, w *walk, ranking *groups.Ranking, dict *source.Dict) {
	if p == (twoPeriods{}) {
		return
	}
	merchants := ranking.Rows(groups.By{Merchant: true})
	merchantOf := w.merchantRows(ranking, merchants)
	var byMerchant, byPair [2]times
	for i := range byPair {
		byMerchant[i], byPair[i] = newTimes(len(merchants.Keys)), newTimes(len(w.merchants))
		for row := range w.merchants {
			byPair[i].add(row, &w.merchants[row].change[i])
			byMerchant[i].add(int(merchantOf[row]), &w.merchants[row].change[i])
		}
	}
	date := func(day int) string { return time.Unix(int64(day)*24*60*60, 0).UTC().Format(time.DateOnly) }
	change := &Change{Before: date(p.before), From: date(p.from), To: date(p.end - 1),
		All: newShift(byMerchant[0], byMerchant[1])}
	w.countries(func(_, from, to int) {
		change.Countries = append(change.Countries, CountryShift{dict.TextOf(w.pairs.Keys[from].Country),
			newShift(byPair[0].part(from, to), byPair[1].part(from, to))})
	})
	change.merchants(merchants, byMerchant[0], byMerchant[1], dict)
	d.Change = change
}

// merchants finds those that changed surely.
func (c *Change) merchants(merchants groups.Rows, before, now times, dict *source.Dict) {
	for i, p := range stats.Changes(now.due, before.due, minCompared) {
		if math.IsNaN(p) {
			continue
		}
		c.Compared++
		if p <= 0.05 {
			c.Surely = append(c.Surely, MerchantShift{dict.IDText(merchants.Keys[i].Merchant), p,
				newShift(before.part(i, i+1), now.part(i, i+1))})
		}
	}
	c.Merchants = int64(len(c.Surely))
	slices.SortStableFunc(c.Surely, func(a, b MerchantShift) int {
		return cmp.Compare(math.Abs(b.Share.Value), math.Abs(a.Share.Value))
	})
	c.Surely = c.Surely[:min(len(c.Surely), maxChanged)]
}

// newShift returns what changed, of all clusters together.
func newShift(before, now times) Shift {
	all := func(t times) (due Due, wait stats.Sums) {
		for i, c := range t.due {
			due.Due, due.Met = due.Due+int64(c.N), due.Met+int64(c.K)
			wait.N, wait.Sum, wait.Squares = wait.N+t.wait[i].N, wait.Sum+t.wait[i].Sum, wait.Squares+t.wait[i].Squares
		}
		return due, wait
	}
	var s Shift
	var waitBefore, waitNow stats.Sums
	s.Before, waitBefore = all(before)
	s.Now, waitNow = all(now)
	meanBefore, _ := waitBefore.Mean()
	meanNow, _ := waitNow.Mean()
	s.WaitBefore, s.WaitNow = number(meanBefore), number(meanNow)
	s.Share = difference(stats.ClusterShareDifference(now.due, before.due))
	s.Wait = difference(stats.ClusterMeanDifference(now.wait, before.wait))
	return s
}

// difference returns d, or nil if it does not apply.
func difference(d stats.Difference) *Difference {
	if math.IsNaN(d.Value) {
		return nil
	}
	return &Difference{d.Value, d.Low, d.High}
}
