package page

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"math"
	"slices"

	"github.com/klauspost/compress/flate"

	"github.com/sav-analytics/sav/internal/analysis/detail"
	"github.com/sav-analytics/sav/stats"
)

// merchants is the table of merchants: rows for those who read without a script, and all
// of them as data for the script that sorts and filters.
type merchants struct {
	Rows    []merchantRow
	All     int
	Targets bool
	Work    bool
	LeftOut int64 // merchants without a row of their own, those with the fewest conversations
	Data    string
}

type merchantRow struct {
	Row
	Flag int // of flags
}

// maxRows is how many merchants have a row without the script.
const maxRows = 300

// The flags of merchants.
const (
	noFlag = iota
	flagBelow
	flagAbove
	flagSilent
)

func newMerchants(all, pairs []Row, g *groups, d *detail.Detail) *merchants {
	if len(all) == 0 {
		return nil
	}
	home := make(map[string]Row) // the country with the most conversations of each merchant
	for _, p := range pairs {
		if p.Conversations > home[p.Merchant].Conversations {
			home[p.Merchant] = p
		}
	}
	rows := make([]merchantRow, len(all))
	for i, r := range all {
		r.Country = home[r.Merchant].Country
		rows[i] = merchantRow{r, flagOf(r, g)}
	}
	m := &merchants{All: len(all), LeftOut: int64(max(0, len(all)-maxRows)),
		Targets: d.Promised != nil, Work: d.Worked != nil}
	m.Data = m.encode(rows)
	slices.SortStableFunc(rows, func(a, b merchantRow) int { return cmp.Compare(b.Conversations, a.Conversations) })
	m.Rows = rows[:min(len(rows), maxRows)]
	return m
}

func flagOf(r Row, g *groups) int {
	s := g.standing(r.Merchant)
	switch {
	case r.Answered == 0:
		return flagSilent
	case s.SurelyBelow():
		return flagBelow
	case s.SurelyAbove():
		return flagAbove
	}
	return noFlag
}

// FlagText returns the words of a flag.
func (m *merchants) FlagText(w *words, flag int) string { return flagText(w, flag) }

func flagText(w *words, flag int) string {
	return [...]string{"", w.t("surely below"), w.t("surely above"), w.t("answered nobody")}[flag]
}

// merchantData are the columns of all merchants in the report's order. Shares are in
// thousandths and times in seconds, to three digits; -1 is none, and both ends of an
// interval are wilson where they follow from the share.
type merchantData struct {
	Countries     []string `json:"countries"`
	ID            []string `json:"id"`
	Country       []int    `json:"country"`
	Conversations []int64  `json:"conversations"`
	Unanswered    []int64  `json:"unanswered"`
	Share         []int    `json:"share"`
	Low           []int    `json:"low"`
	High          []int    `json:"high"`
	Typical       []int64  `json:"typical"`
	Wait          []int64  `json:"wait"`
	Flag          []int    `json:"flag"`
	// With a policy that has targets, and working hours.
	Target []int   `json:"target,omitempty"`
	Worked []int64 `json:"worked,omitempty"`
}

// compression keeps a page of 100,000 merchants below 1.5 MB; the next level takes four
// times as long for 3 % less.
const compression = 8

// encode returns the data as JSON, compressed with deflate, in base64: no text of
// the input can end the element that holds it.
func (m *merchants) encode(rows []merchantRow) string {
	var d merchantData
	index := make(map[string]int)
	for _, r := range rows {
		country, ok := index[r.Country]
		if !ok {
			country = len(d.Countries)
			index[r.Country], d.Countries = country, append(d.Countries, r.Country)
		}
		d.ID, d.Country = append(d.ID, r.Merchant), append(d.Country, country)
		d.Conversations, d.Unanswered = append(d.Conversations, r.Conversations), append(d.Unanswered, r.Unanswered)
		d.Share = append(d.Share, thousandths(r.Share))
		low, high := packInterval(r)
		d.Low, d.High = append(d.Low, low), append(d.High, high)
		d.Typical, d.Wait = append(d.Typical, threeDigits(r.Typical)), append(d.Wait, threeDigits(r.Wait))
		d.Flag = append(d.Flag, r.Flag)
		if m.Targets {
			d.Target = append(d.Target, thousandths(r.Target))
		}
		if m.Work {
			d.Worked = append(d.Worked, threeDigits(r.Worked))
		}
	}
	data, err := json.Marshal(d)
	if err != nil {
		return "" // never: it is numbers and texts
	}
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, compression)
	if err != nil {
		return "" // never: the level is one
	}
	w.Write(data) // into memory
	w.Close()
	return base64.RawURLEncoding.EncodeToString(b.Bytes())
}

// wilson stands for both ends of an interval that is Wilson's: the script computes it, and
// the page is smaller by a fifth.
const wilson = -2

// packInterval returns the ends of the interval of the share answered in time.
func packInterval(r merchantRow) (low, high int) {
	low, high = thousandths(r.ShareLow), thousandths(r.ShareHigh)
	n := int(r.Conversations)
	if l, h := stats.Wilson(int(math.Round(float64(thousandths(r.Share))*float64(n)/1000)), n); low >= 0 &&
		thousandths(l) == low && thousandths(h) == high {
		return wilson, wilson
	}
	return low, high
}

func thousandths(share float64) int {
	if math.IsNaN(share) {
		return -1
	}
	return int(math.Round(1000 * share))
}

func threeDigits(seconds float64) int64 {
	if math.IsNaN(seconds) {
		return -1
	}
	unit := math.Pow(10, max(0, math.Floor(math.Log10(max(seconds, 1)))-2))
	return int64(math.Round(seconds/unit) * unit)
}
