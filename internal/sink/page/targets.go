package page

import (
	"cmp"
	"math"
	"slices"

	"github.com/sav-analytics/sav/internal/analysis/detail"
	"github.com/sav-analytics/sav/internal/sink/rundir"
	"github.com/sav-analytics/sav/policy"
	"github.com/sav-analytics/sav/stats"
)

// Targets are what a policy promised, and both clocks side by side.
type targets struct {
	Policy     string // its file
	Targets    bool   // the policy has targets
	Work       bool   // it has working hours
	WorkClock  bool   // targets are of working times
	All        Row
	Interval   string // of the share met, by merchants
	Height     float64
	Ticks      []tick
	Countries  []targetRow
	Merchants  []Row // with the most missed targets
	More       int64 // merchants with missed targets, beyond these
	Overdue    int64 // unanswered conversations past their target
	LeftOut    int64 // countries
	Unpromised int64 // countries of whose targets none has run out
}

// A targetRow is a country of the picture.
type targetRow struct {
	Row
	Top, Y         float64 // px
	X, LowX, HighX string
	Low, High      float64 // by merchants, if there are several
}

const maxMissed = 20

// newTargets returns nil without a policy.
func newTargets(w *words, r *rundir.Result, all, countries, merchants, pairs []Row) *targets {
	d := r.Detail
	if r.Run.Policy == nil || d.Promised == nil && d.Worked == nil {
		return nil
	}
	t := &targets{Policy: r.Run.Policy.Path, Targets: d.Promised != nil, Work: d.Worked != nil}
	if t.Targets {
		t.WorkClock, t.Overdue = d.Promised.Clock == policy.Work.String(), d.Promised.Overdue
	}
	if len(all) == 1 {
		t.All = all[0]
	}
	counts := make(map[string][]stats.Count)
	for _, p := range pairs {
		counts[p.Country] = append(counts[p.Country], p.targetCount())
	}
	if low, high := clusterInterval(countsOf(merchants), &t.All); low == low {
		t.Interval = w.shareSpan(low, high)
	}
	shown, leftOut := largest(countries, maxCountries)
	t.LeftOut = leftOut
	least := 1.0
	for _, r := range shown {
		c := targetRow{Row: r}
		c.Low, c.High = clusterInterval(counts[r.Country], &r)
		if r.TargetDue == 0 {
			t.Unpromised++
		}
		least = min(least, orElse(c.Low, 1))
		t.Countries = append(t.Countries, c)
	}
	slices.SortStableFunc(t.Countries, func(a, b targetRow) int {
		return cmp.Or(cmp.Compare(b.Low, a.Low), cmp.Compare(b.Target, a.Target),
			cmp.Compare(b.Conversations, a.Conversations))
	})
	t.draw(w, least)
	missed := slices.DeleteFunc(slices.Clone(merchants), func(r Row) bool { return r.TargetMissed == 0 })
	slices.SortStableFunc(missed, func(a, b Row) int {
		return cmp.Or(cmp.Compare(b.TargetMissed, a.TargetMissed), cmp.Compare(a.Target, b.Target))
	})
	t.Merchants = missed[:min(len(missed), maxMissed)]
	t.More = int64(max(0, len(missed)-maxMissed))
	return t
}

func (t *targets) draw(w *words, least float64) {
	axis := newShareAxis(least)
	t.Ticks = axis.ticks(w)
	for i := range t.Countries {
		c := &t.Countries[i]
		c.Y = rowHeight * (float64(i) + 0.5)
		c.Top = c.Y - rowHeight/2
		if c.TargetDue > 0 {
			c.X, c.LowX, c.HighX = pc(axis.at(c.Target)), pc(axis.at(c.Low)), pc(axis.at(c.High))
		}
	}
	t.Height = rowHeight * float64(len(t.Countries))
}

func countsOf(rows []Row) []stats.Count {
	counts := make([]stats.Count, len(rows))
	for i := range rows {
		counts[i] = rows[i].targetCount()
	}
	return counts
}

// clusterInterval returns the interval of a share of targets met, by the merchants whose
// counts are given; Wilson's of the report if these are not known or not two.
func clusterInterval(merchants []stats.Count, of *Row) (low, high float64) {
	if c, err := stats.NewClusterShare(merchants); err == nil {
		if low, high = c.Interval(of.Target); !math.IsNaN(low) {
			return low, high
		}
	}
	return of.TargetLow, of.TargetHigh
}

// missedHours returns what was met of what was due, by hour of the week: targets if there
// are any, else answers within the first time of the report.
func missedHours(d *detail.Detail) (hours [7 * 24]detail.Due, targets bool) {
	if d.Promised != nil {
		return d.Promised.Hours, true
	}
	for i, p := range d.Hours {
		hours[i] = p.Due
	}
	return hours, false
}
