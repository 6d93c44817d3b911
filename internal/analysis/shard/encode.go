package shard

import (
	"crypto/sha256"
	"encoding/binary"
	"io"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/analysis/waits"
	"github.com/sav-analytics/sav/internal/varint"
	"github.com/sav-analytics/sav/policy"
)

// A state is written as stateMagic, which says the version of what follows, then
// numbers (unsigned varints; lists are their length, then the differences of
// their increasing elements) and texts (length, bytes), then the SHA-256 of all.
const stateMagic = "sav state 6\n"

// WriteTo writes the state. The bytes depend on the messages of the shard alone,
// not on their order or the number of cores.
func (s *State) WriteTo(w io.Writer) (int64, error) {
	e := &stateEncoder{b: append(make([]byte, 0, s.size()), stateMagic...)}
	e.time(s.asOf)
	e.flag(s.settled)
	e.time(s.from)
	e.time(s.to)
	e.number(s.newAfter)
	e.flag(s.client)
	e.text(s.Zone)
	list(e, s.within, func(w analysis.Within) { e.text(w.String()) })
	e.flag(s.policy != nil)
	if s.policy != nil {
		e.text(s.policy.Path)
		e.text(s.policy.Text())
		list(e, s.unused, func(who policy.Who) {
			e.text(who.Merchant)
			e.text(who.Country)
		})
	}
	e.text(s.every.String())
	list(e, s.Inputs, e.text)
	e.headers(s.Headers)
	for _, n := range s.counters() {
		e.number(*n)
	}
	e.number(s.Bucket.Number)
	e.number(s.Bucket.Of)
	e.number(s.Spread)
	list(e, s.countries, e.text)
	list(e, s.merchants, e.text)
	list(e, s.clients, e.text)
	e.number(s.conversations)
	e.number(s.answered)
	e.number(int64(len(s.groups)))
	e.b = append(e.b, s.groups...)
	list(e, s.oldest, func(o waits.Unanswered) {
		e.time(o.Opened)
		e.text(o.Conversation)
		e.text(o.Merchant)
		e.text(o.Country)
	})
	last := uint64(0)
	list(e, s.members, func(m member) {
		e.b = binary.AppendUvarint(e.b, m.hash-last)
		last = m.hash
		e.text(m.key)
	})
	sum := sha256.Sum256(e.b)
	n, err := w.Write(append(e.b, sum[:]...))
	return int64(n), err
}

// counters returns the numbers of rows and conversations that count for no group.
func (s *State) counters() []*int64 {
	all := []*int64{&s.rows.Rows, &s.rows.Private, &s.rows.Automatic, &s.rows.OtherSender, &s.rows.NoReplyNeeded,
		&s.rows.AmbiguousLocal, &s.rows.InvalidUTF8,
		&s.duplicates, &s.afterAsOf, &s.merchantOnly, &s.outsideWindow, &s.latest}
	for i := range s.rows.Rejected {
		all = append(all, &s.rows.Rejected[i])
	}
	return append(all, s.facts.Counters()...)
}

// size returns an estimate of the bytes that the state takes, usually a little high.
func (s *State) size() int {
	return 1<<12 + len(s.groups) + 24*len(s.members) + 12*(len(s.countries)+len(s.merchants)+len(s.clients))
}

type stateEncoder struct{ b []byte }

// number writes a number that is not negative.
func (e *stateEncoder) number(n int64) { e.b = binary.AppendUvarint(e.b, uint64(n)) }

// time writes any number.
func (e *stateEncoder) time(n int64) { e.b = binary.AppendVarint(e.b, n) }

// list writes how many items there are, and each of them.
func list[T any](e *stateEncoder, items []T, write func(T)) {
	e.number(int64(len(items)))
	for _, item := range items {
		write(item)
	}
}

func (e *stateEncoder) text(s string) { e.b = varint.AppendText(e.b, s) }

func (e *stateEncoder) flag(on bool) {
	if on {
		e.number(1)
	} else {
		e.number(0)
	}
}
