package pair

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/sav-analytics/sav/internal/ints"
	"github.com/sav-analytics/sav/source"
)

// Limits are the times that decide what counts, in µs since 1970 UTC.
type Limits struct {
	AsOf     int64 // messages after it are ignored
	From, To int64 // conversations opened in [From, To) count
}

// NewLimits returns limits, where a zero time is none: then as-of is that of the
// latest message.
func NewLimits(asOf, from, to time.Time, latest int64) Limits {
	l := Limits{latest, math.MinInt64, math.MaxInt64}
	if !asOf.IsZero() {
		l.AsOf = asOf.UnixMicro()
	}
	if !from.IsZero() {
		l.From = from.UnixMicro()
	}
	if !to.IsZero() {
		l.To = to.UnixMicro()
	}
	return l
}

// Knows reports whether a message of that time counts, and is not ignored.
func (l *Limits) Knows(at int64) bool { return at <= l.AsOf }

// InWindow reports whether a conversation that was opened then counts.
func (l *Limits) InWindow(opened int64) bool { return l.From <= opened && opened < l.To }

// A Conversation is the messages of one conversation, as columns. It is used again
// for the next one.
type Conversation struct {
	Dict      *source.Dict
	MessageID []source.ID
	Sent      []Stamp
	Ref       []uint32 // anything that goes with a message

	order []uint32 // scratch
	known ints.Table[source.ID]
}

// Resize gives the conversation n messages, of any content.
func (c *Conversation) Resize(n int) {
	c.MessageID, c.Sent, c.Ref = ints.Resize(c.MessageID, n), ints.Resize(c.Sent, n), ints.Resize(c.Ref, n)
}

// cut drops the messages from the n-th on.
func (c *Conversation) cut(n int) {
	c.MessageID, c.Sent, c.Ref = c.MessageID[:n], c.Sent[:n], c.Ref[:n]
}

// CutAfter drops the messages after as-of, of messages in order, and returns how many.
func (c *Conversation) CutAfter(limits *Limits) (after int) {
	known := len(c.Sent)
	for known > 0 && !limits.Knows(c.Sent[known-1].At()) {
		known--
	}
	after = len(c.Sent) - known
	c.cut(known)
	return after
}

// Arrange orders the messages, which come in the order of the input, and drops
// duplicates: of messages with one message_id the first stays. It returns how many it
// drops.
func (c *Conversation) Arrange() (duplicates int) {
	ordered, rising := true, c.MessageID[0] != source.Absent
	for i := 1; i < len(c.Sent); i++ {
		rising = rising && c.MessageID[i] > c.MessageID[i-1]
		if c.Sent[i-1].Before(c.Sent[i]) {
			continue
		}
		if c.Sent[i].Before(c.Sent[i-1]) || c.Dict.Compare(c.MessageID[i-1], c.MessageID[i]) > 0 {
			ordered = false
			break
		}
	}
	if !ordered {
		c.Sort()
		rising = false
	}
	if rising { // by number, whatever their order: no two are equal
		return 0
	}
	return c.dropDuplicates()
}

// Sort orders the messages by time, then message_id, then input.
func (c *Conversation) Sort() {
	c.order = ints.Resize(c.order, len(c.Sent))
	for i := range c.order {
		c.order[i] = uint32(i)
	}
	slices.SortFunc(c.order, func(a, b uint32) int {
		switch {
		case c.Sent[a].Before(c.Sent[b]):
			return -1
		case c.Sent[b].Before(c.Sent[a]):
			return 1
		}
		return cmp.Or(c.Dict.Compare(c.MessageID[a], c.MessageID[b]), cmp.Compare(a, b))
	})
	c.permute()
}

// permute brings the messages into the order of c.order, in place, cycle by cycle; the
// order is lost.
func (c *Conversation) permute() {
	for start := range c.order {
		at := uint32(start)
		message, sent, ref := c.MessageID[at], c.Sent[at], c.Ref[at]
		for c.order[at] != uint32(start) {
			from := c.order[at]
			c.MessageID[at], c.Sent[at], c.Ref[at] = c.MessageID[from], c.Sent[from], c.Ref[from]
			c.order[at], at = at, from
		}
		c.MessageID[at], c.Sent[at], c.Ref[at] = message, sent, ref
		c.order[at] = at
	}
}

// dropDuplicates keeps the first of the messages with one message_id and returns
// how many it drops. Those without one all stay.
func (c *Conversation) dropDuplicates() int {
	const few = 32
	seen := func(id source.ID, kept int) bool { return slices.Contains(c.MessageID[:kept], id) }
	if len(c.MessageID) > few {
		c.known.Reset(len(c.MessageID))
		seen = func(id source.ID, _ int) bool {
			known := len(c.known.Keys())
			return int(c.known.Number(id)) < known
		}
	}
	kept := 0
	for i, id := range c.MessageID {
		if id != source.Absent && seen(id, kept) {
			continue
		}
		c.MessageID[kept], c.Sent[kept], c.Ref[kept] = id, c.Sent[i], c.Ref[i]
		kept++
	}
	dropped := len(c.MessageID) - kept
	c.cut(kept)
	return dropped
}
