package engine

import (
	"cmp"

	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/memory"
	"github.com/sav-analytics/sav/internal/analysis/pair"
	"github.com/sav-analytics/sav/internal/ints"
	"github.com/sav-analytics/sav/source"
)

// A partition is the messages of some conversations, all of each. It is a goroutine's
// scratch memory, filled again and again.
type partition struct {
	groups *groups.Cache
	client bool // a tag is the number of a group

	pieces []piece       // of the rows, in the order of the input
	read   []memory.Cell // those that were read back from files
	joined []memory.Cell // those of pieces that were joined

	number            []uint32              // of each row's conversation, in the order of the input
	known             ints.Table[source.ID] // the conversations, in the order of their first row
	texts             textTable             // of those that have one
	ends              []uint32              // where the conversation's rows end in together
	rows                                    // brought together by conversation
	pair.Conversation                       // the one that is looked at
}

// load takes the rows of partition p of a store, and brings those of each conversation
// together, in the order of the input. After that it needs them no more.
func (t *partition) load(s *Store, p int) (err error) {
	t.join(s, p)
	if len(s.spilled) > 0 {
		if t.pieces, t.read, err = s.unspill(p, t.pieces, t.read); err != nil {
			return err
		}
	}
	n := int64(0)
	t.wide = false
	for _, piece := range t.pieces {
		n += int64(piece.len())
		t.wide = t.wide || piece.wide
	}
	if err := checkNumber(n, "messages in a part of the conversations"); err != nil {
		return err
	}
	t.number = ints.Resize(t.number, int(n))
	t.enumerate()
	t.assemble()
	return nil
}

// join copies the rows of partition p in all batches into memory side by side, and makes one
// piece of those that follow one another and are alike: all, as a rule. What reads the rows
// next finds them in the cache.
func (t *partition) join(s *Store, p int) {
	starts, ends := s.of(p)
	n := 0
	for i, start := range starts {
		n += int(ends[i]-start) * s.batches[i].cellsPerRow()
	}
	t.joined, t.pieces = ints.Resize(t.joined, n), t.pieces[:0]
	free := t.joined
	for i, start := range starts {
		b := &s.batches[i]
		rows := b.part(p, start, ends[i])
		n := copy(free, rows.cells)
		if last := len(t.pieces) - 1; last >= 0 && t.pieces[last].isLike(rows) {
			before := &t.pieces[last].cells
			*before = (*before)[:len(*before)+n]
		} else {
			rows.cells = free[:n]
			t.pieces = append(t.pieces, piece{b.seq, rows})
		}
		free = free[n:]
	}
}

// enumerate numbers the conversations in the order of their first row.
func (t *partition) enumerate() {
	// Partitions have about this number of conversations each: such a table stays in the cache.
	t.known.Reset(cmp.Or(2*len(t.known.Keys()), len(t.number)))
	var ids [512]source.ID
	n, numbers := 0, t.number
	t.texts.reset()
	for _, piece := range t.pieces {
		t.texts.begin(piece.texts)
		for from := 0; from < piece.len(); {
			read := piece.conversations(ids[n:], from)
			if len(piece.texts) > 0 {
				t.texts.share(ids[n:][:read], piece.texts)
			}
			n, from = n+read, from+read
			if n == len(ids) {
				t.known.Numbers(numbers, ids[:])
				n, numbers = 0, numbers[n:]
			}
		}
	}
	t.known.Numbers(numbers, ids[:n])
}

// assemble brings the rows of each conversation together: a counting sort.
func (t *partition) assemble() {
	t.ends = ints.Resize(t.ends, len(t.known.Keys()))
	clear(t.ends)
	ints.Count(t.ends, t.number)
	ints.Starts(t.ends)
	t.cells = ints.Resize(t.cells, len(t.number)*t.cellsPerRow())
	numbers := t.number
	for _, piece := range t.pieces {
		t.scatter(piece, numbers[:piece.len()])
		numbers = numbers[piece.len():]
	}
}

// scatter puts the rows of a piece, of the conversations with these numbers, where
// the conversations' rows end so far.
func (t *partition) scatter(piece piece, numbers []uint32) {
	switch {
	case !t.wide:
		ints.Scatter(t.asNarrow(), piece.asNarrow(), numbers, t.ends)
	case piece.wide:
		ints.Scatter(t.asWide(), piece.asWide(), numbers, t.ends)
	default:
		wide := t.asWide()
		for i, row := range piece.asNarrow() {
			at := &t.ends[numbers[i]]
			wide[*at] = t.widen(row, piece.base)
			*at++
		}
	}
}

func (t *partition) widen(row narrow, base source.ID) wide {
	g := groups.Group(0)
	if row.sent().Role() == source.FromClient {
		g = t.group(row.tag())
	}
	return row.widen(base, g)
}

// group returns the group that a narrow row's tag says.
func (t *partition) group(tag tag) groups.Group {
	if t.client {
		return groups.Group(tag)
	}
	return t.groups.Number(tag.key())
}

// hasTags reports whether what goes with each message is a tag that is not yet the
// number of a group.
func (t *partition) hasTags() bool { return !t.wide && !t.client }

// look makes the rows from one to another the conversation that is looked at.
func (t *partition) look(from, to int) {
	n := to - from
	t.Resize(n)
	message, sent, ref := t.MessageID[:n], t.Sent[:n], t.Ref[:n]
	if t.wide {
		for i, row := range t.asWide()[from:][:n] {
			message[i], sent[i], ref[i] = row.message, row.sent, uint32(row.group)
		}
		return
	}
	for i, row := range t.asNarrow()[from:][:n] {
		message[i], sent[i], ref[i] = source.ID(row.message), row.sent(), uint32(row.tag())
	}
}
