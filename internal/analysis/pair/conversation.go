package pair

import (
	"cmp"
	"slices"

	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/ints"
	"github.com/sav-analytics/sav/source"
)

// A Conversation is the messages of one conversation, as columns. It is used again
// for the next one.
type Conversation struct {
	Dict         *source.Dict
	HasMessageID bool // the input has a column of them
	NewestFirst  bool // as in Rules

	MessageID []source.ID
	Sent      []Stamp
	Ref       []uint32 // anything that goes with a message

	order []uint32 // scratch
	known ints.Table[source.ID]
}

// Resize gives the conversation n messages, of any content.
func (c *Conversation) Resize(n int) {
	if n > min(cap(c.MessageID), cap(c.Sent), cap(c.Ref)) {
		c.MessageID, c.Sent, c.Ref = ints.Resize(c.MessageID, n), ints.Resize(c.Sent, n), ints.Resize(c.Ref, n)
	}
	c.MessageID, c.Sent, c.Ref = c.MessageID[:n], c.Sent[:n], c.Ref[:n]
}

// CutAfter drops the messages after as-of, of messages in order, and returns how many.
func (c *Conversation) CutAfter(rules *Rules) (after int) {
	known := len(c.Sent)
	for known > 0 && !rules.Knows(c.Sent[known-1].At()) {
		known--
	}
	after = len(c.Sent) - known
	c.Resize(known)
	return after
}

// Arrange orders the messages, which come in the order of the input, and drops
// duplicates: of messages with one message_id the first stays. It returns how many it
// drops.
func (c *Conversation) Arrange() (duplicates int) {
	if c.rises() {
		return 0
	}
	ordered, ties, distinct, own := true, false, c.MessageID[0] != ids.Absent, c.MessageID[0].IsOwn()
	for i := 1; i < len(c.Sent); i++ {
		distinct = distinct && c.MessageID[i] > c.MessageID[i-1]
		own = own || c.MessageID[i].IsOwn()
		ordered = ordered && !c.Sent[i].Before(c.Sent[i-1])
		ties = ties || c.Sent[i].At() == c.Sent[i-1].At()
	}
	if own {
		distinct = c.share()
	}
	if !ordered || ties && !c.tiesOrdered() {
		c.Sort()
	}
	if distinct { // or their ids rise, as numbers that mean nothing: no two are equal
		return 0
	}
	return c.dropDuplicates()
}

// rises reports that each message is of a later time than the one before and has a greater
// integer for its message_id: most conversations do.
func (c *Conversation) rises() bool {
	sent := c.Sent
	message := c.MessageID[:len(sent)]
	for i := 1; i < len(sent); i++ {
		if !sent[i-1].Before(sent[i]) || message[i-1] >= message[i] {
			return false
		}
	}
	_, isInteger := message[len(message)-1].Integer() // as lesser ids are, or absent
	return isInteger
}

// share makes ids of one text equal, where each may be of a message alone. It
// reports whether it is sure that no two messages have the same.
func (c *Conversation) share() (distinct bool) {
	if len(c.MessageID) > fewMessages {
		for i, id := range c.MessageID {
			c.MessageID[i] = c.Dict.Share(id)
		}
		return false
	}
	distinct = true
	for i, id := range c.MessageID {
		for j, other := range c.MessageID[:i] {
			if !id.Differ(other) {
				c.MessageID[i], c.MessageID[j] = c.Dict.Share(id), c.Dict.Share(other)
				distinct = false
			}
		}
	}
	return distinct
}

// tiesOrdered reports whether messages of one instant are in order, of messages in the
// order of their times.
func (c *Conversation) tiesOrdered() bool {
	c.number()
	return !c.eachTie(func(tie []uint32, compare func(a, b uint32) int) bool {
		return slices.IsSortedFunc(tie, compare)
	})
}

// Sort orders the messages by time. Of equal times, if all messages of the instant have
// integers for message_ids, these decide; else, if the input has message_ids, clients
// come first, then the ids decide; then the order of the input.
func (c *Conversation) Sort() {
	c.number()
	slices.SortFunc(c.order, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(c.Sent[a].At(), c.Sent[b].At()), cmp.Compare(a, b))
	})
	c.eachTie(func(tie []uint32, compare func(a, b uint32) int) bool {
		slices.SortFunc(tie, compare)
		return true
	})
	c.permute()
}

// number puts the messages into c.order as they stand.
func (c *Conversation) number() {
	c.order = ints.Resize(c.order, len(c.Sent))
	for i := range c.order {
		c.order[i] = uint32(i)
	}
}

// eachTie calls visit for the messages of each instant that has several, and what
// compares them, until it returns false; then it returns true.
func (c *Conversation) eachTie(visit func(tie []uint32, compare func(a, b uint32) int) bool) (stopped bool) {
	for from := 0; from < len(c.order); {
		to := from + 1
		for to < len(c.order) && c.Sent[c.order[to]].At() == c.Sent[c.order[from]].At() {
			to++
		}
		if tie := c.order[from:to]; len(tie) > 1 && !visit(tie, c.tieOrder(tie)) {
			return true
		}
		from = to
	}
	return false
}

// tieOrder returns what compares messages of one instant.
func (c *Conversation) tieOrder(tie []uint32) func(a, b uint32) int {
	input := func(a, b uint32) int { return cmp.Compare(a, b) }
	if c.NewestFirst {
		input = func(a, b uint32) int { return cmp.Compare(b, a) }
	}
	byID := func(a, b uint32) int {
		return cmp.Or(c.Dict.Compare(c.MessageID[a], c.MessageID[b]), input(a, b))
	}
	switch {
	case !c.HasMessageID:
		return input
	case !slices.ContainsFunc(tie, func(i uint32) bool { return !c.Dict.IsInteger(c.MessageID[i]) }):
		return byID
	}
	return func(a, b uint32) int {
		return cmp.Or(cmp.Compare(c.Sent[a].Role(), c.Sent[b].Role()), byID(a, b))
	}
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

// fewMessages are so few that each is compared with each.
const fewMessages = 32

// dropDuplicates keeps the first of the messages with one message_id and returns
// how many it drops. Those without one all stay.
func (c *Conversation) dropDuplicates() int {
	seen := func(id source.ID, kept int) bool { return slices.Contains(c.MessageID[:kept], id) }
	if len(c.MessageID) > fewMessages {
		c.known.Reset(len(c.MessageID))
		seen = func(id source.ID, _ int) bool {
			known := len(c.known.Keys())
			return int(c.known.Number(id)) < known
		}
	}
	kept := 0
	for i, id := range c.MessageID {
		if id != ids.Absent && seen(id, kept) {
			continue
		}
		c.MessageID[kept], c.Sent[kept], c.Ref[kept] = id, c.Sent[i], c.Ref[i]
		kept++
	}
	dropped := len(c.MessageID) - kept
	c.Resize(kept)
	return dropped
}
