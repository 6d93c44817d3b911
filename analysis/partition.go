package analysis

import (
	"slices"

	"github.com/sav-analytics/sav/source"
)

// A partition is the messages of some conversations, all of each. It is a
// worker's scratch memory, filled again and again.
type partition struct {
	dict *source.Dict
	// columns of the rows, in the order of the input
	conversation, message []source.ID
	sent                  []stamp
	group                 []group
	number                []uint32 // of each row's conversation

	// conversations, in the order of their first row
	slots []uint32 // hash table of conversation numbers, plus one
	ids   []source.ID
	ends  []uint32 // where the conversation's rows end in the arrays below

	// the rows brought together by conversation
	byMessage []source.ID
	bySent    []stamp
	byGroup   []group
	order     []int // scratch for arrange
}

// load takes the rows of partition p from all batches.
func (t *partition) load(batches []packed, p int) {
	n := 0
	for i := range batches {
		n += len(batches[i].rows(p)) / batches[i].width
	}
	t.conversation, t.message = resize(t.conversation, n), resize(t.message, n)
	t.sent, t.group = resize(t.sent, n), resize(t.group, n)
	at := 0
	for i := range batches {
		b := &batches[i]
		rows := b.rows(p)
		n := len(rows) / b.width
		conversation, message := t.conversation[at:][:n], t.message[at:][:n]
		sent, groups := t.sent[at:][:n], t.group[at:][:n]
		at += n
		if b.width == narrowCells {
			for i := range conversation {
				conversation[i], message[i], sent[i], groups[i] = rows[i].unpackNarrow()
			}
			continue
		}
		for i := range conversation {
			conversation[i], message[i], sent[i], groups[i] = unpackWide(rows[wideCells*i:][:wideCells])
		}
	}
}

// assemble brings the rows of each conversation together, in the order of the
// input.
func (t *partition) assemble() {
	t.enumerate()
	n := len(t.conversation)
	t.ends = resize(t.ends, len(t.ids))
	clear(t.ends)
	for _, c := range t.number {
		t.ends[c]++
	}
	sum := uint32(0)
	for c, rows := range t.ends {
		t.ends[c] = sum // where it begins; the loop below moves it to where it ends
		sum += rows
	}
	t.byMessage, t.bySent, t.byGroup = resize(t.byMessage, n), resize(t.bySent, n), resize(t.byGroup, n)
	for i, c := range t.number {
		at := t.ends[c]
		t.ends[c]++
		t.byMessage[at], t.bySent[at], t.byGroup[at] = t.message[i], t.sent[i], t.group[i]
	}
}

// enumerate numbers the conversations in the order of their first row.
func (t *partition) enumerate() {
	bits := uint(4)
	for 1<<bits < 2*len(t.conversation) {
		bits++
	}
	t.slots = resize(t.slots, 1<<bits)
	clear(t.slots)
	t.ids = t.ids[:0]
	t.number = resize(t.number, len(t.conversation))
	mask := uint32(len(t.slots) - 1)
	for i, id := range t.conversation {
		slot := uint32(mix(uint64(id))>>(64-bits)) & mask
		for {
			c := t.slots[slot]
			if c == 0 {
				t.ids = append(t.ids, id)
				c = uint32(len(t.ids))
				t.slots[slot] = c
			} else if t.ids[c-1] != id {
				slot = (slot + 1) & mask
				continue
			}
			t.number[i] = c - 1
			break
		}
	}
}

// arrange orders the messages [from, to) of one conversation by time, then
// message_id, then input, and drops duplicates: of messages with one message_id
// the first stays. It returns where those that stay end.
func (t *partition) arrange(from, to int) (end int) {
	messages, sent := t.byMessage[from:to], t.bySent[from:to]
	ordered, rising := true, messages[0] != source.Absent
	for i := 1; i < len(sent); i++ {
		rising = rising && messages[i] > messages[i-1]
		if sent[i-1].before(sent[i]) {
			continue
		}
		if sent[i].before(sent[i-1]) || t.dict.Compare(messages[i-1], messages[i]) > 0 {
			ordered = false
			break
		}
	}
	if !ordered {
		t.sort(from, to)
		rising = false
	}
	if rising { // by number, whatever their order: no two are equal
		return to
	}
	return from + t.dropDuplicates(from, to)
}

// sort orders the messages [from, to) of one conversation.
func (t *partition) sort(from, to int) {
	messages, sent, groups := t.byMessage[from:to], t.bySent[from:to], t.byGroup[from:to]
	n := to - from
	t.order = resize(t.order, n)
	for i := range t.order {
		t.order[i] = i
	}
	slices.SortFunc(t.order, func(a, b int) int {
		switch {
		case sent[a].before(sent[b]):
			return -1
		case sent[b].before(sent[a]):
			return 1
		}
		if c := t.dict.Compare(messages[a], messages[b]); c != 0 {
			return c
		}
		return a - b
	})
	permute(messages, t.order)
	permute(sent, t.order)
	permute(groups, t.order)
}

// permute brings values into the given order.
func permute[T any](values []T, order []int) {
	var few [16]T
	old := append(few[:0], values...)
	for i, from := range order {
		values[i] = old[from]
	}
}

// dropDuplicates keeps the first of the messages [from, to) with one message_id
// and returns how many are left. Those without one all stay.
func (t *partition) dropDuplicates(from, to int) int {
	messages, sent, groups := t.byMessage[from:to], t.bySent[from:to], t.byGroup[from:to]
	const few = 32
	var seen map[source.ID]bool
	if len(messages) > few {
		seen = make(map[source.ID]bool, len(messages))
	}
	kept := 0
	for i, id := range messages {
		if id != source.Absent {
			if seen == nil && slices.Contains(messages[:kept], id) || seen[id] {
				continue
			}
			if seen != nil {
				seen[id] = true
			}
		}
		messages[kept], sent[kept], groups[kept] = id, sent[i], groups[i]
		kept++
	}
	return kept
}
