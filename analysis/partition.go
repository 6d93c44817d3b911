package analysis

import (
	"cmp"

	"github.com/sav-analytics/sav/analysis/internal/pair"
	"github.com/sav-analytics/sav/internal/ints"
	"github.com/sav-analytics/sav/source"
)

// A partition is the messages of some conversations, all of each. It is a
// worker's scratch memory, filled again and again.
type partition struct {
	groups *groupCache
	client bool // a tag is the number of a group

	pieces []piece // of the rows, in the order of the input
	read   []cell  // those that were read back from the spill

	width  int      // cells of a row
	number []uint32 // of each row's conversation, in the order of the input

	known ints.Table[source.ID] // conversations, in the order of their first row
	ends  []uint32              // where the conversation's rows end in together
	// the rows brought together by conversation
	together []cell

	pair.Conversation // the one that is looked at

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
	n := int64(0)
	t.width = narrowCells
	for _, piece := range t.pieces {
		n += int64(len(piece.rows) / piece.width)
		t.width = max(t.width, piece.width)
	}
	if err := checkNumber(n, "messages in a part of the conversations"); err != nil {
		return err
	}
	t.number = ints.Resize(t.number, int(n))
	return nil
}

func (t *partition) widen(narrow cell) [wideCells]cell {
	message, sent, tag := narrow.unpackNarrow()
	g := group(0)
	if sent.Role() == source.FromClient {
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
	err       error  // the first, after which cells are lost
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
			cells, _, err := s.memory.take(someCells)
			if err != nil {
				s.err = cmp.Or(s.err, err)
				cells = make([]cell, someCells)
			}
			s.free = cells
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
	t.ends = ints.Resize(t.ends, len(t.known.Keys()))
	clear(t.ends)
	ints.Count(t.ends, t.number)
	ints.Starts(t.ends)
	t.together = ints.Resize(t.together, len(t.number)*t.width)
	numbers := t.number
	for _, piece := range t.pieces {
		rows := len(piece.rows) / piece.width
		t.scatter(piece, numbers[:rows])
		numbers = numbers[rows:]
	}
}

// scatter puts the rows of a piece, of the conversations with these numbers, where
// the conversations' rows end so far.
func (t *partition) scatter(piece piece, numbers []uint32) {
	switch {
	case t.width == narrowCells:
		ints.Scatter(t.together, piece.rows, numbers, t.ends)
	case piece.width == narrowCells:
		for i, c := range numbers {
			wide := t.widen(piece.rows[i])
			copy(t.together[wideCells*int(t.ends[c]):], wide[:])
			t.ends[c]++
		}
	default:
		for i, c := range numbers {
			copy(t.together[wideCells*int(t.ends[c]):], piece.rows[wideCells*i:][:wideCells])
			t.ends[c]++
		}
	}
}

// enumerate numbers the conversations in the order of their first row.
func (t *partition) enumerate() {
	t.known.Reset(len(t.number) / 2)
	var ids [256]source.ID
	numbers := t.number
	for _, piece := range t.pieces {
		for rows := piece.rows; len(rows) > 0; {
			n := min(len(ids), len(rows)/piece.width)
			if piece.width == narrowCells {
				for i, row := range rows[:n] {
					ids[i] = row.narrowConversation()
				}
			} else {
				for i := range n {
					ids[i] = source.ID(rows[wideCells*i].a)
				}
			}
			t.known.Numbers(numbers, ids[:n])
			rows, numbers = rows[n*piece.width:], numbers[n:]
		}
	}
}

// unpack makes the rows from up to to of together the conversation that is looked
// at.
func (t *partition) unpack(from, to int) {
	t.Resize(to - from)
	if t.width == narrowCells {
		for i, row := range t.together[from:to] {
			var ref tag
			t.MessageID[i], t.Sent[i], ref = row.unpackNarrow()
			t.Ref[i] = uint32(ref)
		}
		return
	}
	for i := range to - from {
		var g group
		t.MessageID[i], t.Sent[i], g = unpackWide(t.together[wideCells*(from+i):][:wideCells])
		t.Ref[i] = uint32(g)
	}
}
