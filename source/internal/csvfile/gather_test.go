package csvfile_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sav-analytics/sav/internal/naive"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/internal/csvfile"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A reading is what was read from files, as text.
type reading struct {
	Messages []naive.Message
	Rejects  []naive.Reject
	Counts   map[string]int64
}

// gather collects what read hands to a receiver.
func gather(read func(*source.Receiver) error) (reading, error) {
	type part struct {
		seq      int64
		messages []naive.Message
	}
	var mu sync.Mutex
	var parts []part
	var counts source.Counts
	var got reading
	dict := source.NewDict()
	err := read(&source.Receiver{
		Dict: dict, Needs: source.Needs{Client: true},
		Batch: func(b *source.Batch) error {
			messages := make([]naive.Message, b.Len())
			for i := range messages {
				messages[i] = naive.Message{At: b.At[i], FromMerchant: b.Role[i] == source.FromMerchant,
					Shown: dict.IDText(b.Conversation[i]), ID: dict.IDText(b.MessageID[i]),
					Country:  dict.TextOf(b.Country[i]),
					Merchant: dict.IDText(b.Merchant[i]), Client: dict.IDText(b.Client[i])}
			}
			mu.Lock()
			defer mu.Unlock()
			parts = append(parts, part{b.Seq, messages})
			counts.Add(&b.Counts)
			return nil
		},
		Reject: func(r *source.Reject) error {
			got.Rejects = append(got.Rejects, naive.Reject{Input: r.Input, Line: int(r.Line), Reason: r.Reason.String(),
				Record: string(r.Record)})
			return nil
		},
	})
	slices.SortFunc(parts, func(a, b part) int { return int(a.seq - b.seq) })
	for _, p := range parts {
		got.Messages = append(got.Messages, p.messages...)
	}
	got.Counts = map[string]int64{"rows_read": counts.Rows, "private": counts.Private,
		"other_sender": counts.OtherSender,
		"automatic":    counts.Automatic, "no_reply_needed": counts.NoReplyNeeded, "invalid_utf8": counts.InvalidUTF8,
		"ambiguous_local": counts.AmbiguousLocal, "rejected": counts.TotalRejected()}
	return got, err
}

// read reads files with csvfile.
func read(ctx context.Context, opts csvfile.OpenOptions, names ...string) (reading, error) {
	src, err := csvfile.Open(names, opts)
	if err != nil {
		return reading{}, err
	}
	defer src.Close()
	return gather(func(r *source.Receiver) error { return src.Read(ctx, r) })
}

// expected is what the naive rules read.
func expected(zone *time.Location, files ...naive.File) reading {
	in := naive.Read(zone, files...)
	want := reading{Messages: in.Messages, Rejects: in.Rejects,
		Counts: map[string]int64{"rejected": int64(len(in.Rejects))}}
	for _, name := range []string{"rows_read", "private", "automatic", "other_sender", "no_reply_needed",
		"invalid_utf8", "ambiguous_local"} {
		want.Counts[name] = in.Counts[name]
	}
	for i := range want.Messages {
		want.Messages[i].Conversation = "" // a batch does not tell
	}
	return want
}

// file puts text into a new file of that name.
func file(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}
