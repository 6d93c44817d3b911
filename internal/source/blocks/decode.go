package blocks

import (
	"encoding/binary"
	"unicode/utf8"

	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/source"
)

// A block is one that is being read. After the first thing that cannot be, bad is
// set, and all that is read is zero.
type block struct {
	b   []byte // what is left of it, with spareBytes of any content behind
	bad bool

	bucket, buckets, file uint64
	layout                layout
	rows                  int
	runs                  []run

	unit                                             uint64
	sent                                             column
	merchant, country, conversation, message, client column
}

// A run is messages that no others of the file stand between: all those of the
// bucket in as many places as it has, from seq on.
type run struct {
	seq, places int64
	rows        int
}

// A column is numbers as they are written.
type column struct {
	least uint64
	width int
	data  []byte // with spareBytes behind
	texts []source.ID
}

// open reads all but the values of a block whose checksum is right.
func (k *block) open(b []byte, dict *source.Dict, parser *intake.Parser) bool {
	k.b, k.bad, k.runs = b, false, k.runs[:0]
	k.bucket, k.buckets, k.file = k.number(), k.number(), k.number()
	flags := k.number()
	k.layout = layoutOf(flags)
	rows := k.number()
	if k.bad || k.buckets > 1<<32 || k.bucket >= k.buckets || k.file >= MaxFiles || k.layout.flags() != flags ||
		k.layout.Columns != intake.InAll(k.layout.Columns) ||
		!k.layout.Has(source.ConversationID) && !k.layout.client || rows == 0 || rows > maxRows {
		return false
	}
	k.rows = int(rows)
	if !k.readRuns() {
		return false
	}
	if k.unit = k.number(); k.unit != 1 && k.unit != microsecond {
		return false
	}
	ids := func(b []byte) source.ID { return dict.ID(b) }
	k.sent = k.column(nil)
	k.merchant = k.column(ids)
	k.country = k.column(func(b []byte) source.ID { return source.ID(parser.Country(b)) })
	if k.layout.Has(source.ConversationID) {
		k.conversation = k.column(ids)
	}
	if k.layout.Has(source.MessageID) {
		k.message = k.column(ids)
	}
	if k.layout.client {
		k.client = k.column(ids)
	}
	return !k.bad && len(k.b) == spareBytes
}

func (k *block) readRuns() bool {
	sum, next := 0, uint64(0)
	for n := k.number(); n > 0; n-- {
		seq, places, rows := k.number(), k.number(), k.number()
		if k.bad || seq < next || seq >= 1<<placeBits || places == 0 || places > 1<<placeBits-seq || rows == 0 ||
			rows > uint64(k.rows-sum) {
			return false
		}
		k.runs = append(k.runs, run{int64(seq), int64(places), int(rows)})
		sum += int(rows)
		next = seq + places
	}
	return !k.bad && sum == k.rows
}

func (k *block) number() uint64 {
	n, size := binary.Uvarint(k.b)
	if size <= 0 || size > len(k.b)-spareBytes {
		k.bad = true
		k.b = k.b[len(k.b)-min(len(k.b), spareBytes):]
		return 0
	}
	k.b = k.b[size:]
	return n
}

// take returns the next n bytes and those behind them.
func (k *block) take(n uint64) []byte {
	if k.bad || n > uint64(len(k.b)-spareBytes) {
		k.bad = true
		return nil
	}
	taken := k.b[:int(n)+spareBytes]
	k.b = k.b[n:]
	return taken
}

// column reads a column, whose texts, if it may have any, id turns into numbers.
func (k *block) column(id func([]byte) source.ID) (c column) {
	kind := k.number()
	if kind == texts && id != nil {
		c.texts = k.texts(id)
		kind = k.number()
	}
	k.bad = k.bad || kind != numbers
	c.least = k.number()
	width := k.number()
	if k.bad || width > 8 {
		k.bad = true
		return column{}
	}
	c.width = int(width)
	c.data = k.take(uint64(k.rows) * width)
	return c
}

// texts reads the texts of a column; the first place is that of no text.
func (k *block) texts(id func([]byte) source.ID) []source.ID {
	n := k.number()
	if n > uint64(k.rows) {
		k.bad = true
		return nil
	}
	lengths := make([]uint64, n)
	for i := range lengths {
		lengths[i] = k.number()
	}
	all := make([]source.ID, 1, n+1)
	for _, length := range lengths {
		text := k.take(length)
		if k.bad || length == 0 || !utf8.Valid(text[:length]) {
			k.bad = true
			return nil
		}
		all = append(all, id(text[:length]))
	}
	return all
}

// values puts the values from row from on into to, which must be within limits.
func values[T ~uint64](c *column, to []T, from int, least, most uint64) bool {
	if c.least > most {
		return false
	}
	if c.width == 0 {
		for i := range to {
			to[i] = T(c.least)
		}
		return c.least >= least
	}
	mask := ^uint64(0) >> (64 - 8*c.width)
	lowest, highest := ^uint64(0), uint64(0)
	data := c.data[from*c.width:]
	for i := range to {
		v := binary.LittleEndian.Uint64(data) & mask
		data = data[c.width:]
		lowest, highest = min(lowest, v), max(highest, v)
		to[i] = T(c.least + v)
	}
	return highest <= most-c.least && c.least+lowest >= least
}

// maxInteger is the greatest number that an id holds itself.
var maxInteger = uint64(ids.Integer(ids.MaxInteger))

// ids puts ids into to, none of which may be absent unless that is allowed.
func (c *column) ids(to []source.ID, from int, absent bool) bool {
	least, most := uint64(1), maxInteger
	if absent {
		least = 0
	}
	if c.texts != nil {
		most = uint64(len(c.texts) - 1)
	}
	if !values(c, to, from, least, most) {
		return false
	}
	if c.texts != nil {
		for i, place := range to {
			to[i] = c.texts[place]
		}
	}
	return true
}
