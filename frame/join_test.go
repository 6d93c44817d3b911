package frame_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/internal/frametest"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// agree reports whether two rows agree in the named columns.
func agree(a frametest.Table, x []any, b frametest.Table, y []any, names []string) bool {
	for _, name := range names {
		v, w := x[a.Index(name)], y[b.Index(name)]
		if v == nil || w == nil || frametest.Key(v) != frametest.Key(w) {
			return false
		}
	}
	return true
}

// without returns the cells of row y of b that are not the keys, or nulls.
func without(b frametest.Table, y []any, names []string) []any {
	out := []any{}
	for k, name := range b.Names {
		switch {
		case slices.Contains(names, name):
		case y == nil:
			out = append(out, nil)
		default:
			out = append(out, y[k])
		}
	}
	return out
}

// Each kind of join gives what two loops give, also where the keys have other names on the right.
func TestJoinAgainstLoops(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := frametest.Draw(t, "left"), frametest.Draw(t, "right")
		all := rapid.SampledFrom([]string{"in0", "fl0", "ti0", "bo0", "te0"})
		names := rapid.SliceOfNDistinct(all, 1, 3, rapid.ID[string]).
			Draw(t, "keys")
		how := rapid.SampledFrom([]frame.How{frame.Inner, frame.Left, frame.Outer, frame.Semi, frame.Anti,
			frame.Cross}).
			Draw(t, "how")
		var want [][]any
		matched := make([]bool, len(b.Rows))
		for _, x := range a.Rows {
			found := false
			for j, y := range b.Rows {
				switch {
				case how == frame.Cross:
					want = append(want, append(slices.Clone(x), y...))
				case agree(a, x, b, y, names):
					found, matched[j] = true, true
					if how == frame.Inner || how == frame.Left || how == frame.Outer {
						want = append(want, append(slices.Clone(x), without(b, y, names)...))
					}
				}
			}
			switch {
			case !found && (how == frame.Left || how == frame.Outer):
				want = append(want, append(slices.Clone(x), without(b, nil, names)...))
			case found && how == frame.Semi, !found && how == frame.Anti:
				want = append(want, x)
			}
		}
		if how == frame.Outer {
			for j, y := range b.Rows {
				if matched[j] {
					continue
				}
				row := make([]any, len(a.Names))
				for _, name := range names {
					row[a.Index(name)] = y[b.Index(name)]
				}
				want = append(want, append(row, without(b, y, names)...))
			}
		}
		o := frame.JoinOptions{How: how, On: names, Suffix: "_b"}
		if how == frame.Cross {
			o.On = nil
		} else if rapid.Bool().Draw(t, "other names") {
			for _, name := range names {
				o.RightOn = append(o.RightOn, "right "+name)
				b.Names[b.Index(name)] = "right " + name
			}
		}
		got, err := a.Frame(t).Join(b.Frame(t), o)
		require.NoError(t, err)
		require.Equal(t, frametest.Texts(want), frametest.Texts(frametest.Rows(got)))
	})
}

func TestJoinAsofAgainstLoops(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := frametest.Draw(t, "left"), frametest.Draw(t, "right")
		o := frame.AsofOptions{
			On: rapid.SampledFrom([]string{"in0", "fl0", "ti0"}).Draw(t, "on"),
			By: rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"bo0", "te0"}), 0, 2, rapid.ID[string]).
				Draw(t, "by"),
			Strict: rapid.Bool().Draw(t, "strict"),
			Strategy: rapid.SampledFrom([]frame.Strategy{frame.Backward, frame.Forward, frame.Nearest}).
				Draw(t, "strategy"),
			Tolerance: rapid.SampledFrom([]float64{0, 1, 2.5, 1e10}).Draw(t, "tolerance"),
		}
		want := make([][]any, len(a.Rows))
		for i, x := range a.Rows {
			from := x[a.Index(o.On)]
			var best []any
			for _, y := range b.Rows {
				to := y[b.Index(o.On)]
				if from == nil || to == nil || frametest.IsNaN(from) || frametest.IsNaN(to) ||
					!agree(a, x, b, y, o.By) {
					continue
				}
				side := frametest.Order(to, from) // −1: the right row is before
				switch {
				case side < 0 && o.Strategy == frame.Forward,
					side > 0 && o.Strategy == frame.Backward,
					side == 0 && o.Strict,
					o.Tolerance > 0 && !(apart(from, to) <= o.Tolerance):
					continue
				}
				if best == nil || nearer(o.Strategy, from, to, best[b.Index(o.On)]) {
					best = y
				}
			}
			want[i] = append(slices.Clone(x), without(b, best, o.By)...)
		}
		got, err := a.Frame(t).JoinAsof(b.Frame(t), o)
		require.NoError(t, err)
		require.Equal(t, frametest.Texts(want), frametest.Texts(frametest.Rows(got)))
	})
}

// apart returns the distance of two values, of times in seconds.
func apart(a, b any) float64 {
	if t, ok := a.(time.Time); ok {
		return math.Abs(float64(t.UnixMicro()-b.(time.Time).UnixMicro())) / 1e6
	}
	x, y := frametest.Number(a), frametest.Number(b)
	if x == y { // both may be infinite
		return 0
	}
	return math.Abs(x - y)
}

// nearer reports whether to is to be found rather than best: both are to be found, and best stands before it on the
// right.
func nearer(s frame.Strategy, from, to, best any) bool {
	side, bestSide := frametest.Order(to, from), frametest.Order(best, from)
	switch {
	case side <= 0 && bestSide <= 0 && s != frame.Forward:
		return frametest.Order(to, best) >= 0 // the last of equal ones
	case side >= 0 && bestSide >= 0:
		return frametest.Order(to, best) < 0
	case side < 0: // and best is after it
		return apart(from, to) <= apart(from, best)
	}
	return apart(from, to) < apart(from, best)
}

