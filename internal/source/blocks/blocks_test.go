package blocks_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/sav-analytics/sav/internal/intake"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/quirks"
	"github.com/sav-analytics/sav/internal/source/blocks"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/files"
)

var ctx = context.Background()

// A row is a message as text, and where it stands.
type row struct {
	seq, place                      int64
	at                              int64
	role                            source.Role
	conversation, message, merchant string
	country, client                 string
}

// rows are the messages of a batch; clients only if the batch has them.
func rows(b *source.Batch, dict *source.Dict) (all []row) {
	for i := range b.At {
		r := row{b.Seq, int64(i), b.At[i], b.Role[i], dict.IDText(b.Conversation[i]), dict.IDText(b.MessageID[i]),
			dict.IDText(b.Merchant[i]),
			dict.TextOf(b.Country[i]), ""}
		if len(b.Client) > 0 {
			r.client = dict.IDText(b.Client[i])
		}
		all = append(all, r)
	}
	return all
}

// inOrder puts messages into the order of the input, and forgets where they stand.
func inOrder(all []row) []row {
	slices.SortFunc(all, func(a, b row) int {
		if a.seq != b.seq {
			return int(a.seq - b.seq)
		}
		return int(a.place - b.place)
	})
	for i := range all {
		all[i].seq, all[i].place = 0, 0
	}
	return all
}

// read reads blocks, and returns their messages in order.
func read(data []byte, client bool) (all []row, src *blocks.Source, err error) {
	if src, err = blocks.Open(context.Background(), bytes.NewReader(data), "blocks"); err != nil {
		return nil, nil, err
	}
	dict := source.NewDict()
	counts := source.Counts{}
	seen := make(map[int64]bool)
	err = src.Read(ctx, &source.Receiver{Dict: dict, Needs: source.Needs{Client: client},
		Batch: func(b *source.Batch) error {
			if seen[b.Seq] {
				return fmt.Errorf("two batches at %d", b.Seq)
			}
			seen[b.Seq] = true
			counts.Add(&b.Counts)
			all = append(all, rows(b, dict)...)
			return nil
		}})
	if err == nil && counts.Rows != int64(len(all)) {
		err = fmt.Errorf("%d messages are counted as %d", len(all), counts.Rows)
	}
	return inOrder(all), src, err
}

// Messages come out of their buckets as they went in, in the order of the input,
// in whatever order and from however many goroutines their batches came, however
// often a block was full and wherever batches are missing.
func TestMessagesComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := quirks.Draw(t, quirks.Options{Rejects: true}).CSV(t, true)
		src, err := files.Open(context.Background(), []string{files.Stdin},
			files.Options{Stdin: strings.NewReader(text)})
		require.NoError(t, err)
		defer src.Close()
		client := rapid.Bool().Draw(t, "client")
		dict := source.NewDict()
		buckets := rapid.IntRange(1, 9).Draw(t, "buckets")
		of := make([][][]byte, buckets)
		writer := blocks.NewWriter(blocks.Options{Columns: src.Columns(), Dict: dict, Client: client, Buckets: buckets,
			File:   rapid.IntRange(0, blocks.MaxFiles-1).Draw(t, "file"),
			Budget: rapid.SampledFrom([]int{0, 1, 200, 1000}).Draw(t, "budget"),
			Block: func(bucket int, block []byte) error {
				of[bucket] = append(of[bucket], slices.Clone(block))
				return nil
			}})
		withClient := client || !src.Columns().Has(source.ConversationID)
		var want []row
		var batches []*source.Batch
		size, gap := rapid.IntRange(1, 9).Draw(t, "size"), rapid.SampledFrom([]int64{1, 1, 2, 1000}).Draw(t, "gap")
		require.NoError(t, src.Read(ctx, &source.Receiver{Dict: dict, Needs: source.Needs{Client: withClient},
			Batch: func(b *source.Batch) error {
				for from := 0; from < b.Len(); from += size {
					to := min(from+size, b.Len())
					part := &source.Batch{Seq: int64(len(batches)) * gap, At: slices.Clone(b.At[from:to]),
						Role:         slices.Clone(b.Role[from:to]),
						Conversation: slices.Clone(b.Conversation[from:to]),
						MessageID:    slices.Clone(b.MessageID[from:to]),
						Merchant:     slices.Clone(b.Merchant[from:to]), Country: slices.Clone(b.Country[from:to])}
					if withClient {
						part.Client = slices.Clone(b.Client[from:to])
					}
					batches = append(batches, part)
					want = append(want, rows(part, dict)...)
				}
				return nil
			}}))
		want = inOrder(want)
		order := rapid.Permutation(batches).Draw(t, "order")
		var group sync.WaitGroup
		for w := range 3 {
			group.Go(func() {
				for i := w; i < len(order); i += 3 {
					if err := writer.Add(order[i]); err != nil {
						panic(err)
					}
				}
			})
		}
		group.Wait()
		require.NoError(t, writer.Flush())

		found := 0
		for bucket, parts := range of {
			got, src, err := read(bytes.Join(rapid.Permutation(parts).Draw(t, "blocks"), nil), withClient)
			require.NoError(t, err)
			if number, of := src.Bucket(); len(parts) > 0 {
				require.Equal(t, [2]int64{int64(bucket), int64(buckets)}, [2]int64{number, of})
			}
			mine := make(map[string]bool)
			for _, r := range got {
				mine[r.conversation] = true
			}
			all := slices.DeleteFunc(slices.Clone(want), func(r row) bool { return !mine[r.conversation] })
			require.Equal(t, append([]row{}, all...), append([]row{}, got...), "all messages of each conversation")
			found += len(got)
		}
		require.Len(t, want, found)
	})
}

