package dialect

import (
	"cmp"
	"errors"
	"io"
	"slices"
	"sync"
)

// A spool makes a stream readable at any place that was not released yet. It
// reads ahead, so that decompressing and scanning go on at the same time.
type spool struct {
	r io.Reader

	mu     sync.Mutex
	change sync.Cond
	blocks [][]byte // of blockSize, the last perhaps shorter
	base   int64    // of blocks[0] in the stream
	end    int64    // of what was read
	wanted int64    // up to where somebody asked to read
	err    error    // why nothing follows: io.EOF at the end of the stream
	closed bool
	free   [][]byte

	released int64   // what lies before will not be asked for
	reads    []int64 // where those under way begin
}

const (
	blockSize = 64 << 10
	readAhead = 64 * blockSize
)

var errClosed = errors.New("closed")

// newSpool returns a spool of r. It calls atEnd, if not nil, when it reads r no more.
func newSpool(r io.Reader, atEnd func()) *spool {
	s := &spool{r: r}
	s.change.L = &s.mu
	go func() {
		s.run()
		if atEnd != nil {
			atEnd()
		}
	}()
	return s
}

// run reads the stream until its end, an error, or close.
func (s *spool) run() {
	for {
		s.mu.Lock()
		for !s.closed && s.end >= s.wanted+readAhead {
			s.change.Wait()
		}
		if s.closed {
			s.err = errClosed
			s.change.Broadcast()
			s.mu.Unlock()
			return
		}
		var block []byte
		if n := len(s.free); n > 0 {
			block, s.free = s.free[n-1], s.free[:n-1]
		}
		s.mu.Unlock()

		if block == nil {
			block = make([]byte, blockSize)
		}
		n, err := readFull(s.r, block[:blockSize])
		s.mu.Lock()
		if n > 0 {
			s.blocks = append(s.blocks, block[:n])
			s.end += int64(n)
		}
		s.err = err
		s.change.Broadcast()
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// readFull fills p, unless an error stops it. Unlike io.ReadFull it leaves the
// error as it is: gzip's "unexpected end" must not pass for the stream's end.
func readFull(r io.Reader, p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		var k int
		k, err = r.Read(p[n:])
		n += k
	}
	if n == len(p) && err == io.EOF {
		err = nil // met again by the next read
	}
	return n, err
}

// ReadAt reads from off on, and waits for the data it needs. What was released
// already reads as zeros: a chunk that a record of an earlier one goes beyond is
// looked at, but counts for nothing.
func (s *spool) ReadAt(p []byte, off int64) (n int, err error) {
	s.mu.Lock()
	to := off + int64(len(p))
	if to > s.wanted {
		s.wanted = to
		s.change.Broadcast()
	}
	for s.end < to && s.err == nil && !s.closed {
		s.change.Wait()
	}
	if to > s.end {
		to, err = s.end, cmp.Or(s.err, errClosed)
	}
	from := min(max(off, s.base), max(to, off))
	blocks, at := s.blocks, from-s.base
	s.reads = append(s.reads, from)
	s.mu.Unlock()

	// Without the lock: the stream goes on while this is copied. The blocks stay
	// as they are, since none that is being read is used again.
	clear(p[:from-off])
	n = int(from - off)
	for off+int64(n) < to {
		k := copy(p[n:to-off], blocks[at/blockSize][at%blockSize:])
		n += k
		at += int64(k)
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads = slices.Delete(s.reads, slices.Index(s.reads, from), slices.Index(s.reads, from)+1)
	s.reuse()
	return n, err
}

// release gives back what lies before off.
func (s *spool) release(off int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.released = max(s.released, off)
	s.reuse()
}

// reuse frees the blocks that were released and are not being read.
func (s *spool) reuse() {
	before := s.released
	for _, from := range s.reads {
		before = min(before, from)
	}
	for len(s.blocks) > 0 && s.base+blockSize <= before {
		s.free = append(s.free, s.blocks[0])
		s.blocks = s.blocks[1:]
		s.base += blockSize
	}
	s.change.Broadcast()
}

// close ends the reading, and all who wait for it go on; a read of the stream that is
// under way ends when the stream lets it.
func (s *spool) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.change.Broadcast()
}
