package analysis

import (
	"math"
	"slices"

	"github.com/sav-analytics/sav/analysis/internal/groups"
	"github.com/sav-analytics/sav/analysis/internal/periods"
	"github.com/sav-analytics/sav/analysis/internal/summary"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/source"
)

// A table is the report as it grows.
type table struct {
	schema    Schema
	dict      *source.Dict
	calendar  *periods.Calendar // or nil
	keys      []rowKey
	summaries []summary.Summary
}

// A rowKey is what a row is about.
type rowKey struct {
	level  Level
	period string // or none
	groups.Key
}

// levelRows are the rows of a level, and those of its periods, if they are told apart.
type levelRows struct {
	level          Level
	whole, periods groups.Rows
}

func (o *Options) rows(level Level, ranking *groups.Ranking) levelRows {
	by := level.spec().by
	rows := levelRows{level: level, whole: ranking.Rows(by)}
	if o.Every != Never {
		by.Period = true
		rows.periods = ranking.Rows(by)
	}
	return rows
}

// append adds the rows of a level: each, and then its periods.
func (t *table) append(l *levelRows, summarize func(groups.Rows) []summary.Summary) {
	whole, next := summarize(l.whole), 0
	var ofPeriods []summary.Summary
	if len(l.periods.Keys) > 0 {
		ofPeriods = summarize(l.periods)
	}
	for w, key := range l.whole.Keys {
		t.add(l.level, key, "", whole[w])
		for ; next < len(ofPeriods) && int(l.periods.Whole[next]) == w; next++ {
			key := l.periods.Keys[next]
			t.add(l.level, key, t.calendar.Name(key.Period), ofPeriods[next])
		}
	}
}

func (t *table) add(level Level, key groups.Key, period string, s summary.Summary) {
	t.keys = append(t.keys, rowKey{level, period, key})
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
	specs := t.schema.specs()
	columns := make([]frame.Column, len(specs))
	for i, c := range specs {
		switch c.Kind {
		case Text:
			values := make([]string, len(t.keys))
			valid := frame.NewBitmap(len(values))
			for r := range t.keys {
				var applies bool
				if values[r], applies = c.text(&t.keys[r], t.dict); applies {
					valid.Set(r)
				}
			}
			columns[i] = frame.Texts(c.Name, values, valid)
		case Count:
			values := make([]int64, len(t.summaries))
			for r := range t.summaries {
				values[r] = int64(c.number(&t.summaries[r]))
			}
			columns[i] = frame.Int64s(c.Name, values, nil)
		case Number:
			values := make([]float64, len(t.summaries))
			valid := frame.NewBitmap(len(values))
			for r := range t.summaries {
				values[r] = c.number(&t.summaries[r])
				if !math.IsNaN(values[r]) {
					valid.Set(r)
				}
			}
			columns[i] = frame.Float64s(c.Name, values, valid)
		}
	}
	return frame.New(columns...)
}
