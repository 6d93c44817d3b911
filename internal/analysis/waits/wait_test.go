package waits

import (
	"math"
	"math/big"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/memory"
	"github.com/sav-analytics/sav/internal/productlimit"
)

// What is put into a wait comes out of it, at both ends of what may be put in.
func TestWait(t *testing.T) {
	last := time.Date(2099, 12, 31, 23, 59, 59, 999_999_000, time.UTC)
	for _, opened := range []time.Time{time.Unix(0, 0), time.Date(1990, 1, 1, 0, 14, 59, 0, time.UTC), last} {
		for _, g := range []groups.Group{0, 1, math.MaxUint32} {
			for _, answered := range []bool{true, false} {
				p := Pair{Group: g, Answered: answered, Opened: opened.UnixMicro(), Ended: last.UnixMicro()}
				w := p.Wait()
				require.Equal(t, last.UnixMicro()-opened.UnixMicro(), w.Span.Time())
				require.Equal(t, answered, w.Span.Answered())
				require.Equal(t, g, w.Group)
				require.Equal(t, opened.Unix()/900, int64(w.Opened))
				require.LessOrEqual(t, w.Opened.Start(), opened.UnixMicro())
			}
		}
	}
	require.Less(t, NewSpan(5, 0), NewSpan(5, Censored), "of equal times, answers are first")
	require.EqualValues(t, productlimit.Censored, Censored)
	require.EqualValues(t, memory.CellBytes, unsafe.Sizeof(Wait{}))
}

// Sums may pass 2^63 and are rounded once.
func TestSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var sum Sum
		exact := new(big.Int)
		for _, n := range rapid.SliceOf(rapid.Uint64()).Draw(t, "addends") {
			sum.Add(Sum{Low: n})
			exact.Add(exact, new(big.Int).SetUint64(n))
			sum.AddProduct(n, 3)
			exact.Add(exact, new(big.Int).Mul(new(big.Int).SetUint64(n), big.NewInt(3)))
		}
		want, _ := new(big.Float).SetInt(exact).Float64()
		require.InEpsilon(t, want+1, sum.Float()+1, 1e-15)
	})
}
