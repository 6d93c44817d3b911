package frame_test

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
	"github.com/sav-analytics/sav/internal/thorough"
	"github.com/stretchr/testify/require"
)

// bigFrame has enough rows for every verb to use all cores.
func bigFrame(t require.TestingT, n int) *frame.Frame {
	r := rand.New(rand.NewPCG(7, uint64(n)))
	words := make([]string, n)
	few, wide, micros, floats := make([]int64, n), make([]int64, n), make([]int64, n), make([]float64, n)
	valid := frame.NewBitmap(n)
	for i := range n {
		words[i] = "w" + strconv.Itoa(r.IntN(300))
		few[i] = r.Int64N(20)
		wide[i] = r.Int64N(int64(n)/4) * 1_000_003_000_007
		micros[i] = r.Int64N(1 << 45)
		floats[i] = r.NormFloat64()
		if r.IntN(10) > 0 {
			valid.Set(i)
		}
	}
	f, err := frame.New(
		frame.Texts("word", words, valid), frame.Int64s("few", few, nil), frame.Int64s("wide", wide, valid),
		frame.Times("at", micros, nil), frame.Float64s("x", floats, nil),
	)
	require.NoError(t, err)
	return f
}

// The bytes do not depend on the number of cores.
func TestCores(t *testing.T) { // not parallel: it changes the number of cores
	f := bigFrame(t, thorough.Or(1<<17, 1<<18)+1000)
	small := bigFrame(t, 70_000)
	x, at := expr.Col("x"), expr.Col("at")
	verbs := map[string]func() (*frame.Frame, error){
		"filter": func() (*frame.Frame, error) { return f.Filter(x.Gt(0.25).Or(expr.Col("word").In("w1", "w2"))) },
		"sort":   func() (*frame.Frame, error) { return f.SortBy(frame.Desc("word"), frame.Asc("x")) },
		"join": func() (*frame.Frame, error) {
			return f.Join(small, frame.JoinOptions{On: []string{"wide", "few"}, How: frame.Outer})
		},
		"joinasof": func() (*frame.Frame, error) {
			return f.JoinAsof(small, frame.AsofOptions{On: "at", By: []string{"word"}})
		},
		"group by text": func() (*frame.Frame, error) {
			return f.GroupBy("word").Agg(everything...)
		},
		"group by many": func() (*frame.Frame, error) {
			return f.GroupBy("wide").Agg(everything...)
		},
		"group by two": func() (*frame.Frame, error) {
			return f.GroupBy("wide", "word").Sorted().Agg(x.Sum())
		},
		"expressions": func() (*frame.Frame, error) {
			return f.WithColumns(
				x.Mul(expr.Col("few")).Add(1).As("y"),
				at.Dt().Month().As("month"),
				x.Sub(x.Mean().Over("word")).As("z"),
				expr.Col("word").Add("!").As("loud"),
				expr.When(x.Gt(0)).Then(expr.Col("word")).Otherwise("none").As("when"),
			)
		},
		"windows": func() (*frame.Frame, error) {
			return f.WithColumns(
				x.Shift(3).As("a"),
				x.Rolling(100).Mean().As("b"),
				x.Rank(expr.RankOptions{}).Over("word").As("c"),
				x.Rolling(9).Median().Over("few").As("d"),
				x.RollingBy("at", 1000*time.Second).Max().As("e"),
			)
		},
		"unique": func() (*frame.Frame, error) { return f.Unique("word", "few") },
	}
	for name, verb := range verbs {
		t.Run(name, func(t *testing.T) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
			want, err := verb()
			require.NoError(t, err)
			for cores := 3; cores <= thorough.Or(3, 4); cores++ {
				runtime.GOMAXPROCS(cores)
				got, err := verb()
				require.NoError(t, err)
				requireSame(t, want, got)
			}
		})
	}
}