// sample is a batch of all that a block can hold.
func sample(dict *source.Dict) (*source.Batch, source.Columns) {
	id := func(s string) source.ID { return dict.ID([]byte(s)) }
	return &source.Batch{Seq: 7,
		At: []int64{1772359200_000000, 1772359260_000000, 1772359261_000000}, Role: []source.Role{source.FromClient,
			source.FromMerchant, source.FromClient},
		Conversation: []source.ID{id("7"), id("7"), id("70000")}, MessageID: []source.ID{id("a"), ids.Absent,
			id("b")},
		Merchant: []source.ID{id("5"), id("5"), id("6")}, Country: []source.Text{dict.Text([]byte("FR")),
			dict.Text([]byte("FR")), dict.Text([]byte("DE"))},
		Client: []source.ID{id("1"), id("1"), id("2")},
	}, source.ColumnsOf(source.ConversationID, source.MessageID, source.Country)
}

func sampleBlock(t require.TestingT) (block []byte) {
	dict := source.NewDict()
	batch, columns := sample(dict)
	w := blocks.NewWriter(blocks.Options{Columns: columns, Dict: dict, Client: true, File: 3, Buckets: 1,
		Block: func(_ int, b []byte) error {
			block = slices.Clone(b)
			return nil
		}})
	require.NoError(t, w.Add(batch))
	require.NoError(t, w.Flush())
	return block
}

// The bytes of a block are those of its version: a change of them is one of the magic.
func TestBytesOfABlock(t *testing.T) {
	block := sampleBlock(t)
	require.Equal(t, "sav block 2\n", string(block[:12]))
	require.Equal(t, strings.Join([]string{
		"49000000", // the length
		"00" + "01" + "03" + "c101" + "03" + "01",                         // bucket, of, file, columns, messages, runs
		"07" + "01" + "03",                                                // a run: place, places, messages
		"c0843d" + "00" + "c0b8a09a0d" + "01" + "00797a",                  // time and role
		"00" + "06" + "01" + "000001",                                     // merchant
		"01" + "02" + "0202" + "46524445" + "00" + "01" + "01" + "000001", // country
		"00" + "08" + "03" + "000000000000691101",                         // conversation
		"01" + "02" + "0101" + "6162" + "00" + "00" + "01" + "010002",     // message_id
		"00" + "02" + "01" + "000001",                                     // client
	}, ""), hex.EncodeToString(block[12:len(block)-4]))
}

// Whichever byte of a block is another, and wherever it ends, it is found out.
func TestDamage(t *testing.T) {
	good := sampleBlock(t)
	_, _, err := read(good, true)
	require.NoError(t, err)
	for at := range good {
		for _, flip := range []byte{1, 0x80, 0xff} {
			bad := slices.Concat(good, good) // the second one
			bad[len(good)+at] ^= flip
			requireInputError(t, bad)
			bad = slices.Concat(bad[len(good):], good)
			requireInputError(t, bad)
		}
		if at > 0 {
			requireInputError(t, good[:at])
			requireInputError(t, append(slices.Clone(good), good[:at]...))
		}
	}
	newer := slices.Clone(good)
	newer[10] = '3'
	_, _, err = read(newer, true)
	require.ErrorContains(t, err, "blocks: the block at byte 0 is of another version of sav")
}

