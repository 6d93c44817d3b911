package frame

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/sav-analytics/sav/frame/internal/rows"
)

// Strategy says where [Frame.JoinAsof] looks for the nearest row.
type Strategy string

// The strategies. No Strategy is Backward, the default of pandas and Polars.
const (
	Backward Strategy = "backward" // the last right row at or before the left one
	Forward  Strategy = "forward"  // the first right row at or after the left one
	Nearest  Strategy = "nearest"  // the nearer of both; the one before if they are equally near
)

var strategies = []Strategy{Backward, Forward, Nearest}

// AsofOptions says how [Frame.JoinAsof] finds a row.
type AsofOptions struct {
	On        string   // the column that orders the rows: Int64, Time or Float64
	RightOn   string   // its name in the right frame; empty: the same
	By        []string // the columns that must agree; none: any two rows may match
	RightBy   []string // their names in the right frame; empty: the same
	Strategy  Strategy // empty: Backward
	Strict    bool     // a row with an equal On is not found
	Tolerance float64  // how far away On may be, for a Time in seconds; 0: however far
	Suffix    string   // of a right column whose name the left frame has too; empty: _right
}

// JoinAsof returns each row of f beside the row of right that agrees in the By columns and whose On is nearest, in the
// direction that the Strategy says. Without one it looks backward. Of several such rows with the same On it takes the
// last one when it looks backward, the first when forward. Where there is none, right's columns are null. Neither frame
// need be sorted; the result has f's rows in f's order. A null or NaN in On, and a null in By, matches nothing.
//
// The result has f's columns, then right's without By, named as by [Frame.Join]: what f's row found is in On with
// "_right" appended. O(m + n·log k), k being the rows of right that agree with one of f; 12 bytes for each row of
// right, and 8 for each row of f.
func (f *Frame) JoinAsof(right *Frame, o AsofOptions) (*Frame, error) {
	f, right = f.orEmpty(), right.orEmpty()
	rightOn := cmp.Or(o.RightOn, o.On)
	from, err := f.column(o.On, Int64, Time, Float64)
	if err != nil {
		return nil, fmt.Errorf("frame: asof join: left: %w", err)
	}
	to, err := right.column(rightOn, from.Type())
	if err != nil {
		return nil, fmt.Errorf("frame: asof join: right: %w", err)
	}
	if slices.Contains(o.By, o.On) || slices.Contains(o.RightBy, rightOn) {
		return nil, errors.New("frame: asof join by the column it is on")
	}
	if err := choose(&o.Strategy, strategies); err != nil {
		return nil, fmt.Errorf("frame: asof join: no strategy %w", err)
	}
	if !(o.Tolerance >= 0) {
		return nil, fmt.Errorf("frame: asof join: tolerance %v is not 0 or more", o.Tolerance)
	}
	m := matched{keys: rows.Keys{Left: make([]uint32, f.rows), Right: make([]uint32, right.rows), N: 1}}
	if len(o.By) > 0 || len(o.RightBy) > 0 {
		if m, err = matchKeys(f, right, o.By, o.RightBy); err != nil {
			return nil, fmt.Errorf("frame: asof join: %w", err)
		}
	}
	a := rows.Asof{
		Backward: o.Strategy != Forward,
		Forward:  o.Strategy != Backward,
		Strict:   o.Strict,
		Near:     within(o.Tolerance, from.Type()),
	}
	return beside(f, right, m.rightNames, a.Find(from.vec, to.vec, m.keys), o.Suffix)
}

// within returns a function that reports whether a distance is within the tolerance, or nil if every distance is.
func within(tolerance float64, t Type) func(rows.Delta) bool {
	switch {
	case tolerance == 0:
		return nil
	case t == Float64:
		return func(d rows.Delta) bool { return d.Float <= tolerance }
	case t == Time:
		tolerance = math.Round(tolerance * 1e6)
	}
	if tolerance >= 1<<63 {
		return nil
	}
	limit := uint64(tolerance)
	return func(d rows.Delta) bool { return d.Int <= limit }
}
