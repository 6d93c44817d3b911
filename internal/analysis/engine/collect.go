package engine

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"

	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/pair"
	"github.com/sav-analytics/sav/internal/analysis/periods"
	"github.com/sav-analytics/sav/internal/analysis/promise"
	"github.com/sav-analytics/sav/internal/analysis/waits"
	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/parallel"
	"github.com/sav-analytics/sav/source"
)

// Keep is what to keep of conversations beyond what a report needs.
type Keep struct {
	Pairs bool
	Early bool // conversations whose target was met early
	// Periods, if not nil, are distinguished by the groups.
	Periods *periods.Calendar
	// Visit, if not nil, returns what is called for each conversation, in the window
	// or not. It is called once for each goroutine, one after the other.
	Visit func() func(Visited)
}

// A Visited is a conversation, while it is visited.
type Visited struct {
	by *collector
	id source.ID
}

// Hash returns its [source.Dict.Hash], the same in every process.
func (v Visited) Hash() uint64 {
	if text, ok := v.by.text(v.id); ok {
		return ids.HashText(text)
	}
	return v.by.Dict.Hash(v.id)
}

// ID returns the id that the dictionary gives it.
func (v Visited) ID() source.ID { return v.by.share(v.id) }

// neighbours is how many partitions a goroutine takes at a time: in each batch
// their rows lie side by side, and share cache lines.
const neighbours = 8

// Collect runs the kernel over all conversations, on all cores. It uses the memory of
// the messages: they are lost, and the set closes the store.
func (s *Store) Collect(ctx context.Context, rules pair.Rules, keep Keep) (*waits.Set, error) {
	workers, err := s.bound(min(runtime.GOMAXPROCS(0), s.partitions))
	if err != nil {
		return nil, err
	}
	collectors := make([]collector, workers)
	errs := make([]error, workers)
	for w := range collectors {
		c := &collectors[w]
		c.rules, c.pairs = &rules, keep.Pairs
		c.waiting = make([]waits.Pair, 0, maxWaiting)
		c.groups, c.client, c.Dict = groups.NewCache(s.groups), s.client, s.Dict
		c.book = promise.NewBook(s.policy, rules.AsOf, s.groups.Key, s.Dict)
		c.early = keep.Early
		if keep.Periods != nil {
			c.periods = newPeriodGroups(keep.Periods, s.groups)
		}
		c.writer.limited = s.limit != nil
		c.HasMessageID, c.NewestFirst = s.hasMessageID, rules.NewestFirst
		if keep.Visit != nil {
			c.visit = keep.Visit()
		}
	}
	var next atomic.Int64
	parallel.Each(workers, func(w int) {
		for errs[w] == nil && ctx.Err() == nil {
			from := int(next.Add(neighbours)) - neighbours
			if from >= s.partitions {
				return
			}
			for p := from; p < min(from+neighbours, s.partitions) && errs[w] == nil; p++ {
				errs[w] = collectors[w].collect(s, p)
			}
		}
	})
	set := &waits.Set{Rows: s.Rows, Facts: s.Facts, Latest: s.Latest, Rules: rules, Keys: s.groups.Keys(), Dict: s.Dict}
	used, more := 0, false
	for w := range collectors {
		c := &collectors[w]
		c.found.Pieces = c.writer.pieces
		c.found.Worked = c.writer.worked
		more = more || c.writer.more
		set.Merge(&c.found)
		used = max(used, c.writer.used)
	}
	set.NameOldest()
	set.Reuse(s.slabs, s.kept(used, more), s.limit, s.Close)
	if s.mentions != nil {
		set.Unused = s.mentions.unused(s.policy, s.Dict)
	}
	s.batches = nil
	errs = append(errs, context.Cause(ctx), s.Dict.Err(), checkNumber(set.Conversations, "conversations"))
	return set, errors.Join(errs...)
}

// A collector finds what the conversations of partitions contribute.
type collector struct {
	partition
	rules *pair.Rules
	visit func(Visited) // or nil
	name  []byte        // scratch
	pairs bool          // are kept

	periods *periodGroups // or nil

	waiting []waits.Pair // not yet counted; their groups may be tags
	writer  writer
	found   waits.Part

	book  *promise.Book // nil: nothing is promised
	early bool          // those whose target was met early are kept
}

