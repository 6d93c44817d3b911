package analysis

import (
	"cmp"
	"math/bits"
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
	slots   []uint32 // scratch: a hash table of messages, plus one
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
	c.order = resize(c.order, len(c.sent))
	for i := range c.order {
		c.order[i] = uint32(i)
	}
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
	find := func(id source.ID, kept int) bool { return slices.Contains(c.message[:kept], id) }
	if len(c.message) > few {
		c.slots = resize(c.slots, 1<<bits.Len(uint(len(c.message)*4/3)))
		clear(c.slots)
		find = c.findOrAdd
	}
	kept := 0
	for i, id := range c.message {
		if id != source.Absent && find(id, kept) {
			continue
		}
		c.message[kept], c.sent[kept], c.tag[kept] = id, c.sent[i], c.tag[i]
		kept++
	}
	dropped := len(c.message) - kept
	c.message, c.sent, c.tag = c.message[:kept], c.sent[:kept], c.tag[:kept]
	return dropped
}

// findOrAdd reports whether a message has that id already, and adds it to the hash
// table as that of message number kept if not.
func (c *conversation) findOrAdd(id source.ID, kept int) bool {
	mask := uint64(len(c.slots) - 1)
	for slot := mix(uint64(id)) >> 32 & mask; ; slot = (slot + 1) & mask {
		switch at := c.slots[slot]; {
		case at == 0:
			c.slots[slot] = uint32(kept) + 1
			return false
		case c.message[at-1] == id:
			return true
		}
	}
}
