package analysis

import (
	"slices"

	"github.com/sav-analytics/sav/source"
)

// A conversation is the messages of one conversation, as columns.
type conversation struct {
	dict    *source.Dict
	message []source.ID
	sent    []stamp
	tag     []tag
	order   []int // scratch for sort
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
		c.order[i] = i
	}
	slices.SortFunc(c.order, func(a, b int) int {
		switch {
		case c.sent[a].before(c.sent[b]):
			return -1
		case c.sent[b].before(c.sent[a]):
			return 1
		}
		if c := c.dict.Compare(c.message[a], c.message[b]); c != 0 {
			return c
		}
		return a - b
	})
	permute(c.message, c.order)
	permute(c.sent, c.order)
	permute(c.tag, c.order)
}

// permute brings values into the given order.
func permute[T any](values []T, order []int) {
	var few [16]T
	old := append(few[:0], values...)
	for i, from := range order {
		values[i] = old[from]
	}
}

// dropDuplicates keeps the first of the messages with one message_id and returns
// how many it drops. Those without one all stay.
func (c *conversation) dropDuplicates() int {
	const few = 32
	var seen map[source.ID]bool
	if len(c.message) > few {
		seen = make(map[source.ID]bool, len(c.message))
	}
	kept := 0
	for i, id := range c.message {
		if id != source.Absent {
			if seen == nil && slices.Contains(c.message[:kept], id) || seen[id] {
				continue
			}
			if seen != nil {
				seen[id] = true
			}
		}
		c.message[kept], c.sent[kept], c.tag[kept] = id, c.sent[i], c.tag[i]
		kept++
	}
	dropped := len(c.message) - kept
	c.message, c.sent, c.tag = c.message[:kept], c.sent[:kept], c.tag[:kept]
	return dropped
}
