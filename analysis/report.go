package analysis

import (
	"math"
	"runtime"
	"slices"
	"sync/atomic"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/source"
)

// report makes the report of a cohort: the groups of each level, summarized, and
// what else of the result comes from sorted cells, if it is asked for. It uses the
// memory that the messages had.
func (c *cohort) report(result *Result, memory *cells, keys []groupKey, dict *source.Dict, opts *Options) (err error) {
	workers := runtime.GOMAXPROCS(0)
	sorted, scratch, err := c.sortSpans(memory, workers)
	if err != nil {
		return err
	}
	c.parts = nil
	used := make([]bool, len(keys))
	for _, s := range sorted {
		used[s.group()] = true
	}
	ranking := rank(keys, used, dict)
	t := &table{}
	for _, level := range opts.Levels {
		parts := ranking.parts(level)
		t.append(parts, c.summarize(sorted, scratch, parts, workers), dict)
	}
	if result.Report, err = t.frame(); err != nil {
		return err
	}
	if opts.Detail {
		result.Detail = newDetail(sorted, scratch, ranking, dict, opts.Zone, workers)
	}
	if result.State != nil {
		result.State.groups = c.state(sorted, scratch, ranking, dict, result.State.asOf)
	}
	return nil
}

// summarize computes the summaries of a level's rows.
func (c *cohort) summarize(sorted, scratch []cell, parts partsOf, workers int) []summary {
	rows := len(parts.keys)
	totals := make([]total, rows)
	for g := range c.totals {
		if c.totals[g] != (total{}) {
			totals[parts.row[g]].add(&c.totals[g])
		}
	}
	summaries := make([]summary, rows)
	eachRow(sorted, scratch, rows, func(c cell) uint32 { return parts.row[c.group()] }, workers,
		func(r int, of []cell, times []float64) { summaries[r] = summarize(of, &totals[r], times) })
	return summaries
}

// eachRow calls visit for each row with its cells and scratch memory for as many
// times, on all cores: row says of which row a cell is. Distributed over the rows
// in sorted order, each row's spans come out sorted too.
func eachRow(sorted, scratch []cell, rows int, row func(cell) uint32, workers int, visit func(r int, of []cell, times []float64)) {
	spans, ends := sorted, []uint32{uint32(len(sorted))}
	if rows > 1 {
		spans = scratch
		ends = distribute(spans, split(sorted, workers), rows, row)
	}
	some := min(64, rows/workers/8+1) // rows taken at a time
	var next atomic.Int64
	each(min(workers, rows), func(int) {
		var times []float64
		for {
			from := int(next.Add(int64(some))) - some
			if from >= rows {
				return
			}
			for r := from; r < min(from+some, rows); r++ {
				start := uint32(0)
				if r > 0 {
					start = ends[r-1]
				}
				of := spans[start:ends[r]]
				times = slices.Grow(times[:0], len(of))
				visit(r, of, times)
			}
		}
	})
}

// A table is the report as it grows: a slice for each kind of column, with
// texts as codes into one dictionary.
type table struct {
	texts     map[string][]string
	textNull  map[string][]bool
	summaries []summary
}

func (t *table) append(parts partsOf, summaries []summary, dict *source.Dict) {
	if t.texts == nil {
		t.texts, t.textNull = make(map[string][]string), make(map[string][]bool)
	}
	put := func(column, value string, has bool) {
		t.texts[column] = append(t.texts[column], value)
		t.textNull[column] = append(t.textNull[column], has)
	}
	spec := levels[parts.level]
	for _, key := range parts.keys {
		country := ""
		if spec.country {
			country = dict.TextOf(key.country)
		}
		put("level", spec.name, true)
		put("country", country, spec.country)
		put("merchant_id", dict.IDText(key.merchant), spec.merchant)
		put("client_user_id", dict.IDText(key.client), spec.client)
	}
	t.summaries = append(t.summaries, summaries...)
}

// statistics says which number of a summary each column of the report is.
var statistics = map[string]func(*summary) float64{
	"conversations":      func(s *summary) float64 { return float64(s.conversations) },
	"answered":           func(s *summary) float64 { return float64(s.answered) },
	"unanswered":         func(s *summary) float64 { return float64(s.conversations - s.answered) },
	"exch_nr":            func(s *summary) float64 { return float64(s.exchNr) },
	"exch_nr_mean":       func(s *summary) float64 { return s.exchNrMean },
	"dt_mean_s":          func(s *summary) float64 { return s.mean / microsecond },
	"dt_std_s":           func(s *summary) float64 { return s.std / microsecond },
	"dt_ci95_low_s":      func(s *summary) float64 { return s.ciLow / microsecond },
	"dt_ci95_high_s":     func(s *summary) float64 { return s.ciHigh / microsecond },
	"dt_min_s":           func(s *summary) float64 { return s.min / microsecond },
	"dt_p50_s":           func(s *summary) float64 { return s.p50 / microsecond },
	"dt_p50_ci95_low_s":  func(s *summary) float64 { return s.p50Low / microsecond },
	"dt_p50_ci95_high_s": func(s *summary) float64 { return s.p50High / microsecond },
	"dt_p90_s":           func(s *summary) float64 { return s.p90 / microsecond },
	"dt_p99_s":           func(s *summary) float64 { return s.p99 / microsecond },
	"dt_max_s":           func(s *summary) float64 { return s.max / microsecond },
	"dt_km_p50_s":        func(s *summary) float64 { return s.kmP50 / microsecond },
	"km_answered_24h":    func(s *summary) float64 { return s.kmAnsweredDay },
	"turns":              func(s *summary) float64 { return float64(s.turns) },
	"turn_dt_mean_s":     func(s *summary) float64 { return s.turnTimeMeanMicros / microsecond },
}

func (t *table) frame() (*frame.Frame, error) {
	columns := make([]frame.Column, len(Columns))
	for i, c := range Columns {
		switch c.Kind {
		case Text:
			columns[i] = frame.Texts(c.Name, t.texts[c.Name], frame.Valid(t.textNull[c.Name]...))
		case Count:
			values := make([]int64, len(t.summaries))
			for r := range t.summaries {
				values[r] = int64(statistics[c.Name](&t.summaries[r]))
			}
			columns[i] = frame.Int64s(c.Name, values, nil)
		case Number:
			values := make([]float64, len(t.summaries))
			valid := frame.NewBitmap(len(values))
			for r := range t.summaries {
				values[r] = statistics[c.Name](&t.summaries[r])
				if !math.IsNaN(values[r]) {
					valid.Set(r)
				}
			}
			columns[i] = frame.Float64s(c.Name, values, valid)
		}
	}
	return frame.New(columns...)
}
