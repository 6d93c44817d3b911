package page

import (
	"math"
	"slices"

	"github.com/sav-analytics/sav/analysis/detail"
)

// A week is the median first response time by weekday and hour of opening.
type week struct {
	Zone   string
	Height float64
	Days   []weekday
	Hours  []tick
	Steps  []colour
	Few    bool // there are cells of too few conversations
}

type weekday struct {
	Name  string
	Y     float64 // of the middle, px
	Cells []weekCell
}

type weekCell struct {
	X, Y, Width, Height     string
	Step                    int // 0: too few conversations to say
	From, To                int // hours
	Conversations, Answered int64
	P50                     float64
}

// A colour is a step of the scale, above From up to To.
type colour struct {
	Step     int
	From, To float64 // seconds
}

const (
	cellHeight = 26 // px
	weekSteps  = 6
	fewAnswers = 5
)

var weekdays = [7]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}

func newWeek(d *detail.Detail) *week {
	w := &week{Zone: d.Zone, Height: 7 * cellHeight}
	var medians []float64
	for _, p := range d.Hours {
		if p.Answered >= fewAnswers && p.P50 != nil {
			medians = append(medians, *p.P50)
		}
	}
	if len(medians) == 0 {
		return nil
	}
	slices.Sort(medians)
	low, high := math.Log1p(medians[0]), math.Log1p(medians[len(medians)-1])
	step := (high - low) / weekSteps
	for k := range weekSteps {
		w.Steps = append(w.Steps, colour{k + 1, math.Expm1(low + float64(k)*step), math.Expm1(low + float64(k+1)*step)})
	}
	for i, name := range weekdays {
		day := weekday{Name: name, Y: cellHeight * (float64(i) + 0.5)}
		for h := range 24 {
			p := d.Hours[24*i+h]
			cell := weekCell{X: pc(float64(h) / 24), Width: pc(1.0 / 24), Y: px(float64(cellHeight * i)), Height: px(cellHeight),
				From: h, To: h + 1, Conversations: p.Conversations, Answered: p.Answered, P50: value(p.P50)}
			if p.Answered >= fewAnswers && p.P50 != nil {
				cell.Step = 1
				if step > 0 {
					cell.Step = min(weekSteps, 1+int((math.Log1p(cell.P50)-low)/step))
				}
			} else {
				w.Few = true
			}
			day.Cells = append(day.Cells, cell)
		}
		w.Days = append(w.Days, day)
	}
	for h := 0; h < 24; h += 3 {
		w.Hours = append(w.Hours, tick{At: pc((float64(h) + 0.5) / 24), Label: px(float64(h)), Minor: h%6 != 0})
	}
	return w
}
