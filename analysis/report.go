package analysis

import (
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/source"
)

// report makes the report of a cohort: the groups of each level, summarized.
func (c *cohort) report(keys []groupKey, dict *source.Dict, chosen []Level) (*frame.Frame, error) {
	sorted := sortTimed(c.parts, runtime.GOMAXPROCS(0))
	c.parts = nil
	used := make([]bool, len(keys))
	for i := range sorted {
		used[sorted[i].group] = true
	}
	ranking := rank(keys, used, dict)
	summaries := make([][]summary, len(chosen))
	parts := make([]partsOf, len(chosen))
	var wait sync.WaitGroup
	for i, level := range chosen {
		wait.Go(func() {
			parts[i] = ranking.parts(level)
			summaries[i] = c.summarize(sorted, parts[i])
		})
	}
	wait.Wait()
	t := &table{}
	for i := range chosen {
		t.append(parts[i], summaries[i], dict)
	}
	return t.frame()
}

// summarize computes the summaries of a level's rows, on all cores.
func (c *cohort) summarize(sorted []timed, parts partsOf) []summary {
	rows := len(parts.keys)
	totals := make([]total, rows)
	for g := range c.totals {
		if c.totals[g] != (total{}) {
			totals[parts.row[g]].add(&c.totals[g])
		}
	}
	spans, ends := scatter(sorted, parts)
	summaries := make([]summary, rows)
	const some = 64 // rows taken at a time
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), rows/some+1) {
		wait.Go(func() {
			var times []float64
			for {
				from := int(next.Add(some)) - some
				if from >= rows {
					return
				}
				for r := from; r < min(from+some, rows); r++ {
					start := 0
					if r > 0 {
						start = ends[r-1]
					}
					of := spans[start:ends[r]]
					times = slices.Grow(times[:0], len(of))
					summaries[r] = summarize(of, &totals[r], times)
				}
			}
		})
	}
	wait.Wait()
	return summaries
}

// scatter brings the spans of each row of a level together. They come sorted,
// and so do each row's.
func scatter(sorted []timed, parts partsOf) (spans []span, ends []int) {
	ends = make([]int, len(parts.keys))
	for i := range sorted {
		ends[parts.row[sorted[i].group]]++
	}
	sum := 0
	for r, n := range ends {
		ends[r] = sum // where it begins; the loop below moves it to where it ends
		sum += n
	}
	spans = makeLarge[span](len(sorted), len(sorted))
	for _, t := range sorted {
		r := parts.row[t.group]
		spans[ends[r]] = t.span
		ends[r]++
	}
	return spans, ends
}

// A table is the report as it grows: a slice for each kind of column, with
// texts as codes into one dictionary.
type table struct {
	rows      int
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
