package vec

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/parallel"
)

// Keep takes the rows of the bits set, however many they are, and whether they are sparse or stand together.
func TestKeepAgainstLoop(t *testing.T) {
	t.Parallel()
	for _, share := range []int{0, 1, 50, 90, 99, 100} {
		r := rand.New(rand.NewPCG(1, uint64(share)))
		n := 3*keepBlock + 77
		ints, bools, valid, mask := make([]int64, n), NewBits(n), NewBits(n), NewBits(n)
		var want []int64
		for i := range ints {
			ints[i] = int64(i)
			if r.IntN(2) == 0 {
				Set(bools, i)
			}
			if r.IntN(10) > 0 {
				Set(valid, i)
			}
			if r.IntN(100) < share {
				Set(mask, i)
				want = append(want, int64(i))
			}
		}
		got := Keep([]Vec{
			{Kind: Int, N: n, Ints: ints},
			{Kind: Bool, N: n, Bits: bools},
			Vec{Kind: Int, N: n, Ints: ints}.WithValid(valid),
		}, mask)
		require.Len(t, got[0].Ints, len(want))
		for i, row := range want {
			require.Equal(t, row, got[0].Ints[i])
			require.Equal(t, Get(bools, int(row)), Get(got[1].Bits, i))
			require.Equal(t, !Get(valid, int(row)), got[2].IsNull(i))
		}
	}
}

// Bits that are cut out, and copied behind others, are those of a loop.
func TestBitsAgainstLoops(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Bool(), 0, 200).Draw(t, "bits")
		b := NewBits(len(rows))
		count := 0
		for i, set := range rows {
			if set {
				Set(b, i)
				count++
			}
		}
		require.Equal(t, count, Count(b, len(rows)))
		require.Len(t, Rows(b), count)
		lo := rapid.IntRange(0, len(rows)).Draw(t, "lo")
		hi := rapid.IntRange(lo, len(rows)).Draw(t, "hi")
		part := SliceBits(b, lo, hi)
		at := rapid.IntRange(0, 130).Draw(t, "at")
		to := NewBits(at + hi - lo)
		CopyBits(to, at, part, hi-lo)
		for i := range hi - lo {
			require.Equal(t, rows[lo+i], Get(part, i))
			require.Equal(t, rows[lo+i], Get(to, at+i))
		}
		require.Equal(t, Count(part, hi-lo), Count(to, at+hi-lo))
		var found []run
		for _, r := range runs(b, 0, len(b), nil) {
			found = append(found, r)
			for i := r.from; i < r.from+r.n; i++ {
				require.True(t, rows[i])
			}
			count -= r.n
		}
		require.Zero(t, count, "%v", found)
	})
}

// Merge gives each word one code, the first dictionary's words their own, whether words are few or looked up on several
// cores.
func TestMergeAgainstMap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{3, 100, 2 * parallel.Grain}).Draw(t, "words")
		vecs := make([]Vec, rapid.IntRange(1, 4).Draw(t, "columns"))
		for k := range vecs {
			r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
			words := r.Perm(n + n/4)[:rapid.IntRange(0, n).Draw(t, "dictionary")]
			vecs[k].Kind = Text
			for code, word := range words {
				vecs[k].Dict = append(vecs[k].Dict, strconv.Itoa(word))
				vecs[k].Codes = append(vecs[k].Codes, uint32(code))
			}
		}
		codes, dict := Merge(vecs)
		require.True(t, slices.Equal(vecs[0].Dict, dict[:len(vecs[0].Dict)]))
		known := make(map[string]uint32)
		for code, word := range dict {
			_, twice := known[word]
			require.False(t, twice, word)
			known[word] = uint32(code)
		}
		for k, v := range vecs {
			want := make([]uint32, len(v.Codes))
			for i, code := range v.Codes {
				want[i] = known[v.Dict[code]]
			}
			require.True(t, slices.Equal(want, codes[k]))
		}
	})
}