// collect takes the conversations of partition p.
func (c *collector) collect(s *Store, p int) error {
	if err := c.load(s, p); err != nil {
		return err
	}
	c.writer.begin(s, p)
	from := 0
	for i, id := range c.known.Keys() {
		to := int(c.ends[i])
		c.look(from, to)
		from = to
		if c.visit != nil {
			c.visit(Visited{c, id})
		}
		c.thread(id)
	}
	c.flush()
	c.writer.flush()
	return c.writer.err
}

// share returns the id that the dictionary gives a conversation.
func (c *collector) share(id source.ID) source.ID {
	if text, ok := c.text(id); ok {
		return c.Dict.ID(text)
	}
	return id
}

// text returns the text of a conversation until it is called again; ok is false if the id
// is one that all batches share.
func (c *collector) text(id source.ID) (text []byte, ok bool) {
	c.name, ok = c.texts.append(c.name[:0], id)
	return c.name, ok
}

// thread counts the contacts of the thread that is looked at: one, as a rule.
func (c *collector) thread(thread source.ID) {
	c.found.Duplicates += int64(c.Arrange())
	c.found.AfterAsOf += int64(c.CutAfter(c.rules))
	for from, contact := 0, uint32(1); from < len(c.Sent); contact++ {
		to := c.rules.ContactEnd(c.Sent, from)
		c.conversation(thread, contact, from, to)
		from = to
	}
}

// conversation counts a contact of the thread that is looked at: the messages from one
// to another.
func (c *collector) conversation(thread source.ID, contact uint32, from, to int) {
	x := pair.Find(c.Sent[from:to])
	if x.Opening == pair.None {
		c.found.MerchantOnly++
		return
	}
	opened := c.Sent[from+x.Opening].At()
	if !c.rules.InWindow(opened) {
		c.found.OutsideWindow++
		return
	}
	n := len(c.waiting)
	c.waiting = c.waiting[:n+1] // flush leaves room; a composite literal would be made elsewhere and copied
	p := &c.waiting[n]
	p.Conversation, p.Contact, p.Group = thread, contact, groups.Group(c.Ref[from+x.Opening])
	p.Answered, p.Followed, p.Outcome, p.Worked = false, false, waits.NoTarget, 0
	p.Opened, p.ExchNr, p.Turns, p.TurnTime = opened, x.ExchNr, x.Turns, x.TurnTime
	switch {
	case x.Response != pair.None:
		p.Answered, p.Ended = true, c.Sent[from+x.Response].At()
	case to < len(c.Sent):
		p.Followed, p.Ended = true, c.Sent[to].At()
	default:
		p.Ended = c.rules.AsOf
	}
	if len(c.waiting) == maxWaiting {
		c.flush()
	}
}

// maxWaiting is how many are found before any is counted. Looking groups up and adding
// to their totals misses the cache most of the time; in loops that do nothing else, a
// core waits for many at once.
const maxWaiting = 256

// flush counts the conversations found since the last time.
func (c *collector) flush() {
	if c.hasTags() {
		for i := range c.waiting {
			c.waiting[i].Group = c.group(tag(c.waiting[i].Group))
		}
	}
	if c.periods != nil {
		c.periods.split(c.waiting)
	}
	if c.book != nil {
		c.judge()
	}
	worked := c.book.HasCalendars()
	for i := range c.waiting {
		x := &c.waiting[i]
		c.found.Count(x)
		if worked {
			c.writer.writeBoth(x.Wait(), x.WorkedWait())
		} else {
			c.writer.write(x.Wait())
		}
		switch {
		case x.Followed:
			followed := waits.Followed{Group: x.Group, Opened: x.Opened, Ended: x.Ended}
			c.found.Followed = append(c.found.Followed, followed)
		case !x.Answered:
			if period := c.periods.of(x.Opened); c.found.MayKeep(x, period) {
				x.Conversation = c.share(x.Conversation)
				c.found.KeepOldest(x, period, c.Dict)
			}
		}
	}
	if c.pairs {
		for i := range c.waiting {
			x := &c.waiting[i]
			x.Conversation = c.share(x.Conversation)
			if x.Contact > 1 {
				x.Conversation = c.Dict.ID(x.AppendName(nil, c.Dict))
			}
		}
		c.found.Pairs = append(c.found.Pairs, c.waiting...)
	}
	c.waiting = c.waiting[:0]
}

// judge applies the policy to the conversations found since the last time.
func (c *collector) judge() {
	for i := range c.waiting {
		x := &c.waiting[i]
		c.book.Judge(x)
		if c.early && x.Outcome == waits.Met {
			c.found.Early = append(c.found.Early, waits.Early{Group: x.Group, Opened: x.Opened})
		}
	}
}
