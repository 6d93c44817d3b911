package engine

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/analysis/internal/groups"
	"github.com/sav-analytics/sav/analysis/internal/memory"
	"github.com/sav-analytics/sav/analysis/internal/pair"
	"github.com/sav-analytics/sav/internal/micros"
	"github.com/sav-analytics/sav/source"
)

// Rows fill cells, and a narrow row is the message that it was made of, or there is
// none.
func TestRows(t *testing.T) {
	require.EqualValues(t, narrowCells*memory.CellBytes, unsafe.Sizeof(narrow{}))
	require.EqualValues(t, wideCells*memory.CellBytes, unsafe.Sizeof(wide{}))
	ids := rapid.OneOf(rapid.Uint64Range(0, 1<<32+1), rapid.Uint64Range(0, 1<<23+1))
	rapid.Check(t, func(t *rapid.T) {
		conversation, message := source.ID(ids.Draw(t, "conversation")), source.ID(ids.Draw(t, "message"))
		at := rapid.OneOf(rapid.Int64Range(631_152_000, 4_102_444_799).AsAny(), rapid.Just(any(int64(4_102_444_799)))).Draw(t, "second").(int64) * micros.PerSecond
		at += rapid.SampledFrom([]int64{0, 0, 1, 999_999}).Draw(t, "µs")
		merchant, country := source.ID(ids.Draw(t, "merchant")), source.Text(rapid.Uint32Range(0, 257).Draw(t, "country"))
		role := rapid.SampledFrom([]source.Role{source.FromClient, source.FromMerchant}).Draw(t, "role")
		seconds, ok := isNarrow(conversation, message, at)
		require.Equal(t, conversation < 1<<32 && message < 1<<32 && at%micros.PerSecond == 0, ok)
		require.Equal(t, merchant < 1<<23 && country < 1<<8, hasTag(merchant, country))
		if !ok || !hasTag(merchant, country) {
			return
		}
		row := newNarrow(conversation, message, seconds, role, newTag(merchant, country))
		require.Equal(t, pair.NewStamp(at, role), row.sent())
		require.Equal(t, groups.Key{Merchant: merchant, Country: country}, row.tag().key())
		require.Equal(t, wide{conversation, message, pair.NewStamp(at, role), 9}, row.widen(9))
	})
}
