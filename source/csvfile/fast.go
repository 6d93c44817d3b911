package csvfile

import (
	"bytes"

	"github.com/sav-analytics/sav/source"
)

// A column says what the fast path does with one column of the file.
type column struct {
	kind kind
	id   *source.ID // where an id goes
}

type kind uint8

const (
	skipColumn kind = iota
	idColumn
	timeColumn
	countryColumn
	visibilityColumn
)

// A fastPath reads records in their usual form straight into a message: plain
// integers or unquoted text as ids, times as YYYY-MM-DD HH:MM:SS, nothing
// quoted but whole fields without doubled quotes (those of columns that are
// skipped may have them). It gives up on any other and leaves it to splitter
// and source.Parser, with which it agrees on those it reads.
type fastPath struct {
	columns []column
	message source.Message
	parser  *source.Parser

	// the date last seen: its text with the separator after it, and its midnight
	date     uint64
	day      uint32
	midnight int64
}

// newFastPath lays out the columns of a file; it is nil where two fields share
// a column, which only the slow path can do.
func newFastPath(parser *source.Parser) *fastPath {
	f := &fastPath{columns: make([]column, len(parser.Header.Names)), parser: parser}
	m := &f.message
	ids := map[source.Field]*source.ID{
		source.SenderUserID: &m.Sender, source.ClientUserID: &m.Client, source.MerchantUserID: &m.MerchantUser,
		source.MerchantID: &m.Merchant, source.ConversationID: &m.Conversation, source.MessageID: &m.MessageID,
	}
	for field := range source.NumFields {
		i := parser.Header.Index[field]
		if i < 0 {
			continue
		}
		c := &f.columns[i]
		if c.kind != skipColumn {
			return nil
		}
		switch field {
		case source.CreatedAt:
			c.kind = timeColumn
		case source.Country:
			c.kind = countryColumn
		case source.IsPublic:
			c.kind = visibilityColumn
		default:
			c.kind, c.id = idColumn, ids[field]
		}
	}
	m.Country = parser.Country(nil)
	return f
}

// read reads the record at b[p:end], where padding readable zeros follow b[end-1].
// It returns where the next one begins and how many lines the record has, or
// ok = false if the record is not in the usual form.
func (f *fastPath) read(b []byte, p, end int) (next, lines int, ok bool) {
	lines = 1
	for i := range f.columns {
		if i > 0 {
			if b[p] != ',' {
				return 0, 0, false
			}
			p++
		}
		c := &f.columns[i]
		if c.kind == idColumn {
			// The hot case, by hand: one to fifteen digits without a leading zero.
			x := load(b, p) ^ zeros
			rest := nonDigits(x)
			n := firstByte(rest)
			value := digits8(x << (64 - 8*uint(n)&63))
			if rest == 0 {
				x2 := load(b, p+8) ^ zeros
				n = firstByte(nonDigits(x2))
				value = digits8(x)*pow10[n] + digits8(x2<<(64-8*uint(n)&63))*min(uint64(n), 1)
				n += 8
			}
			if n > 0 && n < 16 && (x&0xff != 0 || n == 1) && endsField(b[p+n]) {
				*c.id = source.IntegerID(value)
				p += n
				continue
			}
		}
		if c.kind == timeColumn {
			if q, ok := f.time(b, p); ok {
				p = q
				continue
			}
		}
		if b[p] == '"' {
			q := p + 1
			for {
				n := bytes.IndexByte(b[q:end], '"')
				if n < 0 {
					return 0, 0, false
				}
				q += n + 1
				if b[q] != '"' {
					break
				}
				if c.kind != skipColumn {
					return 0, 0, false
				}
				q++
			}
			field := b[p+1 : q-1]
			p = q
			if c.kind == skipColumn {
				lines += bytes.Count(field, newline)
				continue
			}
			if !f.value(c, field) {
				return 0, 0, false
			}
			continue
		}
		q := fieldEnd(b, p, end)
		field := b[p:q]
		p = q
		if b[q] == '\n' && len(field) > 0 && field[len(field)-1] == '\r' {
			p--
			field = field[:len(field)-1]
		}
		if c.kind != skipColumn && !f.value(c, field) {
			return 0, 0, false
		}
	}
	switch {
	case p >= end:
		return 0, 0, false
	case b[p] == '\n':
		return p + 1, lines, true
	case b[p] == '\r' && b[p+1] == '\n' && p+1 < end:
		return p + 2, lines, true
	}
	return 0, 0, false
}

var newline = []byte{'\n'}

// endsField reports whether c may stand after an unquoted field that has no
// carriage return in it.
func endsField(c byte) bool { return c == ',' || c == '\n' }

// value takes a field that is no plain integer, if it is plain text.
func (f *fastPath) value(c *column, field []byte) bool {
	for _, ch := range field {
		if ch >= 0x80 { // to be checked as UTF-8
			return false
		}
	}
	if n := len(field); n > 0 && (field[0] == ' ' || field[n-1] == ' ') { // to be trimmed
		return false
	}
	m := &f.message
	switch c.kind {
	case idColumn:
		*c.id = f.parser.Dict.ID(field)
	case timeColumn:
		m.CreatedAt, m.AmbiguousLocal = source.ParseTime(field, f.parser.Zone)
	case countryColumn:
		m.Country = f.parser.Country(field)
	case visibilityColumn:
		m.Visibility = source.ParseVisibility(field)
	}
	return true
}

// time reads a time in the form YYYY-MM-DD HH:MM:SS[.f{1,9}][Z] at b[p:], and
// returns where it ends.
func (f *fastPath) time(b []byte, p int) (end int, ok bool) {
	date, day := load(b, p), uint32(load(b, p+8))&0xffffff
	if date != f.date || day != f.day {
		midnight, rest, ok := source.ParseDate(b[p : p+11])
		if !ok || rest[0] != ' ' && rest[0] != 'T' {
			return 0, false
		}
		f.date, f.day, f.midnight = date, day, midnight
	}
	seconds, ok := clock(load(b, p+11))
	if !ok {
		return 0, false
	}
	at := f.midnight + seconds*1_000_000
	p += len("YYYY-MM-DD HH:MM:SS")
	if b[p] == '.' {
		unit := int64(100_000)
		from := p + 1
		for p++; b[p]-'0' <= 9 && p < from+9; p++ {
			at += int64(b[p]-'0') * unit
			unit /= 10
		}
		if p == from {
			return 0, false
		}
	}
	m := &f.message
	switch {
	case endsField(b[p]):
		m.CreatedAt, m.AmbiguousLocal = f.parser.Zone.ToUTC(at)
		return p, true
	case b[p] == 'Z' && endsField(b[p+1]):
		m.CreatedAt, m.AmbiguousLocal = at, false
		return p + 1, true
	}
	return 0, false
}