// requireSame compares the bytes of two frames; require.Equal would take minutes under the race detector.
func requireSame(t require.TestingT, want, got *frame.Frame) {
	require.Equal(t, want.Names(), got.Names())
	for k, w := range want.Columns() {
		g := got.Columns()[k]
		same := w.Type() == g.Type() && slices.Equal(w.Int64s(), g.Int64s()) && slices.Equal(w.Float64s(),
			g.Float64s()) &&
			slices.Equal(
				w.Bits(), g.Bits(),
			) && slices.Equal(w.Codes(), g.Codes()) &&
			slices.Equal(w.Dictionary(), g.Dictionary())
		require.True(t, same, "column %q differs", w.Name())
		require.Equal(t, w.Valid() == nil, g.Valid() == nil)
		for i := range w.Len() {
			if w.IsNull(i) != g.IsNull(i) {
				require.Failf(t, "null", "column %q, row %d", w.Name(), i)
			}
		}
	}
}

var everything = []frame.Expr{
	expr.Len(), expr.Col("wide").Count().As("n"), expr.Col("x").Sum(), expr.Col("few").Sum(),
	expr.Col("x").Mean(), expr.Col("x").Var(),
	expr.Col("word").Max().As("last"), expr.Col("x").Quantile(0.5), expr.Col("at").First(), expr.Col("few").NUnique(),
	expr.Col("x").Agg(func(x []float64) float64 { return x[0] }),
}

// A table without duplicates takes a way of its own.
func TestJoinLookup(t *testing.T) {
	f := bigFrame(t, 100_000)
	wide, err := f.Column("wide")
	require.NoError(t, err)
	all, err := f.Filter(expr.Col("wide").IsNotNull())
	require.NoError(t, err)
	clients, err := all.GroupBy("wide").Agg(expr.Col("at").First().As("since"))
	require.NoError(t, err)
	half := clients.Head(clients.Len() / 2)
	since := map[any]any{}
	for i := range half.Len() {
		row := half.Row(i)
		since[row[0]] = row[1]
	}

	got, err := f.Join(half, frame.JoinOptions{On: []string{"wide"}, How: frame.Left})
	require.NoError(t, err)
	require.Equal(t, f.Len(), got.Len())
	var kept []bool
	for i := range f.Len() {
		want := since[wide.Value(i)]
		if got.Columns()[5].Value(i) != want {
			require.Failf(t, "wrong row", "%d: %v, want %v", i, got.Row(i), want)
		}
		kept = append(kept, want != nil)
	}
	inner, err := f.Join(half, on("wide"))
	require.NoError(t, err)
	want, err := got.Filter(frame.Bools("kept", kept, nil))
	require.NoError(t, err)
	requireSame(t, want, inner)
}

// What the naive tables are too short to reach: groups by the ten thousand.
func TestManyGroupsAgainstMap(t *testing.T) {
	f := bigFrame(t, 400_000)
	got, err := f.GroupBy("wide").Agg(expr.Len(), expr.Col("few").Sum(), expr.Col("at").First())
	require.NoError(t, err)
	wide, _ := f.Column("wide")
	few, _ := f.Column("few")
	at, _ := f.Column("at")
	type sums struct{ count, sum, first int64 }
	want := map[any]*sums{}
	var order []any
	for i := range f.Len() {
		k := wide.Value(i)
		if want[k] == nil {
			want[k] = &sums{first: at.Int64s()[i]}
			order = append(order, k)
		}
		want[k].count++
		want[k].sum += few.Int64s()[i]
	}
	require.Len(t, order, got.Len())
	require.Greater(t, got.Len(), 1<<14)
	columns := got.Columns()
	for g, k := range order {
		if k != columns[0].Value(g) ||
			*want[k] != (sums{columns[1].Int64s()[g], columns[2].Int64s()[g], columns[3].Int64s()[g]}) {
			require.Failf(t, "wrong group", "%d: %v, want %v %v", g, got.Row(g), k, *want[k])
		}
	}
}
