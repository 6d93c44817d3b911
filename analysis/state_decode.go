package analysis

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// ReadState reads a state, which name stands for in errors. Bytes that are no
// state, or not as they were written, are an [ErrState].
func ReadState(r io.Reader, name string) (*State, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	damaged := func(what string) error { return fmt.Errorf("%w: %s %s", ErrState, name, what) }
	end := len(data) - sha256.Size
	switch {
	case !bytes.HasPrefix(data, []byte(stateMagic)[:len("sav state ")]):
		return nil, damaged("is none")
	case !bytes.HasPrefix(data, []byte(stateMagic)):
		return nil, damaged("is of another version of sav")
	case end < len(stateMagic) || sha256.Sum256(data[:end]) != [sha256.Size]byte(data[end:]):
		return nil, damaged("is damaged")
	}
	s := &State{Name: name, sum: [sha256.Size]byte(data[end:])}
	if d := (&stateDecoder{varints{b: data[len(stateMagic):end]}}); !d.state(s) {
		return nil, damaged("is damaged")
	}
	return s, nil
}

// A stateDecoder reads what a stateEncoder wrote, as varints are read.
type stateDecoder struct{ varints }

// varints reads unsigned varints, one after the other. After the first thing that
// cannot be, bad is set, and all that is read is zero.
type varints struct {
	b   []byte
	bad bool
}

func (d *varints) fail() { d.bad, d.b = true, nil }

func (d *varints) uvarint() uint64 {
	if len(d.b) > 0 && d.b[0] < 0x80 { // most are so small
		n := d.b[0]
		d.b = d.b[1:]
		return uint64(n)
	}
	n, size := binary.Uvarint(d.b)
	if size <= 0 {
		d.fail()
		return 0
	}
	d.b = d.b[size:]
	return n
}

func (d *stateDecoder) state(s *State) bool {
	s.asOf, s.settled, s.from, s.to, s.client = d.time(), d.flag(), d.time(), d.time(), d.flag()
	s.Zone = d.text()
	for range d.length() {
		w, err := parseWithin(d.text())
		if err != nil {
			return false
		}
		s.within = append(s.within, w)
	}
	if len(s.within) == 0 || checkWithin(s.within) != nil {
		return false
	}
	for range d.length() {
		s.Inputs = append(s.Inputs, d.text())
	}
	for _, n := range s.counters() {
		*n = d.number()
	}
	s.Bucket, s.Spread = Bucket{d.number(), d.number()}, d.number()
	if s.Bucket.Number > 0 && s.Bucket.Number >= s.Bucket.Of {
		return false
	}
	s.countries, s.merchants, s.clients = d.texts(), d.texts(), d.texts()
	s.conversations, s.answered = d.number(), d.number()
	n := d.length()
	// A conversation takes two bytes, or one if it is open.
	if s.answered > s.conversations || s.conversations > int64(n) {
		return false
	}
	s.groups, d.b = d.b[:n], d.b[n:]
	last := uint64(0)
	for range d.length() {
		last += d.uvarint()
		s.members = append(s.members, member{last, d.text()})
	}
	return !d.bad && len(d.b) == 0
}

func (d *stateDecoder) texts() []string {
	texts := make([]string, d.length())
	for i := range texts {
		texts[i] = d.text()
	}
	return texts
}

func (d *stateDecoder) number() int64 {
	n := d.uvarint()
	if n > math.MaxInt64 {
		d.bad, n = true, 0
	}
	return int64(n)
}

func (d *stateDecoder) time() int64 {
	n, size := binary.Varint(d.b)
	if size <= 0 {
		d.fail()
		return 0
	}
	d.b = d.b[size:]
	return n
}

func (d *stateDecoder) flag() bool { return d.number() == 1 }

// length is the number of things that follow, each of a byte at least.
func (d *stateDecoder) length() int {
	n := d.number()
	if n > int64(len(d.b)) {
		d.bad, n = true, 0
	}
	return int(n)
}

func (d *stateDecoder) text() string {
	n := d.length()
	s := string(d.b[:n])
	d.b = d.b[n:]
	return s
}
