package source

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is more than a dictionary can number is an error, and no other text.
func TestFullDict(t *testing.T) { // alone: it changes the limits
	defer func(bytes int64, texts int, pairs int64) {
		maxShardBytes, maxShardTexts, maxPairs = bytes, texts, pairs
	}(maxShardBytes, maxShardTexts, maxPairs)
	fill := func(add func(d *Dict, i int)) error {
		d := NewDict()
		for i := range 1000 {
			add(d, i)
		}
		return d.Err()
	}
	texts := func(d *Dict, i int) { d.ID(fmt.Append(nil, "x", i)); d.Text(fmt.Append(nil, "x", i)) }
	pairs := func(d *Dict, i int) { d.Pair(d.ID([]byte("x")), IntegerID(uint64(i))) }
	require.NoError(t, fill(texts))
	require.NoError(t, fill(pairs))
	maxShardTexts = 5
	require.Error(t, fill(texts))
	maxShardTexts, maxShardBytes = 1000, 10
	require.Error(t, fill(texts))
	maxPairs = 998
	require.Error(t, fill(pairs))
}

// Ids of another dictionary have no text, and do no harm.
func TestStrangeIDs(t *testing.T) {
	t.Parallel()
	d := NewDict()
	for _, id := range []ID{kindText, kindText | 1<<31, kindPair, kindPair | 1<<40, kindPackedPair, Cut, Absent} {
		require.NotPanics(t, func() { d.IDText(id) })
		require.Zero(t, d.Compare(id, id))
	}
	require.Empty(t, d.TextOf(7))
}
