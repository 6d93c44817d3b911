// Package chunk reads a text file in parallel: it is cut into chunks, which are scanned
// at the same time and confirmed one after the other.
//
// Where the first record of a chunk begins cannot always be known from the chunk alone: a
// line break may stand inside quotes. So it is guessed, and a chunk whose guess is not
// where its predecessor ended is scanned again. A wrong guess costs time, never a row.
package chunk

import (
	"bytes"
	"fmt"
	"io"
	"slices"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/source/dialect"
	"github.com/sav-analytics/sav/internal/swar"
	"github.com/sav-analytics/sav/source"
)

// A Chunk is a part of a file: the records that begin after its first byte and up to the
// first byte of the next chunk. It holds its data until its batch has been handed on, so
// that it can be scanned again.
type Chunk struct {
	Off  int64  // of Data[0] in the file
	Size int    // records that begin in Data[:Size+1] are the chunk's
	Data []byte // of capacity len+swar.Padding at least, with zeros there
	Last bool   // no data follows

	// What a scan finds. Start and End are where the first record was taken to begin, and
	// where that after the last begins: in Data, or beyond it. Lines counts from Start.
	Start, End int
	Lines      int
	Batch      *intake.Batch
	Rejects    []source.Reject // without Input, and with lines from Start
	Fatal      *Fatal          // what makes the file unusable; the scan ends there

	seq  int64 // the chunk's place among those of the whole input
	file *dialect.File
}

// A Fatal is what makes a file unusable.
type Fatal struct {
	Line   int   // from the chunk's Start
	Column int64 // from 1; 0 says nothing
	Err    error
}

// A Scanner finds the records of chunks. Each goroutine has its own.
type Scanner interface {
	// Guess returns where the chunk's first record seems to begin, or Unknown.
	Guess(c *Chunk) int
	// Scan reads the chunk's records from Start on into its batch. If Start was guessed, it
	// may give up, with ok = false.
	Scan(c *Chunk, guessed bool) (ok bool, err error)
}

// Unknown is the start of a chunk that cannot be guessed.
const Unknown = -1

const (
	// tail is how much of the next chunk is read with a chunk, for its last record.
	tail = 4 << 10
	// firstStep is how much of a stream is read at first.
	firstStep = 64 << 10
	// speculation is how far beyond its chunk a guess follows a record: it may have taken
	// a quote for the other of its pair.
	speculation = 4 << 20
	// MaxRecord is how many bytes a record may have, wherever it comes from. Two chunks at
	// most hold one of that length at a time.
	MaxRecord = 64 << 20
	// shownOfLine is how much of a line without an end a reject has.
	shownOfLine = 64 << 10
)

// New returns a chunk of size bytes at off of a file, for tests and benchmarks of
// scanners; batch is what it is scanned into.
func New(f *dialect.File, off int64, size int, batch *intake.Batch) (*Chunk, error) {
	c := &Chunk{Batch: batch, file: f}
	return c, c.fill(off, size)
}

// fill reads the data of the chunk at off, of size bytes and what its last record may
// need of the next. It is empty at the end of the file.
func (c *Chunk) fill(off int64, size int) error {
	c.Off, c.Size = off, size
	c.Data, c.Last = c.Data[:0], false
	return c.read(size + tail)
}

// read reads n more bytes behind the chunk's data, or up to the end of the file. Of a
// stream, whose end is not known, it makes room step by step: a short one takes little.
func (c *Chunk) read(n int) error {
	if left := c.file.Size - c.Off - int64(len(c.Data)); c.file.Size >= 0 {
		return c.readStep(int(min(int64(n), max(left, 0)+1))) // one more, to meet the end
	}
	for n > 0 && !c.Last {
		step := min(n, max(firstStep, len(c.Data), cap(c.Data)-len(c.Data)-swar.Padding))
		if err := c.readStep(step); err != nil {
			return err
		}
		n -= step
	}
	return nil
}

func (c *Chunk) readStep(n int) error {
	have := len(c.Data)
	c.Data = slices.Grow(c.Data, n+swar.Padding)[:have+n]
	n, err := c.file.ReadAt(c.Data[have:], c.Off+int64(have))
	c.Data = c.Data[:have+n]
	clear(c.Data[len(c.Data) : len(c.Data)+swar.Padding])
	if err == io.EOF {
		c.Last, err = true, nil
	}
	return err
}

// Reset empties what a scan finds.
func (c *Chunk) Reset() {
	c.Batch.Reset(c.seq)
	c.Rejects, c.Fatal, c.Lines = c.Rejects[:0], nil, 0
}

// Padded returns the data with the zeros that follow it.
func (c *Chunk) Padded() []byte { return c.Data[:len(c.Data)+swar.Padding] }

// Done reports whether no record of the chunk begins at Data[p] or behind it.
func (c *Chunk) Done(p int) bool { return p > c.Size || p >= len(c.Data) && c.Last }

// More reads more data for the record at Data[p:], which does not end within the data. ok
// is false if the record is too long: longer than limit, or than what a guess is worth.
func (c *Chunk) More(p, limit int, guessed bool) (ok bool, err error) {
	held := len(c.Data) - p
	if held > limit || guessed && len(c.Data) > c.Size+speculation {
		return false, nil
	}
	return true, c.read(max(tail, min(held, limit+1-held)))
}

// Reject notes that a record cannot be used, which stands c.Lines below the chunk's
// Start. It returns the note, to be filled in.
func (c *Chunk) Reject(reason source.Reason, record []byte) *source.Reject {
	c.Rejects = append(c.Rejects, source.Reject{Line: int64(c.Lines), Reason: reason,
		Record: slices.Clone(intake.ValidUTF8(record))})
	return &c.Rejects[len(c.Rejects)-1]
}

// LongLine returns where the line at Data[p:] ends, in the data, beyond it or nowhere, and
// what a reject shows of it. If release is set, nothing before it is needed any more: then
// it must not be called of a guessed chunk.
func (c *Chunk) LongLine(p int, lineEnd byte, release bool) (next int, shown []byte, err error) {
	if i := bytes.IndexByte(c.Data[p:], lineEnd); i >= 0 {
		next = p + i + 1
	} else if next, err = c.lineEnd(lineEnd, release); err != nil {
		return 0, nil, err
	}
	if next-p <= shownOfLine {
		return next, slices.Clone(bytes.TrimSuffix(c.Data[p:next], []byte{lineEnd})), nil
	}
	shown = slices.Clone(c.Data[p : p+shownOfLine])
	return next, fmt.Appendf(shown, "… (cut: the line has %d bytes)", next-p), nil
}

// lineEnd returns where the line ends that goes on behind the data.
func (c *Chunk) lineEnd(lineEnd byte, release bool) (next int, err error) {
	buf := make([]byte, 1<<20)
	for off := c.Off + int64(len(c.Data)); ; {
		n, err := c.file.ReadAt(buf, off)
		if i := bytes.IndexByte(buf[:n], lineEnd); i >= 0 {
			return int(off-c.Off) + i + 1, nil
		}
		off += int64(n)
		if release {
			c.file.Release(off)
		}
		switch {
		case err == io.EOF:
			return int(off - c.Off), nil
		case err != nil:
			return 0, err
		}
	}
}
