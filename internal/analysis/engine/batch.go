package engine

import (
	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/memory"
	"github.com/sav-analytics/sav/internal/analysis/pair"
	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/ints"
	"github.com/sav-analytics/sav/source"
)

// A batch is a source's batch as rows ordered by partition: partition p has the rows
// from bounds[p] up to bounds[p+1], in the order of the input.
type batch struct {
	rows
	seq    int64
	place  memory.Place // where the memory of rows and texts ends
	bounds []uint32     // nil when the store has them by partition
	// textBounds are those of the cells of texts; nil if there are none.
	textBounds []uint32
}

// part returns the rows of partition p, which begin and end here.
func (b *batch) part(p int, start, end uint32) rows {
	n := uint32(b.cellsPerRow())
	part := rows{b.cells[start*n : end*n], nil, b.wide, b.base}
	if len(b.texts) > 0 {
		part.texts = b.texts[b.textBounds[p]:b.textBounds[p+1]]
	}
	return part
}

// An encoder turns a source's batches into batches of rows. Each goroutine has its
// own.
type encoder struct {
	store  *Store
	groups *groups.Cache

	rows      []memory.Cell // a batch's rows in its order
	partition []uint16      // of each of these rows
	ordered   []memory.Cell // the rows by partition
	latest    int64         // the latest time of a message
	texts     textEncoder
}

// encode makes the rows of a batch, then orders them by partition.
func (e *encoder) encode(b *source.Batch) (batch, error) {
	n := b.Len()
	e.partition = ints.Resize(e.partition, n)
	made := batch{seq: b.Seq, bounds: make([]uint32, e.store.partitions+1)}
	e.rows = ints.Resize(e.rows, n*narrowCells)
	if n > 0 {
		made.base = baseOf(b.Conversation[0])
	}
	if made.wide = !e.encodeNarrow(b, made.base, memory.As[narrow](e.rows)); made.wide {
		e.rows = ints.Resize(e.rows, n*wideCells)
		e.encodeWide(b, memory.As[wide](e.rows))
	}
	if err := e.encodeTexts(b, &made); err != nil {
		return made, err
	}
	// Rows are put in order where the cache has the memory, and then moved as a whole.
	e.ordered = ints.Resize(e.ordered, len(e.rows))
	if made.wide {
		ints.CountingSort(memory.As[wide](e.ordered), memory.As[wide](e.rows), e.partition, made.bounds[1:])
	} else {
		ints.CountingSort(memory.As[narrow](e.ordered), memory.As[narrow](e.rows), e.partition, made.bounds[1:])
	}
	taken, place, err := e.store.slabs.Take(len(e.ordered) + len(e.texts.cells))
	if err != nil {
		return made, err
	}
	made.cells, made.texts, made.place = taken[:len(e.ordered)], taken[len(e.ordered):], place
	copy(made.cells, e.ordered)
	copy(made.texts, e.texts.cells)
	return made, nil
}

// encodeTexts puts the texts of conversations beside the rows that were made of a batch.
func (e *encoder) encodeTexts(b *source.Batch, made *batch) (err error) {
	e.texts.cells = e.texts.cells[:0]
	if b.Len() == 0 || !made.wide && !b.Conversation[0].IsText() { // nor is any other, with the same base
		return nil
	}
	set := func(row int, number uint32) { memory.As[wide](e.rows)[row].conversation = ids.BatchID(number) }
	if !made.wide {
		made.base = baseOf(ids.BatchID(0))
		set = func(row int, number uint32) { memory.As[narrow](e.rows)[row].conversation = number }
	}
	made.textBounds, err = e.texts.encode(b, e.store.Dict, e.partition, e.store.partitions, set)
	return err
}

// encodeNarrow makes narrow rows of a batch, if all of them can be.
func (e *encoder) encodeNarrow(b *source.Batch, base source.ID, rows []narrow) bool {
	n := len(rows)
	at, role, message := b.At[:n], b.Role[:n], b.MessageID[:n]
	merchant, country, partition := b.Merchant[:n], b.Country[:n], e.partition[:n]
	mask := uint64(e.store.partitions - 1)
	latest := e.latest
	for i, conversation := range b.Conversation[:n] {
		seconds, ok := isNarrow(conversation, message[i], base, at[i])
		if !ok {
			return false
		}
		t := newTag(merchant[i], country[i])
		if e.store.client {
			t = 0
			if role[i] == source.FromClient { // only they open conversations
				t = tag(e.groupOf(b, i))
			}
		} else if !hasTag(merchant[i], country[i]) {
			return false
		}
		latest = max(latest, at[i])
		rows[i] = newNarrow(conversation, message[i], seconds, role[i], t)
		partition[i] = uint16(partitionOf(conversation, mask))
	}
	e.latest = latest
	return true
}

// encodeWide makes wide rows of a batch.
func (e *encoder) encodeWide(b *source.Batch, rows []wide) {
	mask := uint64(e.store.partitions - 1)
	for i, conversation := range b.Conversation {
		g := groups.Group(0)
		if b.Role[i] == source.FromClient {
			g = e.groupOf(b, i)
		}
		e.latest = max(e.latest, b.At[i])
		rows[i] = wide{conversation, b.MessageID[i], pair.NewStamp(b.At[i], b.Role[i]), g}
		e.partition[i] = uint16(partitionOf(conversation, mask))
	}
}

// groupOf returns the group of a client's message.
func (e *encoder) groupOf(b *source.Batch, i int) groups.Group {
	key := groups.Key{Merchant: b.Merchant[i], Country: b.Country[i]}
	if e.store.client {
		key.Client = b.Client[i]
	}
	return e.groups.Number(key)
}

// partitionOfHash spreads conversations whose hash is given.
func partitionOfHash(hash, mask uint64) uint64 { return hash >> 32 & mask }

// partitionOf spreads conversations evenly: a hash partition. It uses other bits of the
// hash than the tables within a partition do.
func partitionOf(conversation source.ID, mask uint64) uint64 {
	return partitionOfHash(ints.Hash(uint64(conversation)), mask)
}
