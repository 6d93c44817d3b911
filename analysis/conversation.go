package analysis

import (
	"cmp"
	"slices"

	"github.com/sav-analytics/sav/source"
)

// A conversation is the messages of one conversation, as columns.
type conversation struct {
	dict    *source.Dict
	message []source.ID
	sent    []stamp
	tag     []tag
	order   []uint32 // scratch
	again   []bool   // scratch
}

// arrange orders the messages of the conversation by time, then message_id,
// then input, and drops duplicates: of messages with one message_id the first
// stays. It returns how many they were.
func (c *conversation) arrange() (duplicates int) {
	ordered, rising := true, c.message[0] != source.Absent
	for i := 1; i < len(c.sent); i++ {
		rising = rising && c.message[i] > c.message[i-1]
		if c.sent[i-1].before(c.sent[i]) {
			continue
		}
		if c.sent[i].before(c.sent[i-1]) || c.dict.Compare(c.message[i-1], c.message[i]) > 0 {
			ordered = false
			break
		}
	}
	if !ordered {
		c.sort()
		rising = false
	}
	if rising { // by number, whatever their order: no two are equal
		return 0
	}
	return c.dropDuplicates()
}

// sort orders the messages of the conversation.
func (c *conversation) sort() {
	c.number()
	slices.SortFunc(c.order, func(a, b uint32) int {
		switch {
		case c.sent[a].before(c.sent[b]):
			return -1
		case c.sent[b].before(c.sent[a]):
			return 1
		}
		return cmp.Or(c.dict.Compare(c.message[a], c.message[b]), cmp.Compare(a, b))
	})
	c.permute()
}

// number fills order with the messages as they stand.
func (c *conversation) number() {
	c.order = resize(c.order, len(c.sent))
	for i := range c.order {
		c.order[i] = uint32(i)
	}
}

// permute brings the messages into the order of c.order, in place, cycle by cycle; the
// order is lost.
func (c *conversation) permute() {
	for start := range c.order {
		at := uint32(start)
		message, sent, tag := c.message[at], c.sent[at], c.tag[at]
		for c.order[at] != uint32(start) {
			from := c.order[at]
			c.message[at], c.sent[at], c.tag[at] = c.message[from], c.sent[from], c.tag[from]
			c.order[at], at = at, from
		}
		c.message[at], c.sent[at], c.tag[at] = message, sent, tag
		c.order[at] = at
	}
}

// dropDuplicates keeps the first of the messages with one message_id and returns
// how many it drops. Those without one all stay.
func (c *conversation) dropDuplicates() int {
	const few = 32
	var again []bool
	if len(c.message) > few {
		again = c.repeated()
	}
	kept := 0
	for i, id := range c.message {
		if again == nil && id != source.Absent && slices.Contains(c.message[:kept], id) || again != nil && again[i] {
			continue
		}
		c.message[kept], c.sent[kept], c.tag[kept] = id, c.sent[i], c.tag[i]
		kept++
	}
	dropped := len(c.message) - kept
	c.message, c.sent, c.tag = c.message[:kept], c.sent[:kept], c.tag[:kept]
	return dropped
}

// repeated says which messages have the message_id of an earlier one. It sorts: a set
// of as many ids would take ten times the memory.
func (c *conversation) repeated() []bool {
	c.number()
	slices.SortFunc(c.order, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(c.message[a], c.message[b]), cmp.Compare(a, b))
	})
	c.again = resize(c.again, len(c.message))
	clear(c.again)
	for i, at := range c.order[1:] {
		before := c.order[i]
		c.again[at] = c.message[at] == c.message[before] && c.message[at] != source.Absent
	}
	return c.again
}
