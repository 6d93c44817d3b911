package servers

import (
	"io"
	"runtime/debug"
	"strconv"

	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/parallel"
	"github.com/sav-analytics/sav/source"
)

// A block holds rows as the server gave them: their values are copied, since the next rows
// overwrite them, and not yet parsed.
type block struct {
	bytes []byte // all texts
	cells []cell // the values of all rows, row by row
	err   error  // what ended the rows after these: io.EOF, or what the database failed at

	row     [][]byte
	numbers []byte // the texts of integers in row
}

// A cell is one value: NULL if it is zero.
type cell struct {
	form   form
	length uint32 // of a text
	value  int64  // an integer, or where a text begins in block.bytes
}

type form uint8

const (
	isNull form = iota
	isInteger
	isText
)

// A block is full when it has this many cells or bytes of text: about 1,000 rows, which
// fit a core's cache.
const (
	blockCells = 1 << 13
	blockBytes = 1 << 18
)

func (b *block) addNull() { b.cells = append(b.cells, cell{}) }

func (b *block) addInteger(n int64) { b.cells = append(b.cells, cell{form: isInteger, value: n}) }

func (b *block) addText(s []byte) {
	b.cells = append(b.cells, cell{isText, uint32(len(s)), int64(len(b.bytes))})
	b.bytes = append(b.bytes, s...)
}

// fill replaces the block's rows by the next ones, until it is full or there are no more.
func (b *block) fill(r rows) {
	b.bytes, b.cells = b.bytes[:0], b.cells[:0]
	for len(b.cells) < blockCells && len(b.bytes) < blockBytes {
		if b.err = r.next(b); b.err != nil {
			return
		}
	}
}

func (b *block) text(c cell) []byte { return b.bytes[c.value:][:c.length:c.length] }

// texts returns the values of a row as texts, nil for NULL. They are valid until the next call.
func (b *block) texts(row []cell) [][]byte {
	b.row, b.numbers = b.row[:0], b.numbers[:0]
	for _, c := range row {
		var text []byte
		switch c.form {
		case isText:
			text = b.text(c)
		case isInteger:
			from := len(b.numbers)
			b.numbers = strconv.AppendInt(b.numbers, c.value, 10)
			text = b.numbers[from:]
		}
		b.row = append(b.row, text)
	}
	return b.row
}

// parse gives m the values of a row, as [intake.Parser.Add] does those of their texts.
func (b *block) parse(p *intake.Parser, m *intake.Message, row []cell) {
	p.Start(m)
	for f, i := range p.Header().Index {
		if i >= 0 {
			b.set(p, m, source.Field(f), row[i])
		}
	}
}

// set gives m the value of a field.
func (b *block) set(p *intake.Parser, m *intake.Message, f source.Field, c cell) {
	switch {
	case c.form == isNull:
		p.Set(m, f, nil)
	case c.form == isText:
		text := b.text(c)
		if len(text) == ids.UUIDLength && intake.IsID(f) {
			if w, ok := ids.WordOf(text); ok { // a word needs no cleaning
				m.SetID(f, p.Word(f, w))
				return
			}
		}
		p.Set(m, f, text)
	case intake.IsID(f):
		m.SetID(f, p.Dict().Int(c.value))
	default:
		var text [20]byte
		p.Set(m, f, strconv.AppendInt(text[:0], c.value, 10))
	}
}

// blocksAhead is how many blocks may wait to be parsed.
const blocksAhead = 2

// inBlocks calls take for all rows, in blocks and in their order.
func inBlocks(r rows, take func(*block) error) error {
	for b := new(block); b.err == nil; {
		b.fill(r)
		if err := take(b); err != nil {
			return err
		}
	}
	return nil
}

// inBlocksAhead does what inBlocks does, while another goroutine reads the next blocks.
// That goroutine has ended when inBlocksAhead returns: stop, which must make r.next
// return an error, ends it early. If r.next panics, inBlocksAhead does, with a [parallel.Panic].
func inBlocksAhead(r rows, stop func(), take func(*block) error) error {
	blocks := make(chan *block, blocksAhead)
	var fault *parallel.Panic
	go func() {
		defer close(blocks)
		defer func() {
			if v := recover(); v != nil {
				fault = &parallel.Panic{Value: v, Stack: debug.Stack()}
			}
		}()
		// One block is filled and one taken, while the others wait: a block is filled
		// again only when it is free.
		var ring [blocksAhead + 2]block
		for i := 0; ; i = (i + 1) % len(ring) {
			ring[i].fill(r)
			blocks <- &ring[i]
			if ring[i].err != nil {
				return
			}
		}
	}()
	defer func() {
		stop()
		for range blocks { // wait for the end of the goroutine
		}
		if fault != nil {
			panic(fault)
		}
	}()
	for b := range blocks {
		if err := take(b); err != nil {
			return err
		}
	}
	return nil
}

// eachRow calls visit for each row with its values as texts.
func eachRow(r rows, visit func(texts [][]byte)) error {
	for {
		var b block
		switch err := r.next(&b); err {
		case nil:
			visit(b.texts(b.cells))
		case io.EOF:
			return nil
		default:
			return err
		}
	}
}
