package engine

import (
	"errors"
	"slices"

	"github.com/sav-analytics/sav/internal/analysis/memory"
	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/ints"
	"github.com/sav-analytics/sav/source"
)

// Conversations whose ids are texts that no id holds have them beside the rows of their
// partition in each batch, once, in cells: no table knows the texts of all. A row has the
// number of its text, which is [ids.BatchID] of where its cells begin and of its form.
const (
	textForms     = 3 // bits
	textFormShift = 32 - textForms
	textPlaces    = 1 << textFormShift
)

// A textEncoder puts the texts of a batch's conversations beside its rows. Its memory is used
// again.
type textEncoder struct {
	others  ids.Texts   // of ids that came from a dictionary
	places  []textPlace // of each text
	ordered []uint32    // the texts that rows have
	cells   []memory.Cell
}

// A textPlace is where the cells of a text begin, in those of its partition.
type textPlace struct {
	number    uint32
	partition uint16
	known     bool
}

var (
	errManyTexts = errors.New("the conversation_ids of a part of the input take more than 8 GiB: this is not supported")
	errNoText    = errors.New("a source has conversations that the batch alone knows, and not their texts")
)

// encode replaces the ids of texts in a batch's rows, whose conversations are ids, by set,
// and the partitions of these rows. It returns the bounds of the cells of each partition's
// texts, nil if there are none.
func (t *textEncoder) encode(b *source.Batch, dict *source.Dict, partition []uint16, partitions int,
	set func(row int, number uint32)) (bounds []uint32, err error) {
	var ends []uint32
	t.others.Reset()
	t.places, t.ordered = ints.Resize(t.places, b.Texts.Len()), t.ordered[:0]
	clear(t.places)
	sum := 0
	for i, id := range b.Conversation {
		n, ok := id.InBatch()
		if ok && n >= b.Texts.Len() {
			return nil, errNoText
		}
		if !ok {
			if n, ok = t.others.Add(dict, id); !ok {
				continue
			}
			if n += b.Texts.Len(); n == len(t.places) {
				t.places = append(t.places, textPlace{})
			}
		}
		p := &t.places[n]
		if !p.known {
			of, k := t.text(b, n)
			if ends == nil {
				bounds = make([]uint32, partitions+1)
				ends = bounds[1:]
			}
			*p = textPlace{partition: uint16(partitionOfHash(of.Hash(k), uint64(partitions-1))), known: true}
			size := &ends[p.partition]
			p.number = uint32(of.Form(k))<<textFormShift | *size
			if sum += of.Units(k); sum > textPlaces {
				return nil, errManyTexts
			}
			*size += uint32(of.Units(k))
			t.ordered = append(t.ordered, uint32(n))
		}
		partition[i] = p.partition
		set(i, p.number)
	}
	t.cells = ints.Resize(t.cells, sum)
	ints.Starts(ends)
	for _, n := range t.ordered {
		of, k := t.text(b, int(n))
		end := &ends[t.places[n].partition]
		of.Put(memory.As[[2]uint64](t.cells[*end:]), k)
		*end += uint32(of.Units(k))
	}
	return bounds, nil
}

// text returns the texts that have the n-th text, and its number there.
func (t *textEncoder) text(b *source.Batch, n int) (*ids.Texts, int) {
	if own := b.Texts.Len(); n >= own {
		return &t.others, n - own
	}
	return &b.Texts, n
}

// A textTable numbers the texts of a partition's conversations. Its memory is used again.
type textTable struct {
	texts []text
	index ints.Index
	ids   []source.ID
}

// A text is that of an id, in the cells where it was found.
type text struct {
	cells []memory.Cell
	form  uint8
}

// reset empties the table.
func (t *textTable) reset() {
	t.texts = t.texts[:0]
	t.index.Reset()
}

// begin begins with the ids of a piece that has these texts.
func (t *textTable) begin(texts []memory.Cell) {
	t.ids = ints.Resize(t.ids, len(texts))
	clear(t.ids)
}

// share replaces the ids by which the rows of a piece know these texts by those of the table.
func (t *textTable) share(of []source.ID, texts []memory.Cell) {
	for i, id := range of {
		number, ok := id.InBatch()
		if !ok {
			continue
		}
		at := number % textPlaces
		known := &t.ids[at]
		if *known == ids.Absent {
			form := uint8(number >> textFormShift)
			n := ids.UnitsOf(form, texts[at])
			*known = ids.BatchID(t.number(form, texts[at:][:n:n]))
		}
		of[i] = *known
	}
}

// number returns the number of a text, and adds it if it is new.
func (t *textTable) number(form uint8, cells []memory.Cell) uint32 {
	sum := uint64(form)
	for _, c := range cells {
		sum = ints.Hash(ints.Hash(sum^c[0]) ^ c[1])
	}
	hash := uint32(sum >> 32)
	is := func(number uint32) bool {
		known := &t.texts[number]
		return known.form == form && slices.Equal(known.cells, cells)
	}
	if number, ok := t.index.Find(hash, is); ok {
		return number
	}
	t.texts = append(t.texts, text{cells, form})
	return t.index.Add(hash)
}

// append appends the text of an id of the table to dst; ok is false if the id is of none.
func (t *textTable) append(dst []byte, id source.ID) (text []byte, ok bool) {
	n, ok := id.InBatch()
	if !ok {
		return dst, false
	}
	x := &t.texts[n]
	return ids.AppendUnits(dst, x.form, memory.As[[2]uint64](x.cells)), true
}
