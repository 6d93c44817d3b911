package analysis

import "github.com/sav-analytics/sav/source"

// A partition is the messages of some conversations, all of each. It is a
// worker's scratch memory, filled again and again.
type partition struct {
	groups *groupCache
	client bool // a tag is the number of a group

	pieces []piece // of the rows, in the order of the input
	read   []cell  // those that were read back from the spill

	// the rows, in the order of the input, each of width cells
	rows   []cell
	width  int
	number []uint32 // of each row's conversation

	// conversations, in the order of their first row
	slots []uint32 // hash table of conversation numbers, plus one
	ids   []source.ID
	ends  []uint32 // where the conversation's rows end in together
	// the rows brought together by conversation
	together []cell

	conversation // the one that is looked at

	found []exchangeRow // not yet counted; their group is a tag
	spare spare
}

// load takes the rows of partition p from all batches of a store. Those in memory
// may be used for anything then, which spare does.
func (t *partition) load(s *store, p int) (err error) {
	if t.spare.memory == nil || len(s.batches) > 0 {
		t.spare = spare{memory: s.cells, batches: s.batches, partition: p, batch: -1}
	}
	t.pieces = t.pieces[:0]
	for i := range s.batches {
		t.pieces = append(t.pieces, piece{s.batches[i].seq, s.batches[i].rows(p), s.batches[i].width})
	}
	if s.spill != nil && len(s.spill.runs) > 0 {
		if t.pieces, t.read, err = s.spill.read(p, t.pieces, t.read); err != nil {
			return err
		}
	}
	n := 0
	t.width = narrowCells
	for _, piece := range t.pieces {
		n += len(piece.rows) / piece.width
		t.width = max(t.width, piece.width)
	}
	t.rows = resize(t.rows, n*t.width)
	at := 0
	for _, piece := range t.pieces {
		if piece.width == t.width {
			at += copy(t.rows[at:], piece.rows)
			continue
		}
		for _, row := range piece.rows {
			wide := t.widen(row)
			at += copy(t.rows[at:], wide[:])
		}
	}
	return nil
}

func (t *partition) widen(narrow cell) [wideCells]cell {
	message, sent, tag := narrow.unpackNarrow()
	g := group(0)
	if !sent.isMerchant() {
		g = t.group(tag)
	}
	return wideRow(narrow.narrowConversation(), message, sent, g)
}

// group is the group that a narrow row's tag says.
func (t *partition) group(tag tag) group {
	if t.client {
		return group(tag)
	}
	return t.groups.number(tag.key())
}

// A spare hands out cells one after the other: those that a partition's rows had,
// then others.
type spare struct {
	memory    *cells
	batches   []packed
	partition int
	batch     int    // the one whose cells are handed out
	free      []cell // of these, those that are left
	begun     []cell // and those from the first one on
}

// someCells is how many are taken at a time when rows have left none.
const someCells = 1 << 12

// put writes c into the next cell. Where one part of the memory is used up it adds
// what was written there to full.
func (s *spare) put(c cell, full [][]cell) [][]cell {
	for len(s.free) == 0 {
		full = s.close(full)
		if s.batch++; s.batch < len(s.batches) {
			s.free = s.batches[s.batch].rows(s.partition)
		} else {
			s.free, _ = s.memory.take(someCells)
		}
		s.begun = s.free
	}
	s.free[0] = c
	s.free = s.free[1:]
	return full
}

// close adds the cells that were written last to full.
func (s *spare) close(full [][]cell) [][]cell {
	if used := len(s.begun) - len(s.free); used > 0 {
		full = append(full, s.begun[:used])
	}
	s.begun = s.free
	return full
}

// assemble brings the rows of each conversation together, in the order of the
// input.
func (t *partition) assemble() {
	t.enumerate()
	t.ends = resize(t.ends, len(t.ids))
	clear(t.ends)
	for _, c := range t.number {
		t.ends[c]++
	}
	sum := uint32(0)
	for c, rows := range t.ends {
		t.ends[c] = sum // where it begins; the loops below move it to where it ends
		sum += rows
	}
	t.together = resize(t.together, len(t.rows))
	if t.width == narrowCells {
		for i, c := range t.number {
			t.together[t.ends[c]] = t.rows[i]
			t.ends[c]++
		}
		return
	}
	for i, c := range t.number {
		copy(t.together[wideCells*t.ends[c]:], t.rows[wideCells*i:][:wideCells])
		t.ends[c]++
	}
}

// enumerate numbers the conversations in the order of their first row.
func (t *partition) enumerate() {
	n := len(t.rows) / t.width
	bits := uint(4)
	for 1<<bits < 2*n {
		bits++
	}
	t.slots = resize(t.slots, 1<<bits)
	clear(t.slots)
	t.ids = t.ids[:0]
	t.number = resize(t.number, n)
	mask := uint32(len(t.slots) - 1)
	for i := range t.number {
		id := source.ID(t.rows[i*t.width].a)
		if t.width == narrowCells {
			id = t.rows[i].narrowConversation()
		}
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

// unpack makes the rows from up to to of together the conversation that is looked
// at.
func (t *partition) unpack(from, to int) {
	n := to - from
	t.message, t.sent, t.tag = resize(t.message, n), resize(t.sent, n), resize(t.tag, n)
	if t.width == narrowCells {
		for i, row := range t.together[from:to] {
			t.message[i], t.sent[i], t.tag[i] = row.unpackNarrow()
		}
		return
	}
	for i := range n {
		var g group
		t.message[i], t.sent[i], g = unpackWide(t.together[wideCells*(from+i):][:wideCells])
		t.tag[i] = tag(g)
	}
}
