package rows

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/sav-analytics/sav/frame/internal/vec"
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
func groupNaive(codes []uint64) Groups {
	g := Groups{IDs: make([]uint32, len(codes))}
	known := map[uint64]uint32{}
	for i, c := range codes {
		id, ok := known[c]
		if !ok {
			id = uint32(len(g.First))
			known[c] = id
			g.First = append(g.First, uint32(i))
		}
		g.IDs[i] = id
	}
	return g
}

func requireGroups(t require.TestingT, want, got Groups) {
	require.True(t, slices.Equal(want.IDs, got.IDs), "groups: want %v, got %v", want.IDs, got.IDs)
	require.True(t, slices.Equal(want.First, got.First), "first rows: want %v, got %v", want.First, got.First)
}

func TestGroupWays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		codes := drawCodes(t)
		want := groupNaive(codes)
		hashed, ok := groupHashed(codes, true)
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
	_, ok := groupHashed(codes, true)
	require.False(t, ok)
	requireGroups(t, groupNaive(codes), group(codes, 0, 0, true))
}

func TestRadixSort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		codes := drawCodes(t)
		var order []uint32
		want := Identity(len(codes))
		if rapid.Bool().Draw(t, "given order") {
			slices.Reverse(want)
			order = slices.Clone(want)
		}
		slices.SortStableFunc(want, func(a, b uint32) int { return cmp.Compare(codes[a], codes[b]) })
		got := radixSort(codes, 0, order)
		if got == nil {
			got = Identity(len(codes))
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
			order := radixSort(codes, slices.Max(codes)+1, nil)
			require.Len(t, order, len(codes))
			seen := make([]bool, len(codes))
			for i, row := range order {
				seen[row] = true
				if i == 0 {
					continue
				}
				before := order[i-1]
				ordered := codes[before] < codes[row] || codes[before] == codes[row] && before < row
				if !ordered {
					t.Fatalf("row %d stands before row %d", before, row)
				}
			}
			require.False(t, slices.Contains(seen, false), "each row once")
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

func TestFollowingAgainstScan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOf(rapid.Float64Range(-5, 5)).Draw(t, "values")
		for i, v := range values {
			values[i] = math.Round(v)
		}
		slices.Sort(values)
		near := rapid.Uint32Range(0, uint32(len(values))).Draw(t, "near")
		x := rapid.SampledFrom([]float64{-9, -3, -0.5, 0, 2, 2.5, 9, math.NaN()}).Draw(t, "x")
		strict := rapid.Bool().Draw(t, "strict")
		want := 0
		for want < len(values) && !(values[want] > x || values[want] == x && !strict) {
			want++
		}
		require.Equal(t, uint32(want), following(values, near, x, strict))
	})
}

// First finds the first rows of Group, also where groups are many and far apart.
func TestFirstAgainstGroup(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for name, draw := range map[string]func() int64{
		"few":      func() int64 { return r.Int64N(9) << 40 },
		"some":     func() int64 { return r.Int64N(5000) << 40 },
		"many":     func() int64 { return r.Int64N(100_000) << 40 },
		"adjacent": func() int64 { return r.Int64N(100_000) },
		"any":      func() int64 { return int64(r.Uint64() | r.Uint64() | r.Uint64()<<20) },
	} {
		t.Run(name, func(t *testing.T) {
			for _, n := range []int{100, manyRows + 17} {
				values := make([]int64, n)
				for i := range values {
					values[i] = draw()
				}
				key := []vec.Vec{{Kind: vec.Int, N: n, Ints: values}}
				require.True(t, slices.Equal(Group(key, n).First, First(key, n)))
			}
		})
	}
}