func requireInputError(t require.TestingT, data []byte) {
	_, _, err := read(data, true)
	var inputErr *source.InputError
	require.True(t, errors.As(err, &inputErr), "%v", err)
}

// What blocks do not have cannot be had of them.
// Options that cannot be are an error, not a fault.
func TestWriterOptions(t *testing.T) {
	dict, block := source.NewDict(), func(int, []byte) error { return nil }
	for _, opts := range []blocks.Options{{}, {Dict: dict, Block: block}, {Dict: dict, Buckets: 1},
		{Block: block, Buckets: 1},
		{Dict: dict, Block: block, Buckets: -1}, {Dict: dict, Block: block, Buckets: 1, File: -1},
		{Dict: dict, Block: block, Buckets: 1, File: blocks.MaxFiles}} {
		w := blocks.NewWriter(opts)
		require.Error(t, w.Add(&source.Batch{}), "%+v", opts)
		require.Error(t, w.Flush(), "%+v", opts)
	}
}

func TestNeeds(t *testing.T) {
	for _, test := range []struct {
		name  string
		needs source.Needs
		want  string
	}{{"users", source.Needs{Users: true}, "is without the users who wrote"}, {"rows", source.Needs{Rows: true},
		"is without the users who wrote, and without rows"}} {
		t.Run(test.name, func(t *testing.T) {
			src, err := blocks.Open(t.Context(), bytes.NewReader(sampleBlock(t)), "blocks")
			require.NoError(t, err)
			require.ErrorContains(t, src.Read(ctx, &source.Receiver{Dict: source.NewDict(), Needs: test.needs,
				Batch: func(*source.Batch) error { return nil }}), test.want)
		})
	}
}

// No blocks are no messages.
func TestNoBlocks(t *testing.T) {
	got, src, err := read(nil, true)
	require.NoError(t, err)
	require.Empty(t, got)
	number, of := src.Bucket()
	require.Zero(t, number+of)
}

// Errors of whoever takes blocks and batches come back as they are.
func TestErrorsComeBack(t *testing.T) {
	full := errors.New("full")
	dict := source.NewDict()
	batch, columns := sample(dict)
	w := blocks.NewWriter(blocks.Options{Columns: columns, Dict: dict, Client: true, Buckets: 1, Budget: 1,
		Block: func(int, []byte) error { return full }})
	require.NoError(t, w.Add(batch))
	require.ErrorIs(t, w.Add(batch), full)
	src, err := blocks.Open(t.Context(), bytes.NewReader(sampleBlock(t)), "blocks")
	require.NoError(t, err)
	require.ErrorIs(t, src.Read(ctx, &source.Receiver{Dict: source.NewDict(),
		Batch: func(*source.Batch) error { return full }}), full)
	batch.Seq = 1 << 50
	require.ErrorContains(t, w.Add(batch), "the place 1125899906842624 of a batch")
}

// FuzzBlock: bytes between a right magic, length and checksum are a block or an
// input that cannot be used, and what is read of them are messages.
func FuzzBlock(f *testing.F) {
	block := sampleBlock(f)
	const head = len("sav block 2\n") + 4
	f.Add(block[head : len(block)-4])
	f.Fuzz(func(t *testing.T, payload []byte) {
		data := append([]byte("sav block 2\n"), binary.LittleEndian.AppendUint32(nil, uint32(len(payload)))...)
		data = append(data, payload...)
		data = binary.LittleEndian.AppendUint32(data, crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli)))
		src, err := blocks.Open(t.Context(), bytes.NewReader(data), "blocks")
		enough, found := errors.New("enough"), 0
		if err == nil {
			err = src.Read(ctx, &source.Receiver{Dict: source.NewDict(), Batch: func(b *source.Batch) error {
				require.EqualValues(t, b.Len(), b.Counts.Rows)
				for i, at := range b.At {
					require.False(t, intake.CheckTime(at) == intake.BadTime || b.Conversation[i] == ids.Absent ||
						b.Merchant[i] == ids.Absent)
				}
				if found += b.Len(); found > 1<<16 {
					return enough
				}
				return nil
			}})
		}
		var inputErr *source.InputError
		require.True(t, err == nil || err == enough || errors.As(err, &inputErr), "%v", err)
	})
}
