package varint_test

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/varint"
)

// What was appended is read, and bytes that were cut off are bad, for ever.
func TestCursorReadsWhatWasAppended(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		numbers, signed := rapid.SliceOf(rapid.Uint64()).Draw(t, "numbers"), rapid.SliceOf(rapid.Int64()).Draw(t,
			"signed")
		texts := rapid.SliceOf(rapid.String()).Draw(t, "texts")
		var b []byte
		for _, n := range numbers {
			b = binary.AppendUvarint(b, n)
		}
		for _, n := range signed {
			b = binary.AppendVarint(b, n)
		}
		for _, s := range texts {
			b = varint.AppendText(b, s)
		}
		read := func(c *varint.Cursor) (same bool) {
			same = true
			for _, n := range numbers {
				same = c.Uvarint() == n && same
			}
			for _, n := range signed {
				same = c.Varint() == n && same
			}
			for _, s := range texts {
				same = c.Text() == s && same
			}
			return same
		}
		c := &varint.Cursor{Bytes: b}
		require.True(t, read(c))
		require.False(t, c.Bad)
		require.Empty(t, c.Bytes)
		if len(b) > 0 {
			cut := &varint.Cursor{Bytes: b[:rapid.IntRange(0, len(b)-1).Draw(t, "cut")]}
			read(cut)
			require.True(t, cut.Bad)
			require.Zero(t, cut.Uvarint())
			require.Zero(t, cut.Varint())
			require.Empty(t, cut.Text())
		}
	})
}

// Numbers out of range are bad, and read as zero.
func TestCursorLimits(t *testing.T) {
	read := func(n uint64, how func(*varint.Cursor) int64) (int64, bool) {
		c := &varint.Cursor{Bytes: append(binary.AppendUvarint(nil, n), 1, 2, 3)}
		value := how(c)
		return value, c.Bad
	}
	for _, test := range []struct {
		name string
		n    uint64
		how  func(*varint.Cursor) int64
		want int64
		bad  bool
	}{
		{"as many as may be", 7, func(c *varint.Cursor) int64 { return c.UpTo(7) }, 7, false},
		{"one more", 8, func(c *varint.Cursor) int64 { return c.UpTo(7) }, 0, true},
		{"a limit below zero", 0, func(c *varint.Cursor) int64 { return c.UpTo(-1) }, 0, false},
		{"beyond an int64", 1 << 63, (*varint.Cursor).Number, 0, true},
		{"as many as bytes", 3, func(c *varint.Cursor) int64 { return int64(c.Length()) }, 3, false},
		{"more than bytes", 4, func(c *varint.Cursor) int64 { return int64(c.Length()) }, 0, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, bad := read(test.n, test.how)
			require.Equal(t, test.want, got)
			require.Equal(t, test.bad, bad)
		})
	}
	c := &varint.Cursor{Bytes: []byte{1, 0, 2}}
	require.True(t, c.Flag())
	require.False(t, c.Flag())
	require.False(t, c.Flag())
	require.True(t, c.Bad, "2 is no truth value")
	c = &varint.Cursor{Bytes: []byte{1, 2}}
	require.Nil(t, c.Take(-1))
	require.True(t, c.Bad)
}
