package ids

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
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
	texts := func(d *Dict, i int) { d.ID(fmt.Appendf(nil, "x%d.", i)); d.Text(fmt.Append(nil, "x", i)) }
	pairs := func(d *Dict, i int) { d.Pair(d.ID([]byte("x")), Integer(uint64(i))) }
	require.NoError(t, fill(texts))
	require.NoError(t, fill(pairs))
	words := func(d *Dict, i int) { d.ID(fmt.Appendf(nil, "word-%d_", i)) }
	own := func(d *Dict, i int) {
		r := NewReader(d)
		r.ID(aWordOf(fmt.Sprintf("word-%d_", i)), OwnEach, 0)
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
		kindWord, kindWord | 7, kindWord | index, kindOwnWord, kindOwnWord | index, kindRowWord | 1,
		kindNumbered, kindNumbered | index} {
		require.NotPanics(t, func() { d.IDText(id) })
		require.Zero(t, d.Compare(id, id))
		require.NotPanics(t, func() {
			d.Compare(id, Absent)
			d.IsInteger(id)
			d.Share(id)
			d.Hash(id)
			d.AppendKey(nil,
				id)
		})
	}
	require.Empty(t, d.TextOf(7))
}

// A fileInMemory is a SpillFile that fails from a size on.
type fileInMemory struct {
	bytes []byte
	room  int
}

func (f *fileInMemory) WriteAt(b []byte, at int64) (int, error) {
	end := int(at) + len(b)
	if end > f.room {
		return 0, errors.New("no room")
	}
	f.bytes = append(f.bytes, make([]byte, max(0, end-len(f.bytes)))...)
	return copy(f.bytes[at:], b), nil
}

func (f *fileInMemory) ReadAt(b []byte, at int64) (int, error) {
	return bytes.NewReader(f.bytes).ReadAt(b, at)
}

// Ids of messages alone come back from a file, and take no memory; what fails is an error.
func TestSpilledIDs(t *testing.T) {
	t.Parallel()
	text := func(i int) string { return fmt.Sprintf("%08x-0000-4000-8000-000000000000", i) }
	read := func(f *fileInMemory) (*Dict, []ID) {
		dict := NewDict()
		dict.SpillTo(func() (SpillFile, error) { return f, nil })
		readers := [2]Reader{NewReader(dict), NewReader(dict)}
		var ids []ID
		for i := range 7*wordsPerBlock + 3 {
			ids = append(ids, readers[i%3%2].ID(aWordOf(text(i)), OwnEach, 0))
		}
		return dict, ids
	}
	file := &fileInMemory{room: 1 << 20}
	dict, ids := read(file)
	require.Less(t, dict.Bytes(), int64(wordsPerBlock))
	require.NotEmpty(t, file.bytes)
	for i, id := range ids {
		require.True(t, id.IsOwn())
		require.Equal(t, text(i), dict.IDText(id))
	}
	require.NoError(t, dict.Err())
	require.Equal(t, dict.ID([]byte(text(9))), dict.Share(ids[9]))

	dict, _ = read(&fileInMemory{room: 3 * wordsPerBlock * packedBytes})
	require.ErrorContains(t, dict.Err(), "no room")
	file.bytes = file.bytes[:100]
	dict, ids = read(file)
	file.bytes = file.bytes[:100]
	dict.IDText(ids[0])
	dict.IDText(ids[wordsPerBlock-1])
	require.ErrorIs(t, dict.Err(), io.EOF)

	dict = NewDict()
	dict.SpillTo(func() (SpillFile, error) { return nil, io.ErrClosedPipe })
	r := NewReader(dict)
	for i := range wordsPerBlock + 1 {
		r.ID(aWordOf(text(i)), OwnEach, 0)
	}
	require.ErrorIs(t, dict.Err(), io.ErrClosedPipe)
}

// aWordOf returns the word of a text that is one.
func aWordOf(text string) Word {
	w, ok := WordOf([]byte(text))
	if !ok {
		panic(text)
	}
	return w
}

// Texts of messages alone come back, of whatever length, from memory and from a file; they
// are equal once they are shared, whether there was room for them or not.
func TestOwnTexts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		dict := NewDict()
		if rapid.Bool().Draw(t, "to a file") {
			file := &fileInMemory{room: 1 << 20}
			dict.SpillTo(func() (SpillFile, error) { return file, nil })
		}
		readers := [2]Reader{NewReader(dict), NewReader(dict)}
		length := rapid.SampledFrom([]int{1, 20, 27, 28, 29, 43, 44, 45, 100, 4000, wordsPerBlock*packedBytes - textLength,
			wordsPerBlock*packedBytes - textLength + 1})
		var all []ID
		var texts []string
		for range rapid.IntRange(1, 30).Draw(t, "texts") {
			text := rapid.SampledFrom([]string{"é text ", "other: ", "word-7", "C-12"}).Draw(t, "begins")
			text += strings.Repeat("-", max(0, length.Draw(t, "length")-len(text)))
			r := &readers[rapid.IntRange(0, 1).Draw(t, "reader")]
			all, texts = append(all, r.TextID([]byte(text), OwnEach, 0)), append(texts, text)
		}
		for i, a := range all {
			require.Equal(t, texts[i], dict.IDText(a))
			require.Equal(t, dict.ID([]byte(texts[i])), dict.Share(a))
			for j, b := range all {
				require.False(t, texts[i] == texts[j] && a.Differ(b))
			}
			require.False(t, a.Differ(dict.Share(a)))
		}
		require.NoError(t, dict.Err())
	})
}
