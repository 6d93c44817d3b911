package frame

import (
	"cmp"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// drawCodes draws codes of which some are equal and some are far apart.
func drawCodes(t *rapid.T) []uint64 {
	n := rapid.IntRange(0, 500).Draw(t, "rows")
	spread := rapid.SampledFrom([]uint64{1, 2, 50, 1 << 40, 0}).Draw(t, "spread")
	step := rapid.SampledFrom([]uint64{1, 1 << 20, 1 << 44}).Draw(t, "step")
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	codes := make([]uint64, n)
	for i := range codes {
		codes[i] = r.Uint64()
		if spread > 0 {
			codes[i] %= spread
		}
		codes[i] *= step
	}
	return codes
}

// groupNaive is the oracle of the three ways to group.
func groupNaive(codes []uint64) groups {
	g := groups{ids: make([]uint32, len(codes))}
	known := map[uint64]uint32{}
	for i, c := range codes {
		id, ok := known[c]
		if !ok {
			id = uint32(len(g.first))
			known[c] = id
			g.first = append(g.first, uint32(i))
		}
		g.ids[i] = id
	}
	return g
}

func requireGroups(t require.TestingT, want, got groups) {
	require.True(t, slices.Equal(want.ids, got.ids), "groups: want %v, got %v", want.ids, got.ids)
	require.True(t, slices.Equal(want.first, got.first), "first rows: want %v, got %v", want.first, got.first)
}

func TestGroupWays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		codes := drawCodes(t)
		want := groupNaive(codes)
		hashed, ok := groupHashed(codes)
		require.True(t, ok)
		requireGroups(t, want, hashed)
		requireGroups(t, want, groupPartitioned(codes))
		if width := slices.Max(append(codes, 0)) + 1; width < 1<<16 {
			requireGroups(t, want, groupDirect(codes, 0, int(width)))
		}
	})
}

func TestGroupGivesUpHashing(t *testing.T) {
	codes := make([]uint64, manyRows)
	for i := range codes {
		codes[i] = uint64(i/3) << 20
	}
	_, ok := groupHashed(codes)
	require.False(t, ok)
	requireGroups(t, groupNaive(codes), group(codes, 0, 0))
}

func TestRadixSort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		codes := drawCodes(t)
		var order []uint32
		want := identity(len(codes))
		if rapid.Bool().Draw(t, "given order") {
			slices.Reverse(want)
			order = slices.Clone(want)
		}
		slices.SortStableFunc(want, func(a, b uint32) int { return cmp.Compare(codes[a], codes[b]) })
		got := radixSort(codes, 0, order)
		if got == nil {
			got = identity(len(codes))
		}
		require.Equal(t, want, got)
	})
}

func TestRadixSortOverManyPasses(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for name, draw := range map[string]func(i int) uint64{
		"uniform":     func(int) uint64 { return r.Uint64() },
		"small range": func(int) uint64 { return r.Uint64() % 1000 },
		"skewed":      func(int) uint64 { return r.Uint64() >> (r.Uint64() % 64) },
		"one value":   func(i int) uint64 { return uint64(min(i, 1)) << 63 },
	} {
		t.Run(name, func(t *testing.T) {
			codes := make([]uint64, 2*largeSort+17)
			for i := range codes {
				codes[i] = draw(len(codes) - 1 - i)
			}
			want := identity(len(codes))
			slices.SortStableFunc(want, func(a, b uint32) int { return cmp.Compare(codes[a], codes[b]) })
			require.True(t, slices.Equal(want, radixSort(codes, slices.Max(codes)+1, nil)))
		})
	}
}

func TestProduct(t *testing.T) {
	const half = uint64(1) << 32
	for _, c := range []struct {
		a, b, want uint64
		ok         bool
	}{
		{3, 5, 15, true},
		{half, half, 0, true}, // 2⁶⁴ exactly
		{half, half + 1, 0, false},
		{0, 1, 0, true},
		{1, 0, 0, true},
		{0, 2, 0, false},
	} {
		got, ok := product(c.a, c.b)
		require.Equal(t, c.ok, ok, "%d·%d", c.a, c.b)
		if ok {
			require.Equal(t, c.want, got, "%d·%d", c.a, c.b)
		}
	}
}

// bigFrame has enough rows for every verb to use all cores.
func bigFrame(t require.TestingT, n int) *Frame {
	r := rand.New(rand.NewPCG(7, uint64(n)))
	words := make([]string, n)
	few, wide, micros, floats := make([]int64, n), make([]int64, n), make([]int64, n), make([]float64, n)
	valid := NewBitmap(n)
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
	f, err := New(Texts("word", words, valid), Int64s("few", few, nil), Int64s("wide", wide, valid),
		Times("at", micros, nil), Float64s("x", floats, nil))
	require.NoError(t, err)
	return f
}

