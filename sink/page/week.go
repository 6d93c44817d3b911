package page

import (
	"math"
	"slices"

	"github.com/sav-analytics/sav/analysis/detail"
)

// A week is how long clients wait by weekday and hour of opening.
type week struct {
	Zone   string
	Height float64
	Days   []weekday
	Hours  []tick
	Steps  []size
	Few    bool // there are cells of too few conversations
	Worst  *weekCell
}

type weekday struct {
	Name  string
	Short string
	Y     float64 // of the middle, px
	Cells []weekCell
}

type weekCell struct {
	Day                     string
	X, Y                    string // of the middle
	R                       string // half the width of the mark, px; empty: too few conversations to say
	From, To                int    // hours
	Conversations, Answered int64
	Typical                 float64
}

// A size is a step of the scale, above From up to To.
type size struct {
	R        string
	From, To float64 // seconds
}

const (
	cellHeight       = 26 // px
	weekSteps        = 5
	fewConversations = 5
)

var weekdays = [7]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}

// newWeek sizes marks by the typical time of an hour: a size is told from another without
// colour.
func newWeek(w *words, d *detail.Detail) *week {
	v := &week{Zone: d.Zone, Height: 7 * cellHeight}
	known := func(p detail.Period) bool { return p.Conversations >= fewConversations && p.KMP50 != nil }
	var typical []float64
	for _, p := range d.Hours {
		if known(p) {
			typical = append(typical, *p.KMP50)
		}
	}
	if len(typical) == 0 {
		return nil
	}
	slices.Sort(typical)
	low, high := math.Log1p(typical[0]), math.Log1p(typical[len(typical)-1])
	step := (high - low) / weekSteps
	radius := func(k int) string { return px(2.5 + 2*float64(k)) }
	for k := range weekSteps {
		from, to := math.Expm1(low+float64(k)*step), math.Expm1(low+float64(k+1)*step)
		v.Steps = append(v.Steps, size{radius(k), from, to})
	}
	worst := math.Inf(-1)
	for i, name := range weekdays {
		full := w.t(name)
		day := weekday{Name: full, Short: w.t(name[:3]), Y: cellHeight * (float64(i) + 0.5)}
		for h := range 24 {
			p := d.Hours[24*i+h]
			cell := weekCell{Day: full, X: pc((float64(h) + 0.5) / 24), Y: px(day.Y), From: h, To: h + 1,
				Conversations: p.Conversations, Answered: p.Answered, Typical: value(p.KMP50)}
			if known(p) {
				k := 0
				if step > 0 {
					k = min(weekSteps-1, int((math.Log1p(cell.Typical)-low)/step))
				}
				cell.R = radius(k)
				if cell.Typical > worst {
					worst = cell.Typical
					v.Worst = &cell
				}
			} else if p.Conversations > 0 {
				v.Few = true
			}
			day.Cells = append(day.Cells, cell)
		}
		v.Days = append(v.Days, day)
	}
	for h := 0; h < 24; h += 3 {
		v.Hours = append(v.Hours, tick{At: pc((float64(h) + 0.5) / 24), Label: px(float64(h)), Minor: h%6 != 0})
	}
	return v
}
