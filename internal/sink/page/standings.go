package page

import (
	"cmp"
	"slices"

	"github.com/sav-analytics/sav/internal/analysis/detail"
	"github.com/sav-analytics/sav/stats"
)

// minCompared is how many conversations that are due a merchant needs to be compared
// with the others.
const minCompared = 10

// A Merchant is a merchant beside all others, by the conversations that were opened long
// enough ago to be answered within the first time of the report.
type Merchant struct {
	ID string
	stats.Count
	Low, High float64 // Wilson's 95 % interval of the share answered within the time
	stats.Standing
}

// groups are all merchants in the report's order.
type groups struct {
	merchants []Merchant
	all       stats.Count
	byID      map[string]int
}

func newGroups(d *detail.Detail) (*groups, error) {
	g := &groups{byID: make(map[string]int)}
	counts := make([]stats.Count, len(d.Merchants.ID))
	for i := range counts {
		counts[i] = detail.Due{Due: d.Merchants.Due[i], Met: d.Merchants.Met[i]}.Count()
		g.all.K += counts[i].K
		g.all.N += counts[i].N
	}
	standings, err := stats.Standings(counts, minCompared)
	if err != nil {
		return nil, err
	}
	for i, c := range counts {
		m := Merchant{ID: d.Merchants.ID[i], Count: c, Standing: standings[i]}
		m.Low, m.High = stats.Wilson(c.K, c.N)
		g.merchants = append(g.merchants, m)
		g.byID[m.ID] = i
	}
	return g, nil
}

func (g *groups) standing(id string) stats.Standing {
	if i, ok := g.byID[id]; ok {
		return g.merchants[i].Standing
	}
	return stats.Standing{Below: nan, Above: nan}
}

// compared returns how many merchants are compared with the others.
func (g *groups) compared() (n int) {
	for _, m := range g.merchants {
		if m.N >= minCompared {
			n++
		}
	}
	return n
}

// Apart returns the merchants whose share of conversations answered within the first time
// of the report is surely below that of the others, the lowest first, and those that are
// surely above, the highest first: at most 5 % of pages name a wrong one.
func Apart(d *detail.Detail) (below, above []Merchant, err error) {
	g, err := newGroups(d)
	if err != nil {
		return nil, nil, err
	}
	below, above = g.apart()
	return below, above, nil
}

func (g *groups) apart() (below, above []Merchant) {
	for _, m := range g.merchants {
		switch {
		case m.SurelyBelow():
			below = append(below, m)
		case m.SurelyAbove():
			above = append(above, m)
		}
	}
	// Of equal shares the one of more conversations is farther from the others.
	slices.SortStableFunc(below, func(a, b Merchant) int {
		return cmp.Or(cmp.Compare(a.Share(), b.Share()), cmp.Compare(b.N, a.N))
	})
	slices.SortStableFunc(above, func(a, b Merchant) int {
		return cmp.Or(cmp.Compare(b.Share(), a.Share()), cmp.Compare(b.N, a.N))
	})
	return below, above
}

// standings are the merchants that are surely below or above the others.
type standings struct {
	Height       float64
	Ticks        []tick
	Rows         []standingRow
	AllX         string
	All          float64
	Below, Above int // found
	Each         int // shown of each, at most
	Compared     int
	Few          int     // merchants that are not compared
	AboveY       float64 // of the title above the second kind, px
}

type standingRow struct {
	Merchant
	Top, Y         float64 // px
	X, LowX, HighX string
	Under          bool // it is below
}

const maxRanked = 15

func newStandings(w *words, g *groups) *standings {
	below, above := g.apart()
	s := &standings{Below: len(below), Above: len(above), Each: maxRanked, All: g.all.Share(), Compared: g.compared()}
	s.Few = len(g.merchants) - s.Compared
	if s.Compared < 2 {
		return nil
	}
	shown := slices.Concat(below[:min(len(below), maxRanked)], above[:min(len(above), maxRanked)])
	least := s.All
	for _, m := range shown {
		least = min(least, m.Low)
	}
	axis := newShareAxis(least)
	s.Ticks, s.AllX = axis.ticks(w), pc(axis.at(s.All))
	y := rowHeight * 1.0 // below the first title
	for i, m := range shown {
		if i == len(below[:min(len(below), maxRanked)]) {
			if i > 0 {
				y += rowHeight / 2
			}
			s.AboveY = y - rowHeight/2 + 4
			y += rowHeight / 2
		}
		s.Rows = append(s.Rows, standingRow{m, y, y + rowHeight/2,
			pc(axis.at(m.Share())), pc(axis.at(m.Low)), pc(axis.at(m.High)), m.SurelyBelow()})
		y += rowHeight
	}
	s.Height = y + 4
	return s
}

// Says says who is apart from the others, in a sentence.
func (s *standings) Says(w *words) string {
	switch {
	case s.Below == 0 && s.Above == 0:
		return w.t("No merchant is surely below or above the others.")
	case s.Above == 0:
		return w.t("%d merchants are surely below the others.", s.Below)
	case s.Below == 0:
		return w.t("%d merchants are surely above the others.", s.Above)
	}
	return w.t("%s, %s.", w.t("%d merchants are surely below the others", s.Below), w.t("%d surely above", s.Above))
}
