package page

import (
	"cmp"
	"math"
	"slices"

	"github.com/sav-analytics/sav/internal/analysis/detail"
)

// countries are rows of a picture, by the share answered within the first time.
type countries struct {
	Height  float64
	Ticks   []tick
	Rows    []countryRow
	LeftOut int64 // countries, those with the fewest conversations
	Unknown int64 // of those shown, countries whose share is not known yet
}

type countryRow struct {
	Row
	Top, Y              float64 // of the row's place and of its middle, px
	X, LowX, HighX      string
	Low, High           float64 // of the share, by merchants; NaN if there is one merchant
	TypicalLow, TypHigh float64
	Merchants           int64
	Known, HasInterval  bool
}

const (
	maxCountries = 40
	rowHeight    = 26 // px
)

func newCountries(w *words, all []Row, d *detail.Detail) *countries {
	if len(all) == 0 {
		return nil
	}
	shown, leftOut := largest(all, maxCountries)
	c := &countries{LeftOut: leftOut}
	spreads := make(map[string]detail.Spread)
	for _, s := range d.Countries {
		spreads[s.Country] = s.Spread
	}
	least := 1.0
	for _, r := range shown {
		cr := countryRow{Row: r, Known: !math.IsNaN(r.Share), Merchants: spreads[r.Country].Merchants}
		s := spreads[r.Country]
		cr.Low, cr.High = s.Share().Interval(r.Share)
		cr.TypicalLow, cr.TypHigh = value(s.KMP50Low), value(s.KMP50High)
		cr.HasInterval = !math.IsNaN(cr.Low)
		if !cr.Known {
			c.Unknown++
		}
		least = min(least, orElse(cr.Low, 1), orElse(r.Share, 1))
		c.Rows = append(c.Rows, cr)
	}
	slices.SortStableFunc(c.Rows, surest)
	axis := newShareAxis(least)
	for i := range c.Rows {
		r := &c.Rows[i]
		r.Y = rowHeight * (float64(i) + 0.5)
		r.Top = r.Y - rowHeight/2
		if r.Known {
			r.X = pc(axis.at(r.Share))
		}
		if r.HasInterval {
			r.LowX, r.HighX = pc(axis.at(r.Low)), pc(axis.at(r.High))
		}
	}
	c.Ticks = axis.ticks(w)
	c.Height = rowHeight * float64(len(c.Rows))
	return c
}

// surest compares countries by the share that they surely reach, the lower end of the
// interval, so that a country of a few good days is not the first. One without an interval
// comes after those with one, by its share, and one whose share is not known is the last.
func surest(a, b countryRow) int {
	return cmp.Or(cmp.Compare(b.Low, a.Low), cmp.Compare(b.Share, a.Share),
		cmp.Compare(b.Conversations, a.Conversations))
}

// A shareAxis places shares, from a round one up to 1.
type shareAxis struct{ from float64 }

// newShareAxis begins at or below the least share.
func newShareAxis(least float64) shareAxis {
	for _, from := range []float64{0.9, 0.8, 0.75, 0.7, 0.6, 0.5} {
		if least >= from {
			return shareAxis{from}
		}
	}
	return shareAxis{0}
}

func (a shareAxis) at(share float64) float64 { return (share - a.from) / (1 - a.from) }

func (a shareAxis) ticks(w *words) (all []tick) {
	for k := range 6 {
		v := a.from + (1-a.from)*float64(k)/5
		all = append(all, tick{At: pc(a.at(v)), Label: w.count(int64(math.Round(100*v))) + nb + "%", Minor: k%2 == 1})
	}
	return all
}

func sum(counts []int64) (total int64) {
	for _, n := range counts {
		total += n
	}
	return total
}
