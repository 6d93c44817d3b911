package analysis

import (
	"math"
	"slices"

	"github.com/sav-analytics/sav/analysis/internal/groups"
	"github.com/sav-analytics/sav/analysis/internal/summary"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/source"
)

// A table is the report as it grows.
type table struct {
	schema    Schema
	dict      *source.Dict
	keys      []rowKey
	summaries []summary.Summary
}

// A rowKey is what a row is about.
type rowKey struct {
	level Level
	groups.Key
}

func (t *table) append(level Level, rows groups.Rows, summaries []summary.Summary) {
	for _, key := range rows.Keys {
		t.keys = append(t.keys, rowKey{level, key})
	}
	t.summaries = append(t.summaries, summaries...)
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
