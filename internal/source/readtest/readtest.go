// Package readtest reads files with the readers of source, for their tests.
//
// It stands beside the flow (source → frame → analysis → sink): only tests import it.
package readtest

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/naive"
	"github.com/sav-analytics/sav/internal/source/chunk"
	"github.com/sav-analytics/sav/internal/source/dialect"
	"github.com/sav-analytics/sav/source"
)

// Stdin is the name that stands for standard input.
const Stdin = dialect.Stdin

// Options say how files are opened and read.
type Options struct {
	source.Rules
	chunk.Options
	Dialect dialect.Options
	Stdin   io.Reader
}

// Cut returns o with chunks of size bytes, scanned by workers goroutines.
func (o Options) Cut(size, workers int) Options {
	o.Size, o.Workers = size, workers
	return o
}

// Limit returns o with a limit of n bytes to a record.
func (o Options) Limit(n int) Options {
	o.MaxRecord = n
	return o
}

// Open opens files as the package files does.
func (o Options) Open(names []string) ([]*dialect.File, error) {
	return dialect.OpenAll(context.Background(), names, o.Stdin, o.Dialect)
}

// A Reading is what was read from a source, as text and in the input's order.
type Reading struct {
	Messages []naive.Message // with their conversations' ids in Shown
	Users    []string        // the messages' merchant users, if they were asked for
	Rejects  []naive.Reject
	Counts   map[string]int64 // those that are not 0
}

// Read reads all of a source.
func Read(ctx context.Context, src source.Source) (Reading, error) {
	return Gather(source.Needs{Client: true, OwnConversations: true},
		func(r *source.Receiver) error { return src.Read(ctx, r) })
}

// conversation returns the text of the id of conversation i of a batch.
func conversation(b *source.Batch, i int, dict *source.Dict) string {
	if n, ok := b.Conversation[i].InBatch(); ok {
		return string(b.Texts.Append(nil, n))
	}
	return dict.IDText(b.Conversation[i])
}

// Gather collects what read hands to a receiver that needs the columns needs.
func Gather(needs source.Needs, read func(*source.Receiver) error) (got Reading, err error) {
	type part struct {
		seq      int64
		messages []naive.Message
		users    []string
	}
	var mu sync.Mutex
	var parts []part
	var counts source.Counts
	dict := source.NewDict()
	err = read(&source.Receiver{
		Dict: dict, Needs: needs,
		Batch: func(b *source.Batch) error {
			p := part{seq: b.Seq, messages: make([]naive.Message, b.Len())}
			for i := range p.messages {
				p.messages[i] = naive.Message{At: b.At[i], FromMerchant: b.Role[i] == source.FromMerchant,
					Shown: conversation(b, i, dict), ID: dict.IDText(b.MessageID[i]),
					Country: dict.TextOf(b.Country[i]), Merchant: dict.IDText(b.Merchant[i])}
				if len(b.Client) > 0 {
					p.messages[i].Client = dict.IDText(b.Client[i])
				}
			}
			for _, user := range b.MerchantUser {
				p.users = append(p.users, dict.IDText(user))
			}
			mu.Lock()
			defer mu.Unlock()
			if slices.ContainsFunc(parts, func(other part) bool { return other.seq == p.seq }) {
				return fmt.Errorf("two batches of Seq %d", p.seq)
			}
			parts = append(parts, p)
			counts.Add(&b.Counts)
			return nil
		},
		Reject: func(r *source.Reject) error {
			got.Rejects = append(got.Rejects, naive.Reject{Input: r.Input, Line: int(r.Line), Reason: r.Reason.String(),
				Record: string(r.Record)})
			return nil
		},
	})
	slices.SortFunc(parts, func(a, b part) int { return cmp.Compare(a.seq, b.seq) })
	for _, p := range parts {
		got.Messages, got.Users = append(got.Messages, p.messages...), append(got.Users, p.users...)
	}
	got.Counts = notZero(map[string]int64{"rows_read": counts.Rows, "private": counts.Private,
		"automatic": counts.Automatic, "other_sender": counts.OtherSender, "no_reply_needed": counts.NoReplyNeeded,
		"invalid_utf8": counts.InvalidUTF8, "ambiguous_local": counts.AmbiguousLocal,
		"rejected": counts.TotalRejected()})
	return got, err
}

// Expected returns the reading of an input, as the naive rules read it.
func Expected(in naive.Input) Reading {
	want := Reading{Messages: in.Messages, Rejects: in.Rejects, Counts: map[string]int64{}}
	for i := range want.Messages {
		want.Messages[i].Conversation = "" // a batch does not tell
	}
	for name, n := range in.Counts {
		want.Counts[name] = n
	}
	want.Counts["rejected"] = int64(len(in.Rejects))
	want.Counts = notZero(want.Counts)
	return want
}

// notZero deletes the counts that are 0.
func notZero(counts map[string]int64) map[string]int64 {
	for name, n := range counts {
		if n == 0 {
			delete(counts, name)
		}
	}
	return counts
}

// Ends tests that a reading that is cancelled, or whose receiver fails, ends with the cause. open
// returns a source that yields at least 50 batches and rejects.
func Ends(t *testing.T, open func() (source.Source, error)) {
	stop := errors.New("stop")
	for _, after := range []int{1, 2, 17, 50} {
		for _, what := range []string{"cancelled", "batch", "reject"} {
			t.Run(fmt.Sprint(what, " after ", after), func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				var mu sync.Mutex
				calls := 0
				call := func(of string) error {
					mu.Lock()
					defer mu.Unlock()
					if calls++; calls >= after && what == of {
						return stop
					}
					if calls >= after && what == "cancelled" {
						cancel(stop)
					}
					return nil
				}
				src, err := open()
				require.NoError(t, err)
				defer src.(io.Closer).Close()
				err = src.Read(ctx, &source.Receiver{Dict: source.NewDict(),
					Batch:  func(*source.Batch) error { return call("batch") },
					Reject: func(*source.Reject) error { return call("reject") }})
				require.ErrorIs(t, err, stop)
			})
		}
	}
}

// T is what of a test [File] needs.
type T interface {
	require.TestingT
	Cleanup(func())
}

// File writes data to a new file of that name, which stays until the test ends, and returns its path.
func File[D string | []byte](t T, name string, data D) string {
	dir, err := os.MkdirTemp("", "")
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	path := filepath.Join(dir, name)
	require.NoError(t, os.WriteFile(path, []byte(data), 0o600))
	return path
}

// Gzip compresses data.
func Gzip[D string | []byte](t require.TestingT, data D) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(data))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

// Scan measures how long a scanner takes for a chunk without rejected rows, and
// reports the time of a row.
func Scan(b *testing.B, s chunk.Scanner, c *chunk.Chunk) {
	for b.Loop() {
		if ok, err := s.Scan(c, false); !ok || err != nil {
			b.Fatal(err)
		}
	}
	require.Empty(b, c.Rejects)
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(c.Batch.Counts.Rows), "ns/row")
}
