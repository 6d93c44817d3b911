package page

// A tip is a row of a picture that says more of itself while a pointer is on it, or it is
// chosen by touch or by keys: it is a radio button, so that all rows of a picture are one
// stop of the tab key, and the arrow keys go from one to the next. No script is needed.
type tip struct {
	Group      string // of the picture
	Top, Below float64
	Text       string
}

func newTip(group string, top float64, text string) tip {
	return tip{group, top, top + rowHeight, text}
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
