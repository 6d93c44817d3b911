package blocks

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/source"
)

// An encoder makes blocks. It is used from one goroutine at a time.
type encoder struct {
	*Writer
	b []byte

	pieces []*piece
	bucket int
	rows   int

	values  []uint64 // scratch, of a column
	index   map[source.ID]uint64
	places  []uint64 // by country's code: its place among the texts, from one on
	lengths []byte
	bytes   []byte
}

func (e *encoder) init(w *Writer) { e.Writer, e.index = w, make(map[source.ID]uint64) }

// encode returns the block of the messages of a bucket; nil if there are none.
func (e *encoder) encode(pieces []*piece, bucket int) ([]byte, error) {
	e.pieces, e.bucket, e.rows = pieces, bucket, 0
	for _, p := range pieces {
		e.rows += len(of(p.sent, p, bucket))
	}
	if e.rows == 0 {
		return nil, nil
	}
	e.b = append(e.b[:0], magic...)
	e.b = append(e.b, 0, 0, 0, 0)
	for _, n := range [...]uint64{uint64(bucket), uint64(e.opts.Buckets), uint64(e.opts.File), e.layout.flags(),
		uint64(e.rows)} {
		e.number(n)
	}
	e.runs()
	e.sent()
	e.ids(func(p *piece) []source.ID { return p.merchant })
	e.countries()
	if e.layout.Has(source.ConversationID) {
		e.ids(func(p *piece) []source.ID { return p.conversation })
	}
	if e.layout.Has(source.MessageID) {
		e.ids(func(p *piece) []source.ID { return p.message })
	}
	if e.layout.client {
		e.ids(func(p *piece) []source.ID { return p.client })
	}
	if len(e.b) > maxBytes {
		return nil, fmt.Errorf("a block of %d bytes is too many: the ids are very long texts", len(e.b))
	}
	binary.LittleEndian.PutUint32(e.b[len(magic):], uint32(len(e.b)-len(magic)-lengthSize))
	e.b = binary.LittleEndian.AppendUint32(e.b, checksum(e.b))
	return e.b, nil
}

func (e *encoder) number(n uint64) { e.b = binary.AppendUvarint(e.b, n) }

// runs writes where the messages stand: batches that follow one another are a run.
func (e *encoder) runs() {
	var runs []run
	for _, p := range e.pieces {
		rows := len(of(p.sent, p, e.bucket))
		if n := len(runs); n > 0 && runs[n-1].seq+runs[n-1].places == p.seq {
			runs[n-1].places++
			runs[n-1].rows += rows
		} else if rows > 0 {
			runs = append(runs, run{p.seq, 1, rows})
		}
	}
	e.number(uint64(len(runs)))
	for _, r := range runs {
		e.number(uint64(r.seq))
		e.number(uint64(r.places))
		e.number(uint64(r.rows))
	}
}

// sent writes times and roles.
func (e *encoder) sent() {
	e.values = e.values[:0]
	whole := true
	for _, p := range e.pieces {
		for _, v := range of(p.sent, p, e.bucket) {
			seconds := v >> 1 / microsecond
			whole = whole && seconds*microsecond == v>>1
			e.values = append(e.values, seconds<<1|v&1)
		}
	}
	unit := uint64(microsecond)
	if !whole {
		unit, e.values = 1, e.values[:0]
		for _, p := range e.pieces {
			e.values = append(e.values, of(p.sent, p, e.bucket)...)
		}
	}
	e.number(unit)
	e.numbers()
}

func (e *encoder) ids(column func(*piece) []source.ID) {
	e.values = resize(e.values, e.rows)
	i, all := 0, source.ID(0)
	for _, p := range e.pieces {
		for _, id := range of(column(p), p, e.bucket) {
			e.values[i] = uint64(id)
			all |= id
			i++
		}
	}
	if _, integers := (all | 1).Integer(); integers {
		e.numbers()
		return
	}
	clear(e.index)
	e.lengths, e.bytes = e.lengths[:0], e.bytes[:0]
	for i, v := range e.values {
		id := source.ID(v)
		if id == ids.Absent {
			continue
		}
		place, ok := e.index[id]
		if !ok {
			place = uint64(len(e.index)) + 1
			e.index[id] = place
			from := len(e.bytes)
			e.bytes = e.opts.Dict.AppendID(e.bytes, id)
			e.lengths = binary.AppendUvarint(e.lengths, uint64(len(e.bytes)-from))
		}
		e.values[i] = place
	}
	e.texts(len(e.index))
}

func (e *encoder) countries() {
	e.values = resize(e.values, e.rows)
	e.lengths, e.bytes = e.lengths[:0], e.bytes[:0]
	clear(e.places)
	i, n := 0, uint64(0)
	for _, p := range e.pieces {
		for _, country := range of(p.country, p, e.bucket) {
			for int(country) >= len(e.places) {
				e.places = append(e.places, 0)
			}
			if e.places[country] == 0 {
				n++
				e.places[country] = n
				text := e.opts.Dict.TextOf(country)
				e.bytes = append(e.bytes, text...)
				e.lengths = binary.AppendUvarint(e.lengths, uint64(len(text)))
			}
			e.values[i] = e.places[country]
			i++
		}
	}
	e.texts(int(n))
}

// texts writes a column of n texts, whose places are in values.
func (e *encoder) texts(n int) {
	e.b = append(e.b, texts)
	e.number(uint64(n))
	e.b = append(e.b, e.lengths...)
	e.b = append(e.b, e.bytes...)
	e.numbers()
}

// numbers writes the values as a column of numbers.
func (e *encoder) numbers() {
	least, most := e.values[0], e.values[0]
	for _, v := range e.values {
		least, most = min(least, v), max(most, v)
	}
	width := widthOf(most - least)
	e.b = append(e.b, numbers)
	e.number(least)
	e.b = append(e.b, byte(width))
	if width == 0 {
		return
	}
	from := len(e.b)
	e.b = slices.Grow(e.b, e.rows*width+spareBytes)
	to := e.b[from : from+e.rows*width+spareBytes]
	for _, v := range e.values {
		binary.LittleEndian.PutUint64(to, v-least)
		to = to[width:]
	}
	e.b = e.b[:from+e.rows*width]
}
