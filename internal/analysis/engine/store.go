package engine

import (
	"cmp"
	"os"
	"slices"
	"sync"

	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/memory"
	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/ints"
	"github.com/sav-analytics/sav/internal/tally"
	"github.com/sav-analytics/sav/policy"
	"github.com/sav-analytics/sav/source"
)

// A Store is all messages of a source, as rows spread over partitions.
type Store struct {
	Rows   source.Counts // of the input
	Facts  tally.Facts   // of the input
	Latest int64         // time of the latest message, in µs since 1970 UTC; 0 without messages
	Dict   *source.Dict

	slabs        *memory.Slabs
	limit        *memory.Limit // nil: none
	groups       *groups.Table
	partitions   int            // a power of two
	client       bool           // groups tell clients apart
	hasMessageID bool           // the input has a column of them
	policy       *policy.Policy // nil: none
	mentions     *mentions      // of its names

	// room is held for reading while a batch is encoded, for writing while batches go
	// to files.
	room     sync.RWMutex
	spilled  []run
	words    *os.File // of the dictionary
	mu       sync.Mutex
	idle     []*encoder
	encoders []*encoder
	batches  []batch
	starts   []uint32 // see arrange
}

// rowsPerPartition is how many rows are to be in a partition, so that grouping them
// stays in a core's cache.
const rowsPerPartition = 1 << 14

// Partitions of messages of whose number nothing is known, and of any number.
const (
	unknownPartitions = 1 << 8
	maxPartitions     = 1 << 11
)

// newStore returns a store for about that number of rows; 0 if it is not known.
func newStore(rows int64, client bool, limit *memory.Limit) *Store {
	s := &Store{Dict: source.NewDict(), slabs: memory.NewSlabs(rows, limit), limit: limit, groups: new(groups.Table),
		partitions: 1, client: client}
	if limit != nil {
		s.Dict.SpillTo(s.createWords)
	}
	switch {
	case rows == 0 && limit != nil:
		s.partitions = maxPartitions
	case rows == 0:
		s.partitions = unknownPartitions
	}
	for int64(s.partitions)*rowsPerPartition < rows && s.partitions < maxPartitions {
		s.partitions *= 2
	}
	return s
}

// add takes a batch; it may be called from several goroutines.
func (s *Store) add(b *source.Batch) error {
	if err := checkNumber(int64(b.Len()*wideCells), "cells of the messages of a batch"); err != nil {
		return err
	}
	if err := s.makeRoom(b.Len()*wideCells + b.Texts.AllUnits()); err != nil {
		return err
	}
	defer s.room.RUnlock()
	if s.mentions != nil {
		s.mentions.see(b)
	}
	e := s.encoder()
	made, err := e.encode(b)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.idle = append(s.idle, e)
	s.batches = append(s.batches, made)
	return nil
}

// createWords makes the file of the dictionary.
func (s *Store) createWords() (ids.SpillFile, error) {
	f, err := s.limit.Create()
	s.words = f
	return f, err
}

// makeRoom makes sure that n more cells are within the limit, or that there are no
// others, and holds s.room for reading if it can.
func (s *Store) makeRoom(n int) error {
	if s.limit != nil {
		s.slabs.LeaveBeside(int(s.Dict.Bytes() / memory.CellBytes))
	}
	for {
		s.room.RLock()
		if s.slabs.Fits(n) {
			return nil
		}
		s.room.RUnlock()
		s.room.Lock()
		var err error
		if !s.slabs.Fits(n) {
			err = s.spill()
		}
		s.room.Unlock()
		if err != nil {
			return err
		}
	}
}

// encoder returns an encoder that no other goroutine uses.
func (s *Store) encoder() *encoder {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.idle); n > 0 {
		e := s.idle[n-1]
		s.idle = s.idle[:n-1]
		return e
	}
	e := &encoder{store: s, groups: groups.NewCache(s.groups)}
	s.encoders = append(s.encoders, e)
	return e
}

// finish brings the batches into the order of the input. If some are in files, the
// others follow them.
func (s *Store) finish() error {
	if len(s.spilled) > 0 {
		if err := s.spill(); err != nil {
			return err
		}
	}
	s.slabs.ToFiles()
	s.arrange()
	for _, e := range s.encoders {
		s.Latest = max(s.Latest, e.latest)
	}
	s.idle, s.encoders = nil, nil
	return checkNumber(int64(len(s.groups.Keys())), "groups")
}

// arrange brings the batches into the order of the input, and what a partition has in each
// of them side by side: where it begins, in rows, in batch i is starts[p*len(batches)+i].
func (s *Store) arrange() {
	n := len(s.batches)
	if n == 0 || s.batches[0].bounds == nil { // they are
		return
	}
	slices.SortFunc(s.batches, func(a, b batch) int { return cmp.Compare(a.seq, b.seq) })
	s.starts = ints.Resize(s.starts, (s.partitions+1)*n)
	const block = 16 // in a cache line of bounds
	for from := 0; from <= s.partitions; from += block {
		to := min(from+block, s.partitions+1)
		for i := range s.batches {
			for p, start := range s.batches[i].bounds[from:to] {
				s.starts[(from+p)*n+i] = start
			}
		}
	}
	for i := range s.batches {
		s.batches[i].bounds = nil
	}
}

// of returns where partition p begins and ends in each batch.
func (s *Store) of(p int) (starts, ends []uint32) {
	n := len(s.batches)
	return s.starts[p*n:][:n], s.starts[(p+1)*n:][:n]
}

// Close closes the files of the store. nil has none.
func (s *Store) Close() {
	if s == nil {
		return
	}
	for _, r := range s.spilled {
		r.file.Close()
	}
	if s.words != nil {
		s.words.Close()
	}
	s.limit.Close()
}
