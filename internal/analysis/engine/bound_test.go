package engine

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/analysis/memory"
	"github.com/sav-analytics/sav/internal/analysis/pair"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/files"
)

// oneLong returns a source of n messages of one conversation and n of others.
func oneLong(t *testing.T, messages int) source.Source {
	var b strings.Builder
	b.WriteString("created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id,conversation_id\n")
	for i := range messages {
		fmt.Fprintf(&b, "%d,1,1,2,3,7\n%d,1,1,2,3,%d\n", 1_772_359_200+i, 1_772_359_200+i, 1000+i)
	}
	src, err := files.Open(context.Background(), []string{files.Stdin},
		files.Options{Stdin: strings.NewReader(b.String())})
	require.NoError(t, err)
	return src
}

// A conversation that can't be paired within the limit is an error before pairing
// begins, and one that can is none.
func TestLongConversationIsWithinTheLimit(t *testing.T) {
	const messages = 4000
	need := int64(messages * 88)
	for _, test := range []struct {
		name          string
		beside, cells int64 // bytes
		fits          bool
	}{
		{"room beside the messages", 2 * need, memory.CellBytes, true},
		{"the messages' own room", 0, 2 * need, true},
		{"all of it is taken by messages", 0, messages * 2 * memory.CellBytes, false},
		{"no room", need / 2, memory.CellBytes, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			limit := memory.NewLimit(t.TempDir(), 1<<20)
			limit.Beside, limit.Cells = test.beside, int(test.cells/memory.CellBytes)
			store, err := Read(context.Background(), oneLong(t, messages), Options{Limit: limit})
			require.NoError(t, err)
			defer store.Close()
			set, err := store.Collect(context.Background(), pair.NewRules(time.Time{}, time.Time{}, time.Time{},
				store.Latest), Keep{})
			if test.fits {
				require.NoError(t, err)
				require.EqualValues(t, messages+1, set.Conversations)
				return
			}
			var tooLong *MemoryError
			require.ErrorAs(t, err, &tooLong)
			require.Greater(t, tooLong.Need, need)
			require.ErrorContains(t, err, "memory limit of 1 MiB: ")
		})
	}
}

// Numbers of 32 bits tell that many things apart, and no more.
func TestCheckNumber(t *testing.T) {
	require.NoError(t, checkNumber(0, "groups"))
	require.NoError(t, checkNumber(math.MaxUint32, "groups"))
	require.EqualError(t, checkNumber(math.MaxUint32+1, "groups"),
		"4294967296 groups: more than 4294967295 are not supported")
}
