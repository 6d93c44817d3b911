package analysis

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// A state is written as stateMagic, which says the version of what follows, then
// numbers (unsigned varints; lists are their length, then the differences of
// their increasing elements) and texts (length, bytes), then the SHA-256 of all.
const stateMagic = "sav state 1\n"

// WriteTo writes the state. The bytes depend on the messages of the shard alone,
// not on their order or the number of cores.
func (s *State) WriteTo(w io.Writer) (int64, error) {
	e := &stateEncoder{b: []byte(stateMagic)}
	unit := s.unit()
	e.number(unit)
	e.time(s.asOf)
	e.flag(s.settled)
	e.time(s.from)
	e.time(s.to)
	e.flag(s.client)
	e.text(s.Zone)
	e.number(int64(len(s.Inputs)))
	for _, name := range s.Inputs {
		e.text(name)
	}
	for _, n := range s.counters() {
		e.number(*n)
	}
	e.number(int64(len(s.groups)))
	for i := range s.groups {
		e.group(&s.groups[i], unit)
	}
	e.number(int64(len(s.sample)))
	last := uint64(0)
	for _, hash := range s.sample {
		e.b = binary.AppendUvarint(e.b, hash-last)
		last = hash
	}
	sum := sha256.Sum256(e.b)
	n, err := w.Write(append(e.b, sum[:]...))
	return int64(n), err
}

// counters are the numbers of rows and conversations that count for no group.
func (s *State) counters() []*int64 {
	all := []*int64{&s.rows.Rows, &s.rows.Private, &s.rows.OtherSender, &s.rows.AmbiguousLocal,
		&s.duplicates, &s.afterAsOf, &s.merchantOnly, &s.outsideWindow}
	for i := range s.rows.Rejected {
		all = append(all, &s.rows.Rejected[i])
	}
	return all
}

// unit is what all times within the groups are multiples of: a second, in µs, as
// a rule, else 1.
func (s *State) unit() int64 {
	for i := range s.groups {
		for _, a := range s.groups[i].answered {
			if a.time%microsecond != 0 {
				return 1
			}
		}
		for _, opened := range s.groups[i].open {
			if opened%microsecond != 0 {
				return 1
			}
		}
	}
	return microsecond
}

type stateEncoder struct{ b []byte }

// number writes a number that is not negative.
func (e *stateEncoder) number(n int64) { e.b = binary.AppendUvarint(e.b, uint64(n)) }

// time writes any number.
func (e *stateEncoder) time(n int64) { e.b = binary.AppendVarint(e.b, n) }

func (e *stateEncoder) text(s string) {
	e.number(int64(len(s)))
	e.b = append(e.b, s...)
}

func (e *stateEncoder) flag(on bool) {
	if on {
		e.number(1)
	} else {
		e.number(0)
	}
}

func (e *stateEncoder) group(g *groupState, unit int64) {
	e.text(g.country)
	e.text(g.merchant)
	e.text(g.client)
	e.number(g.total.exchNr)
	e.number(g.total.turns)
	e.b = binary.AppendUvarint(e.b, g.total.turnTime.high)
	e.b = binary.AppendUvarint(e.b, g.total.turnTime.low)
	e.number(int64(len(g.answered)))
	last := int64(0)
	for _, a := range g.answered {
		e.number((a.time - last) / unit)
		last = a.time
	}
	first := quarter(math.MaxUint32)
	for _, a := range g.answered {
		first = min(first, a.opened)
	}
	e.number(int64(first))
	for _, a := range g.answered {
		e.number(int64(a.opened - first))
	}
	e.number(int64(len(g.open)))
	last = 0
	for _, opened := range g.open {
		e.number((opened - last) / unit)
		last = opened
	}
}

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
	if d := (&stateDecoder{b: data[len(stateMagic):end]}); !d.state(s) {
		return nil, damaged("is damaged")
	}
	return s, nil
}

// A stateDecoder reads what a stateEncoder wrote. After the first thing that cannot
// be, bad is set, and all that is read is zero.
type stateDecoder struct {
	b   []byte
	bad bool
}

func (d *stateDecoder) state(s *State) bool {
	unit := d.number()
	if unit != 1 && unit != microsecond {
		return false
	}
	s.asOf, s.settled, s.from, s.to, s.client = d.time(), d.flag(), d.time(), d.time(), d.flag()
	s.Zone = d.text()
	for range d.length() {
		s.Inputs = append(s.Inputs, d.text())
	}
	for _, n := range s.counters() {
		*n = d.number()
	}
	for range d.length() {
		g := d.group(unit)
		if n := len(g.open); d.bad || n > 0 && g.open[n-1] > s.asOf {
			return false
		}
		s.groups = append(s.groups, g)
	}
	last := uint64(0)
	for range d.length() {
		last += d.uvarint()
		s.sample = append(s.sample, last)
	}
	return !d.bad && len(d.b) == 0
}

func (d *stateDecoder) group(unit int64) (g groupState) {
	g.country, g.merchant, g.client = d.text(), d.text(), d.text()
	g.total.exchNr, g.total.turns = d.number(), d.number()
	g.total.turnTime = sum128{d.uvarint(), d.uvarint()}
	g.answered = make([]answeredState, d.length())
	last := int64(0)
	for i := range g.answered {
		last = d.after(last, unit)
		g.answered[i].time = last
	}
	first := d.number()
	for i := range g.answered {
		g.answered[i].opened = d.quarter(first)
	}
	g.open = make([]int64, d.length())
	last = 0
	for i := range g.open {
		last = d.after(last, unit)
		g.open[i] = last
	}
	return g
}

func (d *stateDecoder) uvarint() uint64 {
	n, size := binary.Uvarint(d.b)
	if size <= 0 {
		d.bad, d.b = true, nil
		return 0
	}
	d.b = d.b[size:]
	return n
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
		d.bad, d.b = true, nil
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

// endOfTime, in µs since 1970, is later than any time of a message or between two.
const endOfTime = 1 << 52

// after is a time that comes so many units after another.
func (d *stateDecoder) after(last, unit int64) int64 {
	n := d.number()
	if n > (endOfTime-last)/unit {
		d.bad, n = true, 0
	}
	return last + n*unit
}

func (d *stateDecoder) quarter(first int64) quarter {
	n := d.number() + first
	if n < 0 || n > endOfTime/microsecondsPerQuarter {
		d.bad, n = true, 0
	}
	return quarter(n)
}
