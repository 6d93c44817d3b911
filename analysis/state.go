package analysis

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/sav-analytics/sav/source"
)

// A State is what one shard of the messages contributes to a report: for each
// group its sums and its conversations' times, no message and no client's words.
// [Run] writes it, [Merge] makes the report of several. A conversation's messages
// must all be in one shard.
type State struct {
	Name   string   // what errors call the state, a file's name say
	Inputs []string // what the shard was read from
	Zone   string   // of its times without an offset, as the IANA database names it

	asOf     int64 // as given, or of the latest message
	settled  bool  // as_of was given
	from, to int64 // the window, in µs since 1970 UTC
	client   bool  // groups tell clients apart

	rows                                               source.Counts
	duplicates, afterAsOf, merchantOnly, outsideWindow int64

	groups []groupState
	sample sample
	sum    [sha256.Size]byte // of the bytes it was read from
}

// A groupState is what a group contributes. Times are in µs.
type groupState struct {
	country, merchant, client string
	total                     total
	answered                  []answeredState // in increasing order of time
	open                      []int64         // when unanswered conversations were opened, in increasing order
}

type answeredState struct {
	time   int64
	opened quarter
}

// ErrState is the error of states that cannot be merged, or bytes that are none.
var ErrState = errors.New("state")

// Merge makes the report of all shards from their states, the same as [Run] makes
// of all their messages. If as_of was given to the shards it is theirs; else it is
// opts.AsOf, or the latest of theirs. opts.From, To, Pairs, State and Reject are of
// no effect: shards settled them.
func Merge(states []*State, opts Options) (*Result, error) {
	if len(opts.Levels) == 0 {
		opts.Levels = DefaultLevels
	}
	started := time.Now()
	if len(states) == 0 {
		return nil, fmt.Errorf("%w: none to merge", ErrState)
	}
	asOf, err := settle(states, &opts)
	if err != nil {
		return nil, err
	}
	dict := source.NewDict()
	groups := newGroupTable()
	c := &cohort{}
	result := &Result{}
	for _, s := range states {
		result.Rows.Add(&s.rows)
		c.duplicates += s.duplicates
		c.afterAsOf += s.afterAsOf
		c.merchantOnly += s.merchantOnly
		c.outsideWindow += s.outsideWindow
		c.take(s, asOf, dict, groups)
	}
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
func newState(opts *Options, lim limits, c *cohort) *State {
	s := &State{Zone: "UTC", asOf: lim.asOf, settled: !opts.AsOf.IsZero(), from: lim.from, to: lim.to, client: opts.needsClient(),
		duplicates: c.duplicates, afterAsOf: c.afterAsOf, merchantOnly: c.merchantOnly, outsideWindow: c.outsideWindow,
		sample: c.sample.trim()}
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

// Rejected is how many rows of the shard were rejected.
func (s *State) Rejected() int64 { return s.rows.TotalRejected() }

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
		case opts.needsClient() && !s.client:
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

// take adds the conversations of a state.
func (c *cohort) take(s *State, asOf int64, dict *source.Dict, groups *groupTable) {
	parser := &source.Parser{Dict: dict}
	var cells []cell
	for i := range s.groups {
		of := &s.groups[i]
		g := groups.number(groupKey{
			merchant: dict.ID([]byte(of.merchant)), client: dict.ID([]byte(of.client)), country: parser.Country([]byte(of.country)),
		})
		c.grow(g)
		total := of.total
		total.conversations = int64(len(of.answered) + len(of.open))
		c.totals[g].add(&total)
		for _, a := range of.answered {
			cells = append(cells, timed(newSpan(a.time, 0), g, int64(a.opened)*microsecondsPerQuarter))
		}
		for _, opened := range of.open {
			cells = append(cells, timed(newSpan(asOf-opened, censored), g, opened))
		}
		c.answered += int64(len(of.answered))
	}
	c.counted += int64(len(cells))
	c.parts = append(c.parts, [][]cell{cells})
}

// state gathers what the cohort contributes, from its conversations in order. It
// uses scratch.
func (c *cohort) state(o *ordered, scratch []span, ranking *ranking, dict *source.Dict, asOf int64) []groupState {
	order := ranking.groups()
	place := make([]uint32, len(ranking.keys))
	for i, g := range order {
		place[g] = uint32(i)
	}
	opened := make([]quarter, len(o.opened))
	ends := distribute(blocksOf(len(o.span)), len(order), 1,
		func(b int, keys *[blockItems]uint32) int {
			groups := block(o.group, b)
			for i, g := range groups {
				keys[i] = place[g]
			}
			return len(groups)
		},
		func(b int, places []uint32) {
			from := b * blockItems
			for i, p := range places {
				scratch[p], opened[p] = o.span[from+i], o.earliest+o.opened[from+i]
			}
		})
	groups := make([]groupState, len(order))
	from := uint32(0)
	for i, g := range order {
		key := ranking.keys[g]
		of := &groups[i]
		of.country, of.merchant, of.client = dict.TextOf(key.country), dict.IDText(key.merchant), dict.IDText(key.client)
		of.total = c.totals[g]
		of.total.conversations = 0 // as many as there are times
		for j := from; j < ends[i]; j++ {
			if s := scratch[j]; s.answered() {
				of.answered = append(of.answered, answeredState{s.time(), opened[j]})
			} else {
				of.open = append(of.open, asOf-s.time())
			}
		}
		from = ends[i]
		of.tidy()
	}
	return groups
}

// tidy orders what is in no order yet, so that a state's bytes depend on the
// messages alone.
func (g *groupState) tidy() {
	slices.SortFunc(g.answered, func(a, b answeredState) int {
		return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.opened, b.opened))
	})
	slices.Sort(g.open)
}
