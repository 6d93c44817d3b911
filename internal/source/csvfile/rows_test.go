package csvfile_test

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/naive"
	"github.com/sav-analytics/sav/internal/quirks"
	"github.com/sav-analytics/sav/internal/source/readtest"
	"github.com/sav-analytics/sav/internal/source/verdict"
	"github.com/sav-analytics/sav/source"
)

// Every row is told with its line and what became of it, however the file is
// cut, and the batches are otherwise what they are without that.
func TestRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := quirks.Draw(t, quirks.Options{Rejects: true}).CSV(t, false)
		chunk, workers := rapid.IntRange(1, 300).Draw(t, "chunk"), rapid.IntRange(1, 3).Draw(t, "workers")
		read := func(needs source.Needs) (rows []verdict.Row, messages int, counts source.Counts) {
			src, err := open(readtest.Options{Stdin: strings.NewReader(text)}.Cut(chunk, workers), readtest.Stdin)
			require.NoError(t, err)
			defer src.Close()
			var mu sync.Mutex
			type part struct {
				seq  int64
				rows []verdict.Row
			}
			var parts []part
			require.NoError(t, src.Read(context.Background(), &source.Receiver{
				Needs: needs, Dict: source.NewDict(), Batch: func(b *source.Batch) error {
					mu.Lock()
					defer mu.Unlock()
					parts = append(parts, part{b.Seq, slices.Clone(b.Rows)})
					messages += b.Len()
					counts.Add(&b.Counts)
					return nil
				}}))
			slices.SortFunc(parts, func(a, b part) int { return cmp.Compare(a.seq, b.seq) })
			for _, p := range parts {
				rows = append(rows, p.rows...)
			}
			return rows, messages, counts
		}
		none, messages, counts := read(source.Needs{})
		require.Empty(t, none)
		rows, sameMessages, sameCounts := read(source.Needs{Rows: true})
		require.Equal(t, messages, sameMessages)
		require.Equal(t, counts, sameCounts)

		records := naive.Records(text)[1:]
		require.Len(t, rows, len(records))
		var found source.Counts
		kept := 0
		for i, row := range rows {
			require.Equal(t, readtest.Stdin, row.Input)
			require.Equal(t, int64(records[i].Line), row.Line)
			found.Rows++
			if row.Reason != verdict.Accepted {
				found.Rejected[row.Reason]++
				require.Empty(t, row.Aside)
			}
			switch row.Aside {
			case "":
				if row.Reason == verdict.Accepted {
					kept++
				}
			case "private":
				found.Private++
			case "automatic":
				found.Automatic++
			case "other_sender":
				found.OtherSender++
			case "no_reply_needed":
				found.NoReplyNeeded++
			}
			if row.InvalidUTF8 {
				found.InvalidUTF8++
			}
			if row.AmbiguousLocal && (row.Reason == verdict.Accepted ||
				row.Reason > verdict.BadTimestamp) {
				found.AmbiguousLocal++
			}
		}
		require.Equal(t, messages, kept)
		require.Equal(t, counts, found)
	})
}
