package page

import (
	"cmp"
	"math"
	"slices"
	"time"

	"golang.org/x/text/number"

	"github.com/sav-analytics/sav/internal/analysis/detail"
)

// A change is a period beside the one before.
type change struct {
	Now, Before string // in words
	All         shift
	Countries   []shift // with conversations in both periods, those of the most first
	Merchants   []shift // that changed surely
	Compared    int64
	Found       int64 // merchants that changed surely
	More        bool  // than are shown

	better, worse bool // surely, of all
}

// A shift is what changed of a country, a merchant, or of all.
type shift struct {
	Name               string
	Before, Now        detail.Due
	ShareBefore, Share float64
	WaitBefore, Wait   float64
	Shares, Waits      string // intervals of the differences; empty if there is none
	Better, Worse      bool   // surely, of a merchant
}

const maxChanged = 20

func newChange(w *words, d *detail.Detail) *change {
	if d.Change == nil || d.Change.All.Share == nil {
		return nil
	}
	from, err := time.Parse(time.DateOnly, d.Change.From)
	if err != nil {
		return nil
	}
	c := &change{Now: w.dates(d.Change.From, d.Change.To),
		Before: w.dates(d.Change.Before, from.AddDate(0, 0, -1).Format(time.DateOnly)),
		All:    newShift(w, "", d.Change.All), Compared: d.Change.Compared, Found: d.Change.Merchants}
	c.better, c.worse = d.Change.All.Share.Low > 0, d.Change.All.Share.High < 0
	for _, country := range d.Change.Countries {
		if country.Share != nil {
			c.Countries = append(c.Countries, newShift(w, country.Country, country.Shift))
		}
	}
	slices.SortStableFunc(c.Countries, func(a, b shift) int {
		return cmp.Compare(b.Before.Due+b.Now.Due, a.Before.Due+a.Now.Due)
	})
	c.Countries = c.Countries[:min(len(c.Countries), maxCountries)]
	for _, m := range d.Change.Surely[:min(len(d.Change.Surely), maxChanged)] {
		s := newShift(w, m.Merchant, m.Shift)
		s.Better, s.Worse = m.Share.Value > 0, m.Share.Value < 0
		c.Merchants = append(c.Merchants, s)
	}
	c.More = c.Found > int64(len(c.Merchants))
	return c
}

func newShift(w *words, name string, of detail.Shift) shift {
	s := shift{Name: name, Before: of.Before, Now: of.Now, ShareBefore: of.Before.Count().Share(),
		Share: of.Now.Count().Share(), WaitBefore: value(of.WaitBefore), Wait: value(of.WaitNow)}
	if of.Share != nil {
		s.Shares = w.t("%s to %s", w.points(of.Share.Low), w.points(of.Share.High))
	}
	if of.Wait != nil {
		s.Waits = w.t("%s to %s", w.signed(of.Wait.Low), w.signed(of.Wait.High))
	}
	return s
}

// Verdict says whether answers in time became more.
func (c *change) Verdict(w *words) string {
	switch {
	case c.better:
		return w.t("Surely better.")
	case c.worse:
		return w.t("Surely worse.")
	}
	return w.t("No sure change.")
}

// dates writes the days from one to another, as 2006-01-02.
func (w *words) dates(first, last string) string {
	from, err := time.Parse(time.DateOnly, first)
	to, err2 := time.Parse(time.DateOnly, last)
	switch {
	case err != nil || err2 != nil:
		return none
	case first == last:
		return w.date(from)
	case from.Year() != to.Year():
		return w.t("%s to %s", w.date(from), w.date(to))
	}
	return w.t("%s to %s", w.t("%s %s", from.Format("2"), w.t(from.Month().String())), w.date(to))
}

// points writes a difference of shares, in hundredths.
func (w *words) points(v float64) string {
	v = math.Round(1000*v) / 10
	return sign(v) + w.p.Sprint(number.Decimal(math.Abs(v), number.Scale(1)))
}

// signed writes a difference of times.
func (w *words) signed(seconds float64) string {
	return sign(math.Round(seconds)) + w.human(math.Abs(seconds))
}

func sign(v float64) string {
	switch {
	case v > 0:
		return "+"
	case v < 0:
		return "−"
	}
	return ""
}
