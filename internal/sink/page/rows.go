package page

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
	"github.com/sav-analytics/sav/internal/analysis/schema"
	"github.com/sav-analytics/sav/internal/cells"
	"github.com/sav-analytics/sav/stats"
)

// A Row is what the page shows of a row of the report. Times are in seconds; a
// statistic that does not apply is NaN.
type Row struct {
	Country, Merchant                   string
	Conversations, Answered, Unanswered int64
	Exchanges                           float64
	Typical                             float64 // Kaplan–Meier median: within it half are answered
	Share, ShareLow, ShareHigh          float64 // answered within the first time of the report
	Wait                                float64 // mean, up to that time
	Worked                              float64 // as Typical, of working times
	TargetDue, TargetMissed, TargetOpen int64
	Target, TargetLow, TargetHigh       float64 // share of targets met, with Wilson's interval
}

// targetCount returns how many targets that have run out were met.
func (r *Row) targetCount() stats.Count {
	return stats.Count{K: int(r.TargetDue - r.TargetMissed), N: int(r.TargetDue)}
}

// firstWithin returns the first time within which the report counts answers.
func firstWithin(report *frame.Frame) (analysis.Within, error) {
	of, err := schema.Of(report.Names())
	if err != nil {
		return analysis.Within{}, err
	}
	return append(of.Within, schema.DefaultWithin()...)[0], nil
}

// rows reads the rows of a level, in the report's order.
func rows(report *frame.Frame, level analysis.Level, within analysis.Within) ([]Row, error) {
	part, err := report.Filter(expr.Col("level").Eq(level.String()))
	if err != nil {
		return nil, err
	}
	all := make([]Row, part.Len())
	for name, to := range map[string]func(*Row) *string{
		"country":     func(r *Row) *string { return &r.Country },
		"merchant_id": func(r *Row) *string { return &r.Merchant },
	} {
		c, err := part.Column(name)
		if err != nil {
			return nil, err
		}
		for i := range all {
			if !c.IsNull(i) {
				*to(&all[i]) = c.Dictionary()[c.Codes()[i]]
			}
		}
	}
	for name, to := range map[string]func(*Row) *int64{
		"conversations": func(r *Row) *int64 { return &r.Conversations },
		"answered":      func(r *Row) *int64 { return &r.Answered },
		"unanswered":    func(r *Row) *int64 { return &r.Unanswered },
		"target_due":    func(r *Row) *int64 { return &r.TargetDue },
		"target_missed": func(r *Row) *int64 { return &r.TargetMissed },
		"target_open":   func(r *Row) *int64 { return &r.TargetOpen },
	} {
		c, ok, err := reportColumn(part, name)
		if err != nil {
			return nil, err
		}
		for i := 0; ok && i < len(all); i++ {
			*to(&all[i]) = c.Int64s()[i]
		}
	}
	x := within.String()
	for name, to := range map[string]func(*Row) *float64{
		"exch_nr_mean":                    func(r *Row) *float64 { return &r.Exchanges },
		"dt_km_p50_s":                     func(r *Row) *float64 { return &r.Typical },
		"km_answered_" + x:                func(r *Row) *float64 { return &r.Share },
		"km_answered_" + x + "_ci95_low":  func(r *Row) *float64 { return &r.ShareLow },
		"km_answered_" + x + "_ci95_high": func(r *Row) *float64 { return &r.ShareHigh },
		"wait_" + x + "_mean_s":           func(r *Row) *float64 { return &r.Wait },
		"work_dt_km_p50_s":                func(r *Row) *float64 { return &r.Worked },
		"target_share":                    func(r *Row) *float64 { return &r.Target },
		"target_share_ci95_low":           func(r *Row) *float64 { return &r.TargetLow },
		"target_share_ci95_high":          func(r *Row) *float64 { return &r.TargetHigh },
	} {
		c, ok, err := reportColumn(part, name)
		if err != nil {
			return nil, err
		}
		for i := range all {
			if *to(&all[i]) = math.NaN(); ok && !c.IsNull(i) {
				*to(&all[i]) = written(c.Float64s()[i])
			}
		}
	}
	return all, nil
}

// reportColumn returns a column of a report; ok is false of one that is there only with a policy, and is not.
func reportColumn(report *frame.Frame, name string) (c frame.Column, ok bool, err error) {
	optional := strings.HasPrefix(name, "work_") || strings.HasPrefix(name, "target_")
	if optional && !slices.Contains(report.Names(), name) {
		return c, false, nil
	}
	c, err = report.Column(name)
	return c, err == nil, err
}

// Countries returns the n countries with the most conversations, those first, and how many others a report has.
func Countries(report *frame.Frame, n int) (shown []Row, leftOut int64, err error) {
	whole, err := analysis.Whole(report)
	if err != nil {
		return nil, 0, err
	}
	within, err := firstWithin(whole)
	if err != nil {
		return nil, 0, err
	}
	all, err := rows(whole, analysis.ByCountry, within)
	shown, leftOut = largest(all, n)
	return shown, leftOut, err
}

// largest returns the n rows with the most conversations, those first, and the number of the others.
func largest(all []Row, n int) (shown []Row, leftOut int64) {
	shown = slices.SortedStableFunc(slices.Values(all), func(a, b Row) int {
		return cmp.Compare(b.Conversations, a.Conversations)
	})
	n = min(n, len(all))
	return shown[:n], int64(len(all) - n)
}

// unanswered returns the rows with conversations without an answer, those with the most first.
func unanswered(all []Row) []Row {
	waiting := slices.DeleteFunc(slices.Clone(all), func(r Row) bool { return r.Unanswered == 0 })
	slices.SortStableFunc(waiting, func(a, b Row) int {
		return cmp.Or(cmp.Compare(b.Unanswered, a.Unanswered), cmp.Compare(a.Conversations, b.Conversations))
	})
	return waiting
}

// written returns v as report.csv has it, so that a page is the same whether it is
// made with the report or from its file.
func written(v float64) float64 {
	w, err := strconv.ParseFloat(string(cells.AppendNumber(nil, v)), 64)
	if err != nil {
		return v // never: AppendNumber writes numbers
	}
	return w
}

// share returns part of whole, NaN if there is no whole.
func share(part, whole int64) float64 {
	if whole == 0 {
		return math.NaN()
	}
	return float64(part) / float64(whole)
}

// value returns a number of a Detail, NaN if it does not apply.
func value(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}

// orElse returns v, or fallback if v is NaN.
func orElse(v, fallback float64) float64 {
	if math.IsNaN(v) {
		return fallback
	}
	return v
}
