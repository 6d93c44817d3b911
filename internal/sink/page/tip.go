package page

import "github.com/sav-analytics/sav/stats"

// A tip is a row of a picture that says more of itself while a pointer is on it, or it is
// chosen by touch or by keys: it is a radio button, so that all rows of a picture are one
// stop of the tab key, and the arrow keys go from one to the next. No script is needed.
type tip struct {
	Group            string // of the picture
	X, Width         string
	Y, Height, Below float64 // px; the text is below
	Text             string
}

// newTip returns the tip of a row as wide as the picture.
func newTip(group string, top float64, text string) tip {
	return tip{group, "0", "100%", top, rowHeight, top + rowHeight, text}
}

// Tip says what is known of a country.
func (c countryRow) Tip(w *words) string {
	text := isolate(c.Country) + ": " + w.t("%d conversations", c.Conversations)
	if c.Known {
		text += ", " + w.t("%s answered in time", w.percent(c.Share))
	}
	if c.HasInterval {
		text += " (" + w.t("95 %%: %s", w.shareSpan(c.Low, c.High)) + ")"
	}
	if c.Typical == c.Typical {
		text += ", " + w.t("half within %s", w.human(c.Typical))
	}
	return text + "."
}

// Tip says what is known of the targets of a country.
func (c targetRow) Tip(w *words) string {
	if c.TargetDue == 0 {
		return isolate(c.Country) + ": " + w.t("No target has run out yet.")
	}
	return isolate(c.Country) + ": " + w.t("%s of %s targets met", w.percent(c.Target), w.count(c.TargetDue)) +
		" (" + w.t("95 %%: %s", w.shareSpan(c.Low, c.High)) + ")."
}

// Tip says how a merchant compares with the others.
func (r standingRow) Tip(w *words) string {
	return isolate(r.ID) + ": " + w.t("%d of %d answered in time", r.K, r.N) + " (" + w.percent(r.Share()) + "; " +
		w.t("95 %%: %s", w.shareSpan(r.Low, r.High)) + ")."
}

// Tip says how many conversations of a weekday were missed, and when most.
func (d weekday) Tip(w *words) string {
	all, worst := stats.Count{}, -1
	for i, c := range d.Cells {
		all.K, all.N = all.K+c.K, all.N+c.N
		if c.R != "" && c.K > 0 && (worst < 0 || c.low > d.Cells[worst].low) {
			worst = i
		}
	}
	if all.N == 0 {
		return d.Name + ": " + w.t("nothing had its time.")
	}
	text := d.Name + ": " + w.t("%d of %d missed", all.K, all.N) + " (" + w.percent(all.Share()) + ")"
	if worst < 0 {
		return text + "."
	}
	c := d.Cells[worst]
	return text + ", " + w.t("most of %d to %d h: %s of %d.", c.From, c.To, w.percent(c.Share()), c.N)
}
