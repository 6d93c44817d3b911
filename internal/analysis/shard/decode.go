package shard

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/analysis/waits"
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

// policy reads the policy of a state.
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
