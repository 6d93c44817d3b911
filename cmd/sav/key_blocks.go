package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"sync"
	"sync/atomic"

	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/csvfile"
)

// A keyedSource hands the messages of another on to its blocks, and to whoever
// reads it only the counts of the other rows.
type keyedSource struct {
	source.Source
	out      blockWriter
	messages atomic.Int64
	pool     sync.Pool // of *block
}

func (s *keyedSource) Read(ctx context.Context, r *source.Receiver) error {
	divert := *r
	divert.Needs = source.Needs{Client: true, Users: true}
	divert.Batch = func(b *source.Batch) error {
		of, _ := s.pool.Get().(*block)
		if of == nil {
			of = &block{writer: csvfile.MessageWriter{Columns: s.Columns(), Dict: r.Dict}}
		}
		defer s.pool.Put(of)
		if err := of.fill(b); err != nil {
			return err
		}
		s.messages.Add(int64(b.Len()))
		if err := s.out.write(messageBlock, of); err != nil {
			return err
		}
		others := source.Batch{Seq: b.Seq, Counts: b.Counts}
		others.Counts.Rows -= int64(b.Len())
		return r.Batch(&others)
	}
	return s.Source.Read(ctx, &divert)
}

// Kinds of blocks; the first byte of one.
const (
	messageBlock = 'm'
	rejectBlock  = 'r'
	stateBlock   = 's'
)

// A block is rows in columns, each as Arrow lays it out in memory: whoever reads
// it need not copy or look at the rows. It is written as four integers of 64 bits
// (its kind, the number of rows, the bytes of all keys and of all records), then
// places (64 bits each), where keys begin and the last ends (32 bits), the keys,
// where records begin and the last ends, the records; all little-endian.
type block struct {
	writer  csvfile.MessageWriter
	places  []byte
	keyEnds []byte
	keys    []byte
	ends    []byte
	records []byte
	rows    int
}

// rowBits are those of a place that number the messages of a batch; the others
// are the batch's place in the input.
const rowBits = 20

func (k *block) reset() {
	k.rows = 0
	k.places, k.keys, k.records = k.places[:0], k.keys[:0], k.records[:0]
	k.keyEnds, k.ends = append(k.keyEnds[:0], 0, 0, 0, 0), append(k.ends[:0], 0, 0, 0, 0)
}

// fill makes the block that of a batch's messages.
func (k *block) fill(b *source.Batch) error {
	if b.Len() >= 1<<rowBits {
		return fmt.Errorf("a batch of %d messages is more than a block has places for", b.Len())
	}
	k.reset()
	for i := range b.At {
		k.keys = k.writer.Dict.AppendID(k.keys, b.Conversation[i])
		k.records = k.writer.Append(k.records, b, i)
		k.end(b.Seq<<rowBits | int64(i))
	}
	return nil
}

// end ends a row, whose key and record were appended.
func (k *block) end(place int64) {
	k.rows++
	k.places = binary.LittleEndian.AppendUint64(k.places, uint64(place))
	k.keyEnds = binary.LittleEndian.AppendUint32(k.keyEnds, uint32(len(k.keys)))
	k.ends = binary.LittleEndian.AppendUint32(k.ends, uint32(len(k.records)))
}

// A blockWriter writes blocks, each whole.
type blockWriter struct {
	mu   sync.Mutex
	w    io.Writer
	head []byte
}

func (w *blockWriter) write(kind byte, k *block) error {
	if k.rows == 0 {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.head = w.head[:0]
	for _, n := range [...]int{int(kind), k.rows, len(k.keys), len(k.records)} {
		w.head = binary.LittleEndian.AppendUint64(w.head, uint64(n))
	}
	for _, part := range [...][]byte{w.head, k.places, k.keyEnds, k.keys, k.ends, k.records} {
		if _, err := w.w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// one writes a block of one row without a key.
func (w *blockWriter) one(kind byte, place int64, record []byte) error {
	var k block
	k.reset()
	k.records = record
	k.end(place)
	return w.write(kind, &k)
}
