package engine

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/analysis/memory"
	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/files"
)

// forms are the forms that an id can have, with the number that tells it from others.
var forms = map[string]string{"integer": "%d", "prefix": "C-%06d", "UUID": "%08x-0a0b-4c0d-8e0f-000000000000",
	"24 hexadecimal digits": "a%023x", "word": "k_%08x_", "text": "conv/2026-03-01/of 40 bytes or more: %08d",
	"address": "<%08d@mail.example.com>"}

// Whatever form the ids of a column have that the report is not about, the dictionary does
// not grow with the rows, and what a limit has no room for goes to files.
func TestTextsAreNotInMemory(t *testing.T) {
	t.Parallel()
	const rows, most = 3000, 8 << 10 // bytes: less than three of each row
	for column, name := range []string{"conversation_id", "message_id", "client_user_id", "merchant_user_id"} {
		for form, format := range forms {
			t.Run(name+" "+form, func(t *testing.T) {
				t.Parallel()
				var b strings.Builder
				b.WriteString("conversation_id,message_id,client_user_id,merchant_user_id,sender_user_id,merchant_id," +
					"created_at\n")
				for i := range rows {
					cells := []string{fmt.Sprint(i / 2), fmt.Sprint(i), fmt.Sprint(2 * (i / 2)), fmt.Sprint(2*(i/2) + 1)}
					cells[column] = fmt.Sprintf(format, []int{i / 2, i, i/2 + 5000, i/2 + 9000}[column])
					fmt.Fprintf(&b, "%s,%s,3,%d\n", strings.Join(cells, ","), cells[2+i%2], 1_772_359_200+i)
				}
				src, err := files.Open(context.Background(), []string{files.Stdin},
					files.Options{Stdin: strings.NewReader(b.String())})
				require.NoError(t, err)
				limit := memory.NewLimit(t.TempDir(), 1)
				limit.Cells, limit.Beside = 1, 1<<30
				store, err := Read(context.Background(), src, Options{Limit: limit})
				require.NoError(t, err)
				defer store.Close()
				require.EqualValues(t, source.Counts{Rows: rows}, store.Rows)
				require.Less(t, store.Dict.Bytes(), int64(most))
				require.NoError(t, store.spill())
				require.Empty(t, store.batches)
			})
		}
	}
}

// Conversations have one number in a partition exactly if their texts are the same, in
// whatever batches these come.
func TestTextTable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		dict := source.NewDict()
		const partitions = 4
		table, known := [partitions]textTable{}, make(map[string]source.ID)
		var e textEncoder
		for p := range table {
			table[p].reset()
		}
		for range rapid.IntRange(1, 4).Draw(t, "batches") {
			b := &source.Batch{}
			var texts []string
			for range rapid.IntRange(1, 20).Draw(t, "rows") {
				text := fmt.Sprintf(rapid.SampledFrom([]string{"%d", "k_%08d_", "A%023d",
					"%08d-0000-4000-8000-00000000000A", "a text of some bytes, %d", "%d" + strings.Repeat("-", 40)}).Draw(t,
					"form"), rapid.IntRange(1, 9).Draw(t, "number"))
				id := dict.ID([]byte(text))
				if id.IsText() {
					texts, b.Conversation = append(texts, text), append(b.Conversation, id)
					if n, ok := b.Texts.Add(dict, id); ok && rapid.Bool().Draw(t, "in the batch") {
						b.Conversation[len(texts)-1] = ids.BatchID(uint32(n))
					}
				}
			}
			partition, numbers := make([]uint16, len(texts)), make([]source.ID, len(texts))
			bounds, err := e.encode(b, dict, partition, partitions, func(row int, number uint32) {
				numbers[row] = ids.BatchID(number)
			})
			require.NoError(t, err)
			if len(texts) == 0 {
				require.Nil(t, bounds)
				continue
			}
			cells := append([]memory.Cell(nil), e.cells...)
			for i, text := range texts {
				p := int(partition[i])
				of := cells[bounds[p]:bounds[p+1]]
				table[p].begin(of)
				table[p].share(numbers[i:][:1], of)
				got, ok := table[p].append(nil, numbers[i])
				require.True(t, ok)
				require.Equal(t, text, string(got))
				id := numbers[i]<<2 | source.ID(p)
				if before, ok := known[text]; ok {
					require.Equal(t, before, id, text)
				}
				known[text] = id
			}
		}
		distinct := make(map[source.ID]bool)
		for _, id := range known {
			distinct[id] = true
		}
		require.Len(t, distinct, len(known))
	})
}

// A batch whose conversations are of texts that it does not have is an error.
func TestBatchWithoutTexts(t *testing.T) {
	t.Parallel()
	var e textEncoder
	_, err := e.encode(&source.Batch{Conversation: []source.ID{ids.BatchID(7)}}, source.NewDict(), make([]uint16, 1), 1,
		func(int, uint32) {})
	require.ErrorIs(t, err, errNoText)
}
