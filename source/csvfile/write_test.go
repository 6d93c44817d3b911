package csvfile_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/quirks"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/csvfile"
)

// writeAgain writes the messages of a CSV text as a MessageWriter does.
func writeAgain(t require.TestingT, read func(*source.Receiver) error, columns source.Columns) string {
	parts := make(map[int64]string)
	dict := source.NewDict()
	w := csvfile.MessageWriter{Columns: columns, Dict: dict}
	last := int64(-1)
	var mu sync.Mutex
	require.NoError(t, read(&source.Receiver{Dict: dict, Needs: source.Needs{Client: true, Users: true}, Batch: func(b *source.Batch) error {
		mu.Lock()
		defer mu.Unlock()
		var text []byte
		for i := range b.At {
			text = w.Append(text, b, i)
		}
		parts[b.Seq], last = string(text), max(last, b.Seq)
		return nil
	}}))
	var all strings.Builder
	all.WriteString(w.Header() + "\n")
	for seq := range last + 1 {
		all.WriteString(parts[seq])
	}
	return all.String()
}

// Whatever the messages are, written and read again they are the same.
func TestWrittenMessagesAreTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := quirks.Draw(t, quirks.Options{Rejects: true}).CSV(t, true)
		open := func(text string) *csvfile.Source {
			src, err := csvfile.Open([]string{csvfile.Stdin}, csvfile.Options{Stdin: strings.NewReader(text)})
			require.NoError(t, err)
			return src
		}
		gathered := func(text string) reading {
			src := open(text)
			defer src.Close()
			got, err := gather(func(r *source.Receiver) error { return src.Read(t.Context(), r) })
			require.NoError(t, err)
			return got
		}
		src := open(text)
		defer src.Close()
		again := writeAgain(t, func(r *source.Receiver) error { return src.Read(t.Context(), r) }, src.Columns())

		want, got := gathered(text), gathered(again)
		require.Equal(t, want.Messages, got.Messages)
		require.Empty(t, got.Rejects)
		require.EqualValues(t, len(want.Messages), got.Counts["rows_read"])
		require.Zero(t, got.Counts["ambiguous_local"])
	})
}

// What is written, to the byte.
func TestMessageWriter(t *testing.T) {
	const text = `created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id,body,sav_id,country_code
2026-03-01T10:00:00+01:00,7.0,7,8,"a ""b"", c",hello,x,fr
1772323232.25,8,7,8,9,hello,y,
2026-03-01,5,7,8,9,by somebody else,z,DE
`
	src, err := csvfile.Open([]string{csvfile.Stdin}, csvfile.Options{Stdin: strings.NewReader(text)})
	require.NoError(t, err)
	defer src.Close()
	require.Equal(t, `created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id,conversation_id,country
2026-03-01 09:00:00Z,7,7,8,"a ""b"", c",x,FR
2026-03-01 00:00:32.250000Z,8,7,8,9,y,unknown
`, writeAgain(t, func(r *source.Receiver) error { return src.Read(t.Context(), r) }, src.Columns()))
}
