package page

// A gist is what a reader takes along who reads no more than the beginning: a line for
// each question, with a link to what it is from.
type gist struct{ Lines []answer }

// An answer is a line of the gist.
type answer struct{ Question, Anchor, Text string }

// namedBelow is how many merchants a line names.
const namedBelow = 3

// newGist answers what is known: how fast, who is behind, whether it gets better, when,
// and what is to be done.
func newGist(w *words, v *view, g *groups) *gist {
	m := &gist{}
	add := func(question, anchor, text string) { m.Lines = append(m.Lines, answer{question, anchor, text}) }
	switch s := v.Short; {
	case s == nil || !s.Known: // nothing is
	case s.Typical != s.Typical:
		add(w.t("How fast?"), "curve", w.t("%s of all conversations are answered within %s.", w.percent(s.Share),
			v.Within))
	default:
		add(w.t("How fast?"), "curve", w.t("Half of all conversations are answered within %s, and %s within %s.",
			w.human(s.Typical), w.percent(s.Share), v.Within))
	}
	if t := v.Targets; t != nil && t.All.TargetDue > 0 {
		add(w.t("As promised?"), "targets",
			w.t("%s of %s targets that have run out were met.", w.percent(t.All.Target), w.count(t.All.TargetDue)))
	}
	if v.Standings != nil {
		text := v.Standings.Says(w)
		if below, _ := g.apart(); len(below) > 0 {
			ids := make([]string, min(len(below), namedBelow))
			for i := range ids {
				ids[i] = below[i].ID
			}
			text += " " + w.t("Lowest: %s.", names(ids))
		}
		add(w.t("Who is behind?"), "standings", text)
	}
	if c := v.Change; c != nil {
		add(w.t("Is it getting better?"), "change", c.Verdict(w)+" "+
			w.t("%s were answered in time, %s in the period before.", w.percent(c.All.Share),
				w.percent(c.All.ShareBefore)))
	}
	if v.Week != nil && v.Week.Worst != nil {
		c := v.Week.Worst
		add(w.t("When?"), "week", w.t("Missed most often: what is opened on %s, %d to %d h (%s of %d).",
			c.Day, c.From, c.To, w.percent(c.Share()), c.N))
	}
	if n := v.Now; n != nil && n.Unanswered > 0 {
		text := w.t("%d conversations wait for an answer.", n.Unanswered)
		if n.Overdue > 0 {
			text += " " + w.t("%d of them are past their target.", n.Overdue)
		}
		ids := make([]string, min(len(n.Holders), namedBelow))
		for i := range ids {
			ids[i] = n.Holders[i].Merchant
		}
		add(w.t("What now?"), "now", text+" "+w.t("Most are with the merchants %s.", names(ids)))
	}
	if len(m.Lines) == 0 {
		return nil
	}
	return m
}
