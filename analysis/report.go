package analysis

import (
	"math"
	"slices"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/periods"
	"github.com/sav-analytics/sav/internal/analysis/schema"
	"github.com/sav-analytics/sav/internal/analysis/summary"
	"github.com/sav-analytics/sav/source"
)

// A table is the report as it grows.
type table struct {
	schema    schema.Schema
	dict      *source.Dict
	calendar  *periods.Calendar // or nil
	keys      []schema.Key
	summaries []*summary.Summary
}

// levelRows are the rows of a level, and those of its periods, if they are distinguished.
type levelRows struct {
	level          Level
	whole, periods summarized
}

// A summarized is rows and their summaries.
type summarized struct {
	rows      groups.Rows
	summaries []summary.Summary
}

// parts returns the rows of the level, and those of periods, if there are any.
func (l *levelRows) parts() []*summarized {
	if len(l.periods.rows.Keys) == 0 {
		return []*summarized{&l.whole}
	}
	return []*summarized{&l.whole, &l.periods}
}

func (o *Options) rows(level Level, ranking *groups.Ranking) levelRows {
	by := level.spec().by
	rows := levelRows{level: level, whole: summarized{rows: ranking.Rows(by)}}
	if o.Every != Never {
		by.Period = true
		rows.periods.rows = ranking.Rows(by)
	}
	return rows
}

// append adds the rows of a level: each, and then its periods.
func (t *table) append(l *levelRows) {
	rows := len(l.whole.rows.Keys) + len(l.periods.rows.Keys)
	t.keys, t.summaries = slices.Grow(t.keys, rows), slices.Grow(t.summaries, rows)
	next := 0
	for w, key := range l.whole.rows.Keys {
		t.add(l.level, key, "", &l.whole.summaries[w])
		for ; next < len(l.periods.summaries) && int(l.periods.rows.Whole[next]) == w; next++ {
			key := l.periods.rows.Keys[next]
			t.add(l.level, key, t.calendar.Name(key.Period), &l.periods.summaries[next])
		}
	}
}

func (t *table) add(level Level, key groups.Key, period string, s *summary.Summary) {
	t.keys = append(t.keys, schema.Key{Level: level.String(), By: level.spec().by, Period: period, Key: key})
	t.summaries = append(t.summaries, s)
}

// notYetObserved counts the rows with an empty time within.
func (t *table) notYetObserved() (n int64) {
	for i := range t.summaries {
		if slices.ContainsFunc(t.summaries[i].Within, func(w summary.Within) bool { return math.IsNaN(w.Answered) }) {
			n++
		}
	}
	return n
}

func (t *table) frame() (*frame.Frame, error) {
	specs := t.schema.Specs()
	columns := make([]frame.Column, len(specs))
	for i, c := range specs {
		switch c.Kind {
		case schema.Text:
			values := make([]string, len(t.keys))
			valid := frame.NewBitmap(len(values))
			for r := range t.keys {
				var applies bool
				if values[r], applies = c.Text(&t.keys[r], t.dict); applies {
					valid.Set(r)
				}
			}
			columns[i] = frame.Texts(c.Name, values, valid)
		case schema.Count:
			values := make([]int64, len(t.summaries))
			for r := range t.summaries {
				values[r] = int64(c.Number(t.summaries[r]))
			}
			columns[i] = frame.Int64s(c.Name, values, nil)
		case schema.Number:
			values := make([]float64, len(t.summaries))
			valid := frame.NewBitmap(len(values))
			for r := range t.summaries {
				values[r] = c.Number(t.summaries[r])
				if !math.IsNaN(values[r]) {
					valid.Set(r)
				}
			}
			columns[i] = frame.Float64s(c.Name, values, valid)
		}
	}
	return frame.New(columns...)
}
