package parquetfile_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/files"
	"github.com/sav-analytics/sav/source/internal/parquetfile"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var ctx = context.Background()

// A message is one that was read, as text.
type message struct {
	At                                                int64
	Role                                              source.Role
	Conversation, ID, Country, Merchant, Client, User string
}

// A reading is what was read from a source, in the input's order.
type reading struct {
	Messages []message
	Rejects  []reject
	Counts   source.Counts
}

type reject struct {
	Line   int64
	Reason string
	Record string
}

// gather reads a source.
func gather(ctx context.Context, src source.Source) (got reading, err error) {
	var mu sync.Mutex
	parts := make(map[int64][]message) // by Seq
	dict := source.NewDict()
	err = src.Read(ctx, &source.Receiver{
		Dict: dict, Needs: source.Needs{Client: true, Users: true},
		Batch: func(b *source.Batch) error {
			messages := make([]message, b.Len())
			for i := range messages {
				messages[i] = message{b.At[i], b.Role[i], dict.IDText(b.Conversation[i]), dict.IDText(b.MessageID[i]),
					dict.TextOf(b.Country[i]), dict.IDText(b.Merchant[i]), dict.IDText(b.Client[i]),
					dict.IDText(b.MerchantUser[i])}
			}
			mu.Lock()
			defer mu.Unlock()
			if _, twice := parts[b.Seq]; twice {
				panic("two batches in one place")
			}
			parts[b.Seq] = messages
			got.Counts.Add(&b.Counts)
			return nil
		},
		Reject: func(r *source.Reject) error {
			got.Rejects = append(got.Rejects, reject{r.Line, r.Reason.String(), string(r.Record)})
			return nil
		},
	})
	var order []int64
	for seq := range parts {
		order = append(order, seq)
	}
	slices.Sort(order)
	for _, seq := range order {
		got.Messages = append(got.Messages, parts[seq]...)
	}
	return got, err
}

// read reads Parquet files.
func read(ctx context.Context, opts parquetfile.Options, names ...string) (reading, error) {
	src, err := parquetfile.Open(names, opts)
	if err != nil {
		return reading{}, err
	}
	defer src.Close()
	return gather(ctx, src)
}

// readCSV is what the text of a CSV file says: lines counted from the row after
// the header, as those of a Parquet file are, and no records.
func readCSV(t require.TestingT, zone *source.Zone, text string) reading {
	src, err := files.Open(ctx, []string{write(t, "m.csv", []byte(text))},
		files.Options{Rules: source.Rules{Zone: zone}})
	require.NoError(t, err)
	defer src.Close()
	got, err := gather(ctx, src)
	require.NoError(t, err)
	for i := range got.Rejects {
		got.Rejects[i].Line--
	}
	return withoutRecords(got)
}

func withoutRecords(r reading) reading {
	for i := range r.Rejects {
		r.Rejects[i].Record = ""
	}
	return r
}

// write puts data into a new file of that name, which stays until the test ends.
func write(t require.TestingT, name string, data []byte) string {
	dir, err := os.MkdirTemp("", "")
	require.NoError(t, err)
	t.(interface{ Cleanup(func()) }).Cleanup(func() { os.RemoveAll(dir) })
	path := filepath.Join(dir, name)
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}
