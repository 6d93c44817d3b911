package blocks

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/source"
)

// A Source is the blocks of one bucket, from any files, in any order. It can be read
// once.
type Source struct {
	name    string
	r       *bufio.Reader
	data    []byte // of the block that was read last, but its checksum
	at      int64  // bytes before it
	first   block  // its head, of the first block
	pending bool   // the first block was read, and not handed on
	used    bool   // Read was called
}

// errDamaged is that of bytes that are no block, or not as they were written.
var errDamaged = errors.New("is damaged: it is no block of messages as it was written")

// Open returns the source of the blocks that r yields one after the other; name
// stands for them in errors. There may be none.
func Open(ctx context.Context, r io.Reader, name string) (*Source, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	s := &Source{name: name, r: bufio.NewReaderSize(r, 1<<16)}
	switch payload, err := s.next(); {
	case err == io.EOF:
		return s, nil
	case err != nil:
		return nil, err
	default:
		dict := source.NewDict()
		if !s.first.open(payload, dict, intake.NewParser(nil, nil, dict)) {
			return nil, s.fail(errDamaged)
		}
	}
	s.pending = true
	return s, nil
}

// Columns returns the fields that the messages have.
func (s *Source) Columns() source.Columns { return s.first.layout.Columns }

// Bucket returns the bucket that the messages are of, and the number of buckets; 0, 0 if there is no message.
func (s *Source) Bucket() (number, of int64) { return int64(s.first.bucket), int64(s.first.buckets) }

func (s *Source) fail(err error) error {
	return &source.InputError{Input: s.name, Err: fmt.Errorf("the block at byte %d %w", s.at, err)}
}

// next reads a block, and returns what is between its length and its checksum, with
// spareBytes behind. At the end the error is io.EOF.
func (s *Source) next() ([]byte, error) {
	const head = len(magic) + lengthSize
	s.at += int64(len(s.data))
	s.data = resize(s.data, head)
	switch n, err := io.ReadFull(s.r, s.data); {
	case err == io.EOF:
		s.data = s.data[:0]
		return nil, io.EOF
	case err == io.ErrUnexpectedEOF:
		return nil, s.fail(fmt.Errorf("is cut off after %d bytes", n))
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", s.name, err)
	case string(s.data[:len(magic)-2]) == magic[:len(magic)-2] && string(s.data[:len(magic)]) != magic:
		return nil, s.fail(errors.New("is of another version of sav"))
	case string(s.data[:len(magic)]) != magic:
		return nil, s.fail(errDamaged)
	}
	length := int64(binary.LittleEndian.Uint32(s.data[len(magic):])) + sumSize
	if length > maxBytes {
		return nil, s.fail(errDamaged)
	}
	// A length that is damaged must not ask for memory that no bytes are there for.
	for left := length; left > 0; {
		from := len(s.data)
		part := min(left, max(1<<20, int64(from)))
		s.data = append(s.data, make([]byte, part)...)
		if _, err := io.ReadFull(s.r, s.data[from:]); err == io.EOF || err == io.ErrUnexpectedEOF {
			return nil, s.fail(errors.New("is cut off"))
		} else if err != nil {
			return nil, fmt.Errorf("read %s: %w", s.name, err)
		}
		left -= part
	}
	end := len(s.data) - sumSize
	if checksum(s.data[:end]) != binary.LittleEndian.Uint32(s.data[end:]) {
		return nil, s.fail(errDamaged)
	}
	s.data = append(s.data, make([]byte, spareBytes-sumSize)...)
	payload := s.data[head : end+spareBytes]
	s.data = s.data[:end+sumSize]
	return payload, nil
}

// Read hands the messages to r.
func (s *Source) Read(ctx context.Context, r *source.Receiver) error {
	if err := r.Check(); err != nil {
		return err
	}
	if s.used {
		return fmt.Errorf("%s: %w", s.name, source.ErrReadTwice)
	}
	s.used = true
	if !s.pending {
		return nil
	}
	s.pending = false
	switch {
	case r.Needs.Client && !s.first.layout.client:
		return s.fail(errors.New("is without clients"))
	case r.Needs.Users || r.Needs.Rows:
		return s.fail(errors.New("is without the users who wrote, and without rows"))
	}
	t := &reader{Source: s, receiver: r, parser: intake.NewParser(nil, nil, r.Dict),
		batch: intake.NewBatch(s.Columns(), r.Needs, r.Dict)}
	payload := s.data[len(magic)+lengthSize : len(s.data)-sumSize+spareBytes]
	for {
		if err := t.read(ctx, payload); err != nil {
			return err
		}
		var err error
		if payload, err = s.next(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}
