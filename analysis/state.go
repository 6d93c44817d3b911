package analysis

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/sav-analytics/sav/analysis/internal/pair"
	"github.com/sav-analytics/sav/source"
)

// A State is what one shard of the messages contributes to a report: for each
// group its sums and its conversations' times, no message and no client's words.
// [Run] and [StateOf] make it, [Merge] makes the report of several. A conversation's
// messages must all be in one shard.
type State struct {
	Name   string   // what errors call the state, a file's name say
	Inputs []string // what the shard was read from
	Zone   string   // of its times without an offset, as the IANA database names it

	// Bucket says which conversations are in the shard, if they were spread over
	// buckets; without any it is zero, and which they are is known by members.
	Bucket Bucket
	// Spread is how many messages were left to the shards of buckets. Those of all
	// states must have that many.
	Spread int64

	asOf     int64 // as given, or of the latest message
	settled  bool  // as_of was given
	from, to int64 // the window, in µs since 1970 UTC
	client   bool  // groups tell clients apart
	within   []Within

	rows                                               source.Counts
	duplicates, afterAsOf, merchantOnly, outsideWindow int64

	countries, merchants, clients []string // that groups name, each once
	conversations, answered       int64    // of all groups
	groups                        []byte   // as a groupEncoder writes them

	members []member
	sum     [sha256.Size]byte // of the bytes it was read from
}

// A Bucket is all conversations of which a hash says so: bucket Number, from 0, of
// so many. Different buckets of as many share no conversation.
type Bucket struct{ Number, Of int64 }

// ErrState is the error of states that cannot be merged, or bytes that are none.
var ErrState = errors.New("state")

// Merge makes the report of all shards from their states, the same as [Run] makes
// of all their messages. If as_of was given to the shards it is theirs; else it is
// opts.AsOf, or the latest of theirs. opts.From, To, Within, Pairs, State and Reject are of
// no effect: shards settled them.
func Merge(states []*State, opts Options) (*Result, error) {
	started := time.Now()
	if len(states) == 0 {
		return nil, fmt.Errorf("%w: none to merge", ErrState)
	}
	if i := slices.Index(states, nil); i >= 0 {
		return nil, fmt.Errorf("%w: number %d of %d is nil", ErrState, i+1, len(states))
	}
	if err := opts.check(); err != nil {
		return nil, err
	}
	asOf, err := settle(states, &opts)
	if err != nil {
		return nil, err
	}
	opts.Within = states[0].within
	dict := source.NewDict()
	groups := newGroupTable()
	known := newGroupCache(groups)
	c := &cohort{}
	conversations := int64(0)
	for _, s := range states {
		conversations += s.conversations
	}
	cells := makeLarge[cell](int(conversations))[:0]
	result := &Result{}
	for _, s := range states {
		result.Rows.Add(&s.rows)
		c.duplicates += s.duplicates
		c.afterAsOf += s.afterAsOf
		c.merchantOnly += s.merchantOnly
		c.outsideWindow += s.outsideWindow
		if cells, err = c.take(cells, s, asOf, dict, known); err != nil {
			return nil, err
		}
	}
	c.counted = int64(len(cells))
	c.parts = [][][]cell{{cells}}
	if asOf > 0 {
		result.AsOf = time.UnixMicro(asOf).UTC()
	}
	result.count(c)
	if err = c.report(result, newCells(0, nil), groups.keys, dict, &opts); err != nil {
		return nil, err
	}
	result.Elapsed = Elapsed{Summarize: time.Since(started)}
	return result, nil
}

// newState is the state of a shard but for its groups.
func newState(opts *Options, lim *pair.Limits, c *cohort, dict *source.Dict) *State {
	s := &State{Zone: "UTC", asOf: lim.AsOf, settled: !opts.AsOf.IsZero(), from: lim.From, to: lim.To, client: opts.NeedsClient(), within: opts.Schema().within(),
		duplicates: c.duplicates, afterAsOf: c.afterAsOf, merchantOnly: c.merchantOnly, outsideWindow: c.outsideWindow,
		members: c.sample.members(dict)}
	if opts.Zone != nil {
		s.Zone = opts.Zone.String()
	}
	return s
}

