package page

import (
	"math"
	"strings"

	"github.com/sav-analytics/sav/internal/analysis/detail"
	"github.com/sav-analytics/sav/stats"
)

// A week is the share of conversations that were not answered in time, by weekday and hour
// of opening.
type week struct {
	Zones   string
	Targets bool // in time is within the target, else within the first time of the report
	Within  string
	Height  float64
	Days    []weekday
	Hours   []tick
	Steps   []size
	Few     bool // there are cells of too few conversations
	Worst   *weekCell
}

type weekday struct {
	Name  string
	Short string
	Y     float64 // of the middle, px
	Top   float64
	Cells []weekCell
}

type weekCell struct {
	Day                     string
	X, Y                    string // of the middle
	R                       string // half the width of the mark, px; empty: too few conversations to say
	From, To                int    // hours
	Conversations, Answered int64
	stats.Count             // missed, of those that had their time
	Typical                 float64
	low                     float64 // of the interval of the share missed
}

// A size is a step of the scale, above From up to To.
type size struct {
	R        string
	From, To float64 // shares
}

const (
	cellHeight       = 26 // px
	weekSteps        = 5
	fewConversations = 5
)

var weekdays = [7]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}

// newWeek sizes marks by the share missed in an hour: sizes can be distinguished without
// colour.
func newWeek(w *words, d *detail.Detail, within string) *week {
	hours, targets := missedHours(d)
	v := &week{Zones: d.Zone, Targets: targets, Within: within, Height: 7 * cellHeight}
	if len(d.Zones) > 0 {
		v.Zones = strings.Join(d.Zones, ", ")
	}
	cells := make([]weekCell, len(hours))
	least, most := math.Inf(1), math.Inf(-1)
	for i, p := range d.Hours {
		c := stats.Count{K: int(hours[i].Due - hours[i].Met), N: int(hours[i].Due)}
		cells[i] = weekCell{Conversations: p.Conversations, Answered: p.Answered, Count: c, Typical: value(p.KMP50)}
		if c.N >= fewConversations {
			least, most = min(least, c.Share()), max(most, c.Share())
		}
	}
	if least > most {
		return nil
	}
	step := (most - least) / weekSteps
	radius := func(k int) string { return px(2.5 + 2*float64(k)) }
	for k := range weekSteps {
		if step > 0 || k == 0 {
			v.Steps = append(v.Steps, size{radius(k), least + float64(k)*step, least + float64(k+1)*step})
		}
	}
	for i, name := range weekdays {
		full := w.t(name)
		day := weekday{Name: full, Short: w.t(name[:3]), Y: cellHeight * (float64(i) + 0.5),
			Top: cellHeight * float64(i)}
		for h := range 24 {
			cell := cells[24*i+h]
			cell.Day, cell.X, cell.Y, cell.From, cell.To = full, pc((float64(h)+0.5)/24), px(day.Y), h, h+1
			if cell.N >= fewConversations {
				k := 0
				if step > 0 {
					k = min(weekSteps-1, int((cell.Share()-least)/step))
				}
				cell.R = radius(k)
				// The worst is the one that is surely the farthest up, not the one of the fewest.
				cell.low, _ = stats.Wilson(cell.K, cell.N)
				if cell.K > 0 && (v.Worst == nil || cell.low > v.Worst.low) {
					v.Worst = &cell
				}
			} else if cell.Conversations > 0 {
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
