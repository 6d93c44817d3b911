package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"sync"
	"sync/atomic"

	"github.com/sav-analytics/sav/analysis/shard"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/blocks"
)

// A spreadSource makes blocks of the messages of another source, and hands to
// whoever reads it only the counts of the other rows.
type spreadSource struct {
	source.Source
	opts     blocks.Options
	messages atomic.Int64
}

func (s *spreadSource) Read(ctx context.Context, r *source.Receiver) error {
	s.opts.Dict = r.Dict
	writer := blocks.NewWriter(s.opts)
	divert := *r
	divert.Needs.Client = writer.NeedsClient()
	divert.Batch = func(b *source.Batch) error {
		if err := writer.Add(b); err != nil {
			return err
		}
		s.messages.Add(int64(b.Len()))
		others := source.Batch{Seq: b.Seq, Counts: b.Counts, File: b.File, First: b.First, Last: b.Last,
			Others: b.Others}
		others.Counts.Rows -= int64(b.Len())
		return r.Batch(&others)
	}
	if err := s.Source.Read(ctx, &divert); err != nil {
		return err
	}
	return writer.Flush()
}

// Kinds of frames; the first byte of one.
const (
	blockFrame  = 'm' // messages: a block
	rejectFrame = 'r' // rows of rejects.csv
	stateFrame  = 's'
)

// A frameWriter writes frames: four integers of 64 bits, little-endian, and bytes.
// The integers are the frame's kind; the part that the bytes are for; their place
// among others of the kind; how many they are. What follows the last frame begins
// with an opening brace.
type frameWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (f *frameWriter) write(kind byte, part int, place int64, data []byte) error {
	var head [32]byte
	for i, n := range [...]int64{int64(kind), int64(part), place, int64(len(data))} {
		binary.LittleEndian.PutUint64(head[8*i:], uint64(n))
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, err := f.w.Write(head[:]); err != nil {
		return err
	}
	_, err := f.w.Write(data)
	return err
}

func (f *frameWriter) state(s *shard.State, part int) error {
	var b bytes.Buffer
	if _, err := s.WriteTo(&b); err != nil {
		return err
	}
	return f.write(stateFrame, part, 0, b.Bytes())
}