// The bytes do not depend on the number of cores.
func TestCores(t *testing.T) {
	f := bigFrame(t, manyRows+1000)
	small := bigFrame(t, 70_000)
	verbs := map[string]func() (*Frame, error){
		"filter":   func() (*Frame, error) { return f.Filter(Col("x").Gt(0.25).Or(Col("word").In("w1", "w2"))) },
		"sort":     func() (*Frame, error) { return f.SortBy(Desc("word"), Asc("x")) },
		"join":     func() (*Frame, error) { return f.LeftJoin(small, "wide", "few") },
		"joinasof": func() (*Frame, error) { return f.JoinAsof(small, AsofOptions{On: "at", By: []string{"word"}}) },
		"group by text": func() (*Frame, error) {
			return f.GroupBy("word").Aggregate(everything...)
		},
		"group by many": func() (*Frame, error) {
			return f.GroupBy("wide").Aggregate(everything...)
		},
		"group by two": func() (*Frame, error) {
			return f.GroupBy("wide", "word").Sorted().Aggregate(Aggregation{Fn: Sum, Column: "x"})
		},
	}
	for name, verb := range verbs {
		t.Run(name, func(t *testing.T) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
			want, err := verb()
			require.NoError(t, err)
			for _, cores := range []int{2, 3} {
				runtime.GOMAXPROCS(cores)
				got, err := verb()
				require.NoError(t, err)
				requireSame(t, want, got)
			}
		})
	}
}

// requireSame compares the bytes of two frames; require.Equal would take
// minutes under the race detector.
func requireSame(t require.TestingT, want, got *Frame) {
	require.Equal(t, want.Names(), got.Names())
	for k, w := range want.columns {
		g := got.columns[k]
		same := w.typ == g.typ && slices.Equal(w.ints, g.ints) && slices.Equal(w.floats, g.floats) &&
			slices.Equal(w.codes, g.codes) && slices.Equal(w.dict, g.dict) && slices.Equal(w.valid, g.valid)
		require.True(t, same, "column %q differs", w.name)
	}
}

var everything = []Aggregation{
	{}, {Column: "wide", As: "n"}, {Fn: Sum, Column: "x"}, {Fn: Sum, Column: "few"}, {Fn: Mean, Column: "x"},
	{Fn: Max, Column: "word", As: "last"}, {Fn: Quantile, Column: "x", P: 0.5}, {Fn: First, Column: "at"}, {Fn: NUnique, Column: "few"},
}

// A table without duplicates takes a way of its own.
func TestJoinLookup(t *testing.T) {
	f := bigFrame(t, 100_000)
	wide, err := f.Column("wide")
	require.NoError(t, err)
	all, err := f.Filter(Col("wide").NotNull())
	require.NoError(t, err)
	clients, err := all.GroupBy("wide").Aggregate(Aggregation{Fn: First, Column: "at", As: "since"})
	require.NoError(t, err)
	half := clients.Head(clients.Len() / 2)
	since := map[any]any{}
	for i := range half.Len() {
		row := half.Row(i)
		since[row[0]] = row[1]
	}

	got, err := f.LeftJoin(half, "wide")
	require.NoError(t, err)
	require.Equal(t, f.Len(), got.Len())
	var kept []uint32
	for i := range f.Len() {
		want := since[wide.Value(i)]
		if got.columns[5].Value(i) != want {
			require.Failf(t, "wrong row", "%d: %v, want %v", i, got.Row(i), want)
		}
		if want != nil {
			kept = append(kept, uint32(i))
		}
	}
	inner, err := f.Join(half, "wide")
	require.NoError(t, err)
	requireSame(t, got.take(kept), inner)
}

// What the naive tables are too short to reach: groups by the ten thousand.
func TestManyGroupsAgainstMap(t *testing.T) {
	f := bigFrame(t, 400_000)
	got, err := f.GroupBy("wide").Aggregate(Aggregation{}, Aggregation{Fn: Sum, Column: "few"}, Aggregation{Fn: First, Column: "at"})
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
	require.Greater(t, got.Len(), manyGroups)
	columns := got.Columns()
	for g, k := range order {
		if k != columns[0].Value(g) || *want[k] != (sums{columns[1].Int64s()[g], columns[2].Int64s()[g], columns[3].Int64s()[g]}) {
			require.Failf(t, "wrong group", "%d: %v, want %v %v", g, got.Row(g), k, *want[k])
		}
	}
}
