package page

import (
	"math"

	"github.com/sav-analytics/sav/stats"
)

// mostColumns is how many tips a picture over time has: on a phone a finger is as wide.
const mostColumns = 10

// columnTips returns tips for some periods each; text says what is known of those from one
// to another, the last of them included.
func columnTips(group string, at dateAxis, height float64, text func(from, to int) string) (tips []tip) {
	n := len(at.t.Days)
	size := (n + mostColumns - 1) / mostColumns
	for from := 0; from < n; from += size {
		to := min(from+size, n) - 1
		left, right := at.of(from)-at.half(from), at.of(to)+at.half(to)
		tips = append(tips, tip{group, pc(left), pc(right - left), 0, height, height, text(from, to)})
	}
	return tips
}

// span names periods from one to another.
func (t *trend) span(w *words, from, to int) string {
	if from == to {
		return t.short(w, &t.Days[from])
	}
	return w.t("%s to %s", t.short(w, &t.Days[from]), t.short(w, &t.Days[to]))
}

// ends returns the periods of some with the lowest and the highest value; -1 if all are NaN.
func (t *trend) ends(from, to int, value func(*dayRow) float64) (low, high int) {
	low, high = -1, -1
	for i := from; i <= to; i++ {
		v := value(&t.Days[i])
		if math.IsNaN(v) {
			continue
		}
		if low < 0 || v < value(&t.Days[low]) {
			low = i
		}
		if high < 0 || v > value(&t.Days[high]) {
			high = i
		}
	}
	return low, high
}

// shareTip says how many were answered in time in some periods.
func (t *trend) shareTip(w *words, from, to int) string {
	var all stats.Count
	for i := from; i <= to; i++ {
		all.K, all.N = all.K+t.Days[i].K, all.N+t.Days[i].N
	}
	text := t.span(w, from, to) + ": "
	if all.N == 0 {
		return text + w.t("nothing had its time.")
	}
	text += w.t("%d of %d answered in time", all.K, all.N) + " (" + w.percent(all.Share()) + ")"
	low, high := t.ends(from, to, func(d *dayRow) float64 { return d.Share() })
	if low == high {
		return text + "."
	}
	return text + ", " + w.t("from %s (%s) to %s (%s).", w.percent(t.Days[low].Share()), t.short(w, &t.Days[low]),
		w.percent(t.Days[high].Share()), t.short(w, &t.Days[high]))
}

// typicalTip says how long the typical times of some periods are.
func (t *trend) typicalTip(w *words, from, to int) string {
	text := t.span(w, from, to) + ": "
	low, high := t.ends(from, to, func(d *dayRow) float64 { return d.Typical })
	switch {
	case low < 0:
		return text + w.t("not yet half") + "."
	case low == high:
		return text + w.t("half within %s", w.human(t.Days[low].Typical)) + "."
	}
	return text + w.t("half within %s", w.human(t.Days[low].Typical)) + " (" + t.short(w, &t.Days[low]) + ") " +
		w.t("to %s (%s).", w.human(t.Days[high].Typical), t.short(w, &t.Days[high]))
}
