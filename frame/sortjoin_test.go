package frame_test

import (
	"slices"
	"testing"

	"github.com/sav-analytics/sav/frame"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestSortByAgainstSlices(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tab := drawTable(t, "table")
		names := rapid.SliceOfN(rapid.SampledFrom(tab.names), 0, 4).Draw(t, "keys")
		keys := make([]frame.SortKey, len(names))
		for i, name := range names {
			keys[i] = frame.SortKey{Column: name, Descending: rapid.Bool().Draw(t, "descending")}
		}
		got, err := tab.frame(t).SortBy(keys...)
		require.NoError(t, err)
		want := slices.Clone(tab.rows)
		slices.SortStableFunc(want, func(x, y []any) int {
			for _, k := range keys {
				a, b := x[tab.index(k.Column)], y[tab.index(k.Column)]
				o := 0
				switch {
				case a == nil && b == nil:
				case a == nil:
					return 1
				case b == nil:
					return -1
				case k.Descending:
					o = order(b, a)
				default:
					o = order(a, b)
				}
				if o != 0 {
					return o
				}
			}
			return 0
		})
		require.Equal(t, textRows(want), frameRows(got))
	})
}

// agree reports whether two rows agree in the named columns.
func agree(a table, x []any, b table, y []any, names []string) bool {
	for _, name := range names {
		v, w := x[a.index(name)], y[b.index(name)]
		if v == nil || w == nil || key(v) != key(w) {
			return false
		}
	}
	return true
}

// without returns the cells of row y of b that a join keeps, or nulls.
func without(b table, y []any, names []string) []any {
	out := []any{}
	for k, name := range b.names {
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

func TestJoinAgainstLoops(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawTable(t, "left"), drawTable(t, "right")
		names := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"in0", "fl0", "ti0", "bo0", "te0"}), 1, 3, rapid.ID[string]).Draw(t, "keys")
		outer := rapid.Bool().Draw(t, "outer")
		var want [][]any
		for _, x := range a.rows {
			found := false
			for _, y := range b.rows {
				if agree(a, x, b, y, names) {
					found = true
					want = append(want, append(slices.Clone(x), without(b, y, names)...))
				}
			}
			if !found && outer {
				want = append(want, append(slices.Clone(x), without(b, nil, names)...))
			}
		}
		join := a.frame(t).Join
		if outer {
			join = a.frame(t).LeftJoin
		}
		got, err := join(b.frame(t), names...)
		require.NoError(t, err)
		require.Equal(t, textRows(want), frameRows(got))
	})
}

func TestJoinAsofAgainstLoops(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawTable(t, "left"), drawTable(t, "right")
		o := frame.AsofOptions{
			On:     rapid.SampledFrom([]string{"in0", "fl0"}).Draw(t, "on"),
			By:     rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"bo0", "te0"}), 0, 2, rapid.ID[string]).Draw(t, "by"),
			Strict: rapid.Bool().Draw(t, "strict"),
		}
		want := make([][]any, len(a.rows))
		for i, x := range a.rows {
			from := x[a.index(o.On)]
			var best []any
			for _, y := range b.rows {
				to := y[b.index(o.On)]
				if from == nil || to == nil || isNaN(from) || isNaN(to) || !agree(a, x, b, y, o.By) {
					continue
				}
				if c := order(to, from); c < 0 || c == 0 && o.Strict {
					continue
				}
				if best == nil || order(to, best[b.index(o.On)]) < 0 {
					best = y
				}
			}
			want[i] = append(slices.Clone(x), without(b, best, o.By)...)
		}
		got, err := a.frame(t).JoinAsof(b.frame(t), o)
		require.NoError(t, err)
		require.Equal(t, textRows(want), frameRows(got))
	})
}

func TestJoinNamesAndErrors(t *testing.T) {
	left, err := frame.New(frame.Int64s("k", []int64{1}, nil), frame.Int64s("v", []int64{2}, nil))
	require.NoError(t, err)
	right, err := frame.New(frame.Int64s("v", []int64{3}, nil), frame.Int64s("k", []int64{1}, nil), frame.Int64s("w", []int64{4}, nil))
	require.NoError(t, err)
	got, err := left.Join(right, "k")
	require.NoError(t, err)
	require.Equal(t, []string{"k", "v", "v_right", "w"}, got.Names())
	require.Equal(t, []any{int64(1), int64(2), int64(3), int64(4)}, got.Row(0))

	text, err := frame.New(frame.Texts("k", []string{"1"}, nil))
	require.NoError(t, err)
	taken, err := left.Rename("v", "v_right")
	require.NoError(t, err)
	taken, err = taken.WithColumn(frame.Int64s("v", []int64{5}, nil))
	require.NoError(t, err)
	for name, c := range map[string]struct {
		join func() (*frame.Frame, error)
		want string
	}{
		"no key":     {func() (*frame.Frame, error) { return left.Join(right) }, "frame: join on no column"},
		"left":       {func() (*frame.Frame, error) { return left.Join(right, "w") }, `left of join: frame: no column "w" in ["k" "v"]`},
		"right":      {func() (*frame.Frame, error) { return left.LeftJoin(text, "v") }, `right of join: frame: no column "v" in ["k"]`},
		"types":      {func() (*frame.Frame, error) { return left.Join(text, "k") }, `frame: column "k" is int64 on the left and text on the right`},
		"name taken": {func() (*frame.Frame, error) { return taken.Join(right, "k") }, `frame: two columns are named "v_right"`},
		"asof left": {func() (*frame.Frame, error) { return left.JoinAsof(right, frame.AsofOptions{}) },
			`left of asof join: frame: no column "" in ["k" "v"]`},
		"asof on text": {func() (*frame.Frame, error) { return text.JoinAsof(right, frame.AsofOptions{On: "k"}) },
			`left of asof join: frame: column "k" is text, not int64 or time or float64`},
		"asof types": {func() (*frame.Frame, error) { return left.JoinAsof(text, frame.AsofOptions{On: "k"}) },
			`right of asof join: frame: column "k" is text, not int64`},
		"asof by": {func() (*frame.Frame, error) {
			return left.JoinAsof(right, frame.AsofOptions{On: "k", By: []string{"w"}})
		},
			`left of join: frame: no column "w" in ["k" "v"]`},
		"asof by on": {func() (*frame.Frame, error) {
			return left.JoinAsof(right, frame.AsofOptions{On: "k", By: []string{"k"}})
		},
			`frame: asof join by the column it is on`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.join()
			require.EqualError(t, err, c.want)
		})
	}
}
