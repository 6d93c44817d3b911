package shard

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/analysis/waits"
	"github.com/sav-analytics/sav/internal/micros"
	"github.com/sav-analytics/sav/internal/varint"
	"github.com/sav-analytics/sav/policy"
)

// Read reads a state that WriteTo wrote. name is the state's name in errors. Bytes that
// are not a state, or were changed, are an [ErrState].
func Read(r io.Reader, name string) (*State, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	end := len(data) - sha256.Size
	switch {
	case !bytes.HasPrefix(data, []byte(stateMagic)[:len("sav state ")]):
		return nil, errorf("%s: not a shard state file", name)
	case !bytes.HasPrefix(data, []byte(stateMagic)):
		return nil, errorf("%s is of another version of sav", name)
	case end < len(stateMagic) || sha256.Sum256(data[:end]) != [sha256.Size]byte(data[end:]):
		return nil, errorf("%s is damaged", name)
	}
	s := &State{Name: name, sum: [sha256.Size]byte(data[end:])}
	if d := (&stateDecoder{varint.Cursor{Bytes: data[len(stateMagic):end]}}); !d.state(s) {
		return nil, errorf("%s is damaged", name)
	}
	return s, nil
}

// A stateDecoder reads what a stateEncoder wrote.
type stateDecoder struct{ varint.Cursor }

func (d *stateDecoder) state(s *State) bool {
	s.asOf, s.settled, s.from, s.to = d.Varint(), d.Flag(), d.Varint(), d.Varint()
	s.newAfter, s.client = d.Number(), d.Flag()
	s.Zone = d.Text()
	within := strings.Join(d.texts(), ",")
	var err error
	if s.within, err = analysis.ParseWithin(within); within == "" || err != nil {
		return false
	}
	if d.Flag() && !d.policy(s) {
		return false
	}
	if s.every, err = analysis.ParseEvery(d.Text()); err != nil {
		return false
	}
	s.Inputs, s.Headers = d.texts(), d.headers()
	for _, n := range s.counters() {
		*n = d.Number()
	}
	s.Bucket, s.Spread = Bucket{d.Number(), d.Number()}, d.Number()
	if s.Bucket.Number > 0 && s.Bucket.Number >= s.Bucket.Of {
		return false
	}
	s.countries, s.merchants, s.clients = d.texts(), d.texts(), d.texts()
	s.conversations, s.answered = d.Number(), d.Number()
	n := d.Length()
	// A conversation takes at least a byte.
	if s.answered > s.conversations || s.conversations > int64(n) {
		return false
	}
	s.groups = d.Take(n)
	for range d.Length() {
		s.oldest = append(s.oldest,
			waits.Unanswered{Opened: d.Varint(), Conversation: d.Text(), Merchant: d.Text(), Country: d.Text()})
	}
	last := uint64(0)
	for range d.Length() {
		last += d.Uvarint()
		s.members = append(s.members, member{last, d.Text()})
	}
	return !d.Bad && len(d.Bytes) == 0
}

func (d *stateDecoder) policy(s *State) bool {
	path, text := d.Text(), d.Text()
	var err error
	if s.policy, err = policy.Parse(path, []byte(text)); err != nil {
		return false
	}
	for range d.Length() {
		s.unused = append(s.unused, policy.Who{Merchant: d.Text(), Country: d.Text()})
	}
	return !d.Bad
}

func (d *stateDecoder) texts() []string {
	texts := make([]string, d.Length())
	for i := range texts {
		texts[i] = d.Text()
	}
	return texts
}

// A groupDecoder reads the groups of a state one after the other, in the layout of encode_groups.go.
type groupDecoder struct {
	varint.Cursor
	state *State
	unit  int64
	first int64
	// The last value of each list, to which the next is added.
	time  int64 // of answered
	began int64 // of followed: when it was opened
	since int64 // of open: when it was opened

	// of the group that is read
	country, merchant, client int64
	period                    int64
	total                     waits.Total
	answered, followed, open  int64
}

func newGroupDecoder(s *State) *groupDecoder {
	d := &groupDecoder{Cursor: varint.Cursor{Bytes: s.groups}, state: s}
	if len(d.Bytes) == 0 {
		return d
	}
	if d.unit = d.count(); d.unit != 1 && d.unit != micros.PerSecond {
		d.Fail()
		d.unit = 1
	}
	d.first = d.after(0)
	return d
}

// next reads what stands before a group's times; it returns false if there is no other group.
func (d *groupDecoder) next() bool {
	if len(d.Bytes) == 0 {
		return false
	}
	d.country, d.merchant, d.client = d.index(d.state.countries), d.index(d.state.merchants), d.index(d.state.clients)
	if d.period = d.count(); d.period > math.MaxInt32 {
		d.Fail()
	}
	d.total = waits.Total{ExchNr: d.count(), Turns: d.count(), TurnTime: waits.Sum{High: d.Uvarint(), Low: d.Uvarint()}}
	d.answered, d.followed, d.open = d.count(), d.count(), d.count()
	if left := int64(len(d.Bytes)); d.answered > left || d.followed > left || d.open > left {
		d.Fail()
	}
	d.total.Conversations = d.answered + d.followed + d.open
	d.time, d.since, d.began = 0, d.first, d.first
	return !d.Bad
}

func (d *groupDecoder) answer() (time int64, opened waits.Quarter) {
	d.time = d.after(d.time)
	return d.time, d.quarter()
}

// quarter reads the quarter of an hour in which a conversation was opened.
func (d *groupDecoder) quarter() waits.Quarter {
	n := d.count() + d.first/waits.MicrosPerQuarter
	if n > endOfTime/waits.MicrosPerQuarter {
		d.Fail()
		n = 0
	}
	return waits.Quarter(n)
}

func (d *groupDecoder) pair() (opened, ended int64) {
	d.began = d.after(d.began)
	return d.began, d.after(d.began)
}

// opening reads when the next open conversation was opened.
func (d *groupDecoder) opening() int64 {
	d.since = d.after(d.since)
	if d.since > d.state.asOf {
		d.Fail()
	}
	return d.since
}

// count reads a number that is small enough to be added to another.
func (d *groupDecoder) count() int64 { return d.UpTo(endOfTime) }

func (d *groupDecoder) index(names []string) int64 {
	n := d.count()
	if n >= int64(len(names)) {
		d.Fail()
		return 0
	}
	return n
}

// endOfTime, in µs since 1970, is later than any time of a message or between two.
const endOfTime = 1 << 52

// after reads how many units a time comes after last, and returns that time.
func (d *groupDecoder) after(last int64) int64 {
	n := d.count()
	if n > (endOfTime-last)/d.unit {
		d.Fail()
		n = 0
	}
	return last + n*d.unit
}
