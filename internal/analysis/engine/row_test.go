package engine

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/memory"
	"github.com/sav-analytics/sav/internal/analysis/pair"
	"github.com/sav-analytics/sav/internal/micros"
	"github.com/sav-analytics/sav/source"
)

// Rows fill cells. A narrow row gives back the message that it was made of, with any first
// conversation of the batch, and without one.
func TestRows(t *testing.T) {
	require.EqualValues(t, narrowCells*memory.CellBytes, unsafe.Sizeof(narrow{}))
	require.EqualValues(t, wideCells*memory.CellBytes, unsafe.Sizeof(wide{}))
	dict := source.NewDict()
	words := rapid.Custom(func(t *rapid.T) source.ID {
		return dict.ID([]byte(rapid.SampledFrom([]string{"conv-%", "0b5e1c1a-0000-4000-8000-00000000000%",
			"0B5E1C1A-0000-4000-8000-00000000000%", "a text that is no word %"}).Draw(t, "text")))
	})
	numbers := rapid.SampledFrom([]source.ID{0, 1, 7, 1<<32 - 1, 1 << 32, 1 << 34, 1<<34 + 5, 1<<34 + 1<<33, 3<<61 | 7,
		3<<62 | 7})
	conversations := rapid.OneOf(words, numbers)
	ids := rapid.OneOf(rapid.Uint64Range(0, 1<<32+1), rapid.Uint64Range(0, 1<<23+1))
	rapid.Check(t, func(t *rapid.T) {
		first := conversations.Draw(t, "first conversation")
		conversation := rapid.OneOf(conversations, rapid.Just(first), rapid.Just(first+1)).Draw(t, "conversation")
		base, message := baseOf(first), source.ID(ids.Draw(t, "message"))
		at := rapid.OneOf(rapid.Int64Range(631_152_000, 4_102_444_799).AsAny(),
			rapid.Just(any(int64(4_102_444_799)))).Draw(t, "second").(int64) * micros.PerSecond
		at += rapid.SampledFrom([]int64{0, 0, 1, 999_999}).Draw(t, "µs")
		merchant, country := source.ID(ids.Draw(t, "merchant")), source.Text(rapid.Uint32Range(0, 257).Draw(t,
			"country"))
		role := rapid.SampledFrom([]source.Role{source.FromClient, source.FromMerchant}).Draw(t, "role")
		seconds, ok := isNarrow(conversation, message, base, at)
		require.Equal(t, conversation>>32 == base>>32 && message < 1<<32 && at%micros.PerSecond == 0, ok)
		require.Equal(t, merchant < 1<<23 && country < 1<<8, hasTag(merchant, country))
		if !ok || !hasTag(merchant, country) {
			return
		}
		row := newNarrow(conversation, message, seconds, role, newTag(merchant, country))
		require.Equal(t, pair.NewStamp(at, role), row.sent())
		require.Equal(t, groups.Key{Merchant: merchant, Country: country}, row.tag().key())
		require.Equal(t, wide{conversation, message, pair.NewStamp(at, role), 9}, row.widen(base, 9))
	})
}

// Pieces come back as they were written, and where one ends the next begins.
func TestReadPiece(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) memory.Cell {
			return memory.Cell{rapid.Uint64().Draw(t, "first"), rapid.Uint64().Draw(t, "second")}
		}), 0, 9)
		var written []memory.Cell
		var want []piece
		for range rapid.IntRange(1, 4).Draw(t, "pieces") {
			p := piece{rapid.Int64Range(0, 1<<62).Draw(t, "seq"), rows{wide: rapid.Bool().Draw(t, "wide"),
				base: baseOf(source.ID(rapid.Uint64().Draw(t, "conversation")))}}
			p.texts = cells.Draw(t, "texts")
			p.cells = cells.Draw(t, "rows")
			p.cells = p.cells[:len(p.cells)/p.cellsPerRow()*p.cellsPerRow()]
			written = appendHeader(written, p.seq, p.rows)
			written = append(append(written, p.cells...), p.texts...)
			want = append(want, p)
		}
		for i, p := range want {
			var got piece
			got, written = readPiece(written)
			require.Equal(t, p, got, i)
		}
		require.Empty(t, written)
	})
}
