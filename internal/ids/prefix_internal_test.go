package ids

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// With more prefixes than there is room for, ids are equal as their texts are, for whoever
// reads them when.
func TestManyPrefixes(t *testing.T) {
	t.Parallel()
	dict := NewDict()
	const texts = maxPrefixes + 1000
	var ids [4][texts]ID
	var group sync.WaitGroup
	for w := range ids {
		group.Go(func() {
			reader := NewReader(dict)
			for n := range texts {
				i := (n + w*texts/len(ids)) % texts // each in another order
				text := fmt.Sprintf("shop%d-%03d", i, i%7)
				ids[w][i] = reader.ID(aWordOf(text), Shared, 0)
			}
		})
	}
	group.Wait()
	numbered := 0
	for i, id := range ids[0] {
		text := fmt.Sprintf("shop%d-%03d", i, i%7)
		require.Equal(t, text, dict.IDText(id))
		require.Equal(t, id, dict.ID([]byte(text)))
		for w := range ids {
			require.Equal(t, id, ids[w][i])
		}
		if id.kind() == kindNumbered {
			numbered++
		}
	}
	require.Equal(t, maxPrefixes, numbered)
}
