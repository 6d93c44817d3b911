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
	words := func(d *Dict, i int) { d.ID(fmt.Append(nil, "word-", i)) }
	own := func(d *Dict, i int) {
		p := NewParser(nil, nil, d)
		p.Serve(Needs{OwnMessageIDs: true})
		p.Set(&Message{}, MessageID, fmt.Append(nil, "word-", i))
	}
	require.NoError(t, fill(words))
	require.NoError(t, fill(own))
	maxShardTexts = 5
	require.Error(t, fill(texts))
	require.Error(t, fill(words))
	defer func(most int64) { maxOwnWords = most }(maxOwnWords)
	maxOwnWords = wordsPerBlock
	require.Error(t, fill(own), "they are shared beyond that, which have no room either")
	maxShardTexts, maxShardBytes = 1000, 10
	require.Error(t, fill(texts))
	maxPairs = 998
	require.Error(t, fill(pairs))
}

// Ids of another dictionary have no text, and do no harm.
func TestStrangeIDs(t *testing.T) {
	t.Parallel()
	d := NewDict()
	for _, id := range []ID{kindText, kindText | 1<<31, kindPair, kindPair | 1<<40, kindPackedPair, Cut, Absent,
		kindWord, kindWord | 7, kindWord | index, kindOwnWord, kindOwnWord | index, kindRowWord | 1} {
		require.NotPanics(t, func() { d.IDText(id) })
		require.Zero(t, d.Compare(id, id))
		require.NotPanics(t, func() { d.Compare(id, Absent); d.IsInteger(id); d.Share(id); d.Hash(id); d.AppendKey(nil, id) })
	}
	require.Empty(t, d.TextOf(7))
}