// Window is that of the shard; an open end is zero.
func (s *State) Window() (from, to time.Time) {
	if s.from != math.MinInt64 {
		from = time.UnixMicro(s.from).UTC()
	}
	if s.to != math.MaxInt64 {
		to = time.UnixMicro(s.to).UTC()
	}
	return from, to
}

// Rows says what became of the rows of the shard.
func (s *State) Rows() source.Counts { return s.rows }

// settle checks that states belong together, and returns as_of.
func settle(states []*State, opts *Options) (asOf int64, err error) {
	first := states[0]
	for _, s := range states {
		asOf = max(asOf, s.asOf)
		switch {
		case s.from != first.from || s.to != first.to:
			return 0, fmt.Errorf("%w: %s is of another window than %s", ErrState, s.Name, first.Name)
		case s.settled != first.settled || s.settled && s.asOf != first.asOf:
			return 0, fmt.Errorf("%w: %s has another as-of than %s", ErrState, s.Name, first.Name)
		case s.Zone != first.Zone:
			return 0, fmt.Errorf("%w: times of %s were read as of %s, those of %s as of %s", ErrState, s.Name, s.Zone, first.Name, first.Zone)
		case !slices.Equal(s.within, first.within):
			return 0, fmt.Errorf("%w: %s counts answers within %v, %s within %v", ErrState, s.Name, s.within, first.Name, first.within)
		case opts.NeedsClient() && !s.client:
			return 0, fmt.Errorf("%w: %s was made without the level %s", ErrState, s.Name, ByMerchantClient)
		}
	}
	if given := opts.AsOf; !given.IsZero() {
		if first.settled && given.UnixMicro() != asOf {
			return 0, fmt.Errorf("%w: %s was made as of %s, not %s", ErrState, first.Name,
				time.UnixMicro(asOf).UTC().Format(time.RFC3339Nano), given.UTC().Format(time.RFC3339Nano))
		}
		if given.UnixMicro() < asOf {
			return 0, fmt.Errorf("%w: as of %s, but there are messages up to %s: give as-of to the shards", ErrState,
				given.UTC().Format(time.RFC3339Nano), time.UnixMicro(asOf).UTC().Format(time.RFC3339Nano))
		}
		asOf = given.UnixMicro()
	}
	return asOf, disjoint(states)
}

// take adds the conversations of a state, whose cells follow those given.
func (c *cohort) take(cells []cell, s *State, asOf int64, dict *source.Dict, groups *groupCache) ([]cell, error) {
	parser := source.NewParser(nil, nil, dict)
	countries := make([]source.Text, len(s.countries))
	for i, text := range s.countries {
		countries[i] = parser.Country([]byte(text))
	}
	ids := func(texts []string) []source.ID {
		ids := make([]source.ID, len(texts))
		for i, text := range texts {
			ids[i] = dict.ID([]byte(text))
		}
		return ids
	}
	merchants, clients := ids(s.merchants), ids(s.clients)
	from := len(cells)
	d := newGroupDecoder(s)
	for d.next() && int64(len(cells)-from)+d.total.conversations <= s.conversations {
		g := groups.number(groupKey{merchant: merchants[d.merchant], client: clients[d.client], country: countries[d.country]})
		c.grow(g)
		c.totals[g].add(&d.total)
		for range d.answered {
			time, opened := d.answer()
			cells = append(cells, timed(newSpan(time, 0), g, int64(opened)*microsecondsPerQuarter))
		}
		for range d.total.conversations - d.answered {
			opened := d.opening()
			cells = append(cells, timed(newSpan(asOf-opened, censored), g, opened))
		}
		c.answered += d.answered
	}
	if d.Bad || len(d.Bytes) > 0 || int64(len(cells)-from) != s.conversations {
		return nil, fmt.Errorf("%w: %s is damaged", ErrState, s.Name)
	}
	return cells, nil
}