func TestJoinNamesAndErrors(t *testing.T) {
	t.Parallel()
	left, err := frame.New(frame.Int64s("k", []int64{1}, nil), frame.Int64s("v", []int64{2}, nil))
	require.NoError(t, err)
	right, err := frame.New(
		frame.Int64s("v", []int64{3}, nil), frame.Int64s("k", []int64{1}, nil), frame.Int64s("w", []int64{4}, nil),
	)
	require.NoError(t, err)
	got, err := left.Join(right, on("k"))
	require.NoError(t, err)
	require.Equal(t, []string{"k", "v", "v_right", "w"}, got.Names())
	require.Equal(t, []any{int64(1), int64(2), int64(3), int64(4)}, got.Row(0))
	got, err = left.Join(right, frame.JoinOptions{On: []string{"k"}, Suffix: "2"})
	require.NoError(t, err)
	require.Equal(t, []string{"k", "v", "v2", "w"}, got.Names())

	text, err := frame.New(frame.Texts("k", []string{"1"}, nil))
	require.NoError(t, err)
	taken, err := left.Rename("v", "v_right")
	require.NoError(t, err)
	taken, err = taken.WithColumns(frame.Int64s("v", []int64{5}, nil))
	require.NoError(t, err)
	for name, c := range map[string]struct {
		join error
		want string
	}{
		"no key": {errorOf(left.Join(right, frame.JoinOptions{})), "frame: join: on no column"},
		"left":   {errorOf(left.Join(right, on("w"))), `frame: join: left: no column "w" in ["k" "v"]`},
		"right":  {errorOf(left.Join(text, on("v"))), `frame: join: right: no column "v" in ["k"]`},
		"types": {errorOf(left.Join(text, on("k"))),
			`frame: join: column "k" is int64 on the left, "k" is text on the right`},
		"name taken": {errorOf(taken.Join(right, on("k"))), `frame: two columns are named "v_right": rename one`},
		"too few right keys": {errorOf(left.Join(right, frame.JoinOptions{On: []string{"k", "v"},
			RightOn: []string{"k"}})),
			"frame: join: on 2 columns of the left frame and 1 of the right"},
		"no such kind": {errorOf(left.Join(right, frame.JoinOptions{On: []string{"k"}, How: "lefft"})),
			`frame: join: no kind "lefft"; did you mean left?`},
		"cross on": {errorOf(left.Join(right, frame.JoinOptions{On: []string{"k"}, How: frame.Cross})),
			"frame: cross join: it is on no column, On must be empty"},
		"asof left": {errorOf(left.JoinAsof(right, frame.AsofOptions{})),
			`frame: asof join: left: no column "" in ["k" "v"]`},
		"asof on text": {errorOf(text.JoinAsof(right, frame.AsofOptions{On: "k"})),
			`frame: asof join: left: column "k" is text, not int64 or time or float64`},
		"asof types": {errorOf(left.JoinAsof(text, frame.AsofOptions{On: "k"})),
			`frame: asof join: right: column "k" is text, not int64`},
		"asof by": {errorOf(left.JoinAsof(right, frame.AsofOptions{On: "k", By: []string{"w"}})),
			`frame: asof join: left: no column "w" in ["k" "v"]`},
		"asof by itself": {errorOf(left.JoinAsof(right, frame.AsofOptions{On: "k", By: []string{"k"}})),
			"frame: asof join by the column it is on"},
		"asof strategy": {errorOf(left.JoinAsof(right, frame.AsofOptions{On: "k", Strategy: "later"})),
			`frame: asof join: no strategy "later"; expected backward, forward or nearest`},
		"asof tolerance": {errorOf(left.JoinAsof(right, frame.AsofOptions{On: "k", Tolerance: -1})),
			"frame: asof join: tolerance -1 is not 0 or more"},
		"asof by the right alone": {errorOf(left.JoinAsof(right, frame.AsofOptions{On: "k", RightBy: []string{"v"}})),
			"frame: asof join: on 0 columns of the left frame and 1 of the right"},
		"join on the right alone": {errorOf(left.Join(right, frame.JoinOptions{RightOn: []string{"k"}})),
			"frame: join: on 0 columns of the left frame and 1 of the right"},
		"asof tolerance NaN": {errorOf(left.JoinAsof(right, frame.AsofOptions{On: "k", Tolerance: math.NaN()})),
			"frame: asof join: tolerance NaN is not 0 or more"},
	} {
		t.Run(name, func(t *testing.T) {
			require.EqualError(t, c.join, c.want)
		})
	}
}

// on joins on columns of one name.
func on(names ...string) frame.JoinOptions { return frame.JoinOptions{On: names} }

// An infinite value is at no distance from itself.
func TestJoinAsofInfinite(t *testing.T) {
	t.Parallel()
	x := []float64{math.Inf(-1), 0, math.Inf(1)}
	f, err := frame.New(frame.Float64s("x", x, nil))
	require.NoError(t, err)
	for _, strategy := range []frame.Strategy{frame.Backward, frame.Forward, frame.Nearest} {
		got, err := f.JoinAsof(f, frame.AsofOptions{On: "x", Strategy: strategy, Tolerance: 1})
		require.NoError(t, err)
		require.Equal(t, x, got.Columns()[1].Float64s())
		require.Zero(t, got.Columns()[1].NullCount())
	}
}
