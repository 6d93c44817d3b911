package csvfile

import (
	"bytes"

	"github.com/sav-analytics/sav/source"
)

// A column says what the fast path does with one column of the file.
type column struct {
	kind  kind
	id    *source.ID // where an id goes
	field source.Field
}

type kind uint8

const (
	skipColumn kind = iota
	idColumn
	timeColumn
	countryColumn
	otherColumn // read by source.Parser alone
)

// A fastPath reads records in their usual form straight into a message: plain
// integers or unquoted text as ids, times as YYYY-MM-DD HH:MM:SS, nothing
// quoted but whole fields without doubled quotes (those of columns that are
// skipped may have them). It gives up on any other and leaves it to splitter
// and source.Parser, with which it agrees on those it reads.
type fastPath struct {
	columns []column
	message source.Message
	blank   source.Flags // those that each row has
	parser  *source.Parser
	zone    *source.Zone
	utc     bool // of times without an offset

	// the date last seen: its text with the separator after it, and its midnight
	date     uint64
	day      uint32
	midnight int64
}

// newFastPath lays out the columns of a file; it is nil where two fields share
// a column, which only the slow path can do.
func newFastPath(parser *source.Parser, rules *source.Rules) *fastPath {
	header := parser.Header()
	f := &fastPath{columns: make([]column, len(header.Names)), parser: parser, zone: rules.Zone, utc: rules.Zone.IsUTC()}
	m := &f.message
	parser.Start(m)
	f.blank = m.Flags
	ids := map[source.Field]*source.ID{
		source.SenderUserID: &m.Sender, source.ClientUserID: &m.Client, source.MerchantUserID: &m.MerchantUser,
		source.MerchantID: &m.Merchant, source.ConversationID: &m.Conversation, source.MessageID: &m.MessageID,
	}
	for field := range source.NumFields {
		i := header.Index[field]
		if i < 0 {
			continue
		}
		c := &f.columns[i]
		if c.kind != skipColumn {
			return nil
		}
		c.field = field
		switch {
		case field == source.CreatedAt && rules.TimeFormat == nil:
			c.kind = timeColumn
		case field == source.Country:
			c.kind = countryColumn
		case field.IsID():
			c.kind, c.id = idColumn, ids[field]
		default:
			c.kind = otherColumn
		}
	}
	return f
}

// read reads the record at b[p:end], where padding readable zeros follow b[end-1].
// It returns where the next one begins and how many lines the record has, or
// ok = false if the record is not in the usual form.
func (f *fastPath) read(b []byte, p, end int) (next, lines int, ok bool) {
	lines = 1
	for i := 0; ; i++ {
		if p, i = f.hot(b, p, i); i == len(f.columns) {
			return p, lines, true
		}
		q, breaks := f.warm(&f.columns[i], b, p, end)
		if q < 0 {
			return 0, 0, false
		}
		lines += breaks
		last := i == len(f.columns)-1
		switch {
		case b[q] == ',' && !last:
			p = q + 1
		case !last || q >= end:
			return 0, 0, false // too few fields, too many, or a part of the last
		case b[q] == '\n':
			return q + 1, lines, true
		case b[q] == '\r' && b[q+1] == '\n' && q+1 < end:
			return q + 2, lines, true
		default:
			return 0, 0, false
		}
	}
}

// warm reads a field that is not in its hot form. It returns where the field ends,
// or -1 to give up, and the number of line breaks within the field.
func (f *fastPath) warm(c *column, b []byte, p, end int) (q, breaks int) {
	switch c.kind {
	case idColumn:
		if id, n := longInteger(b, p); n > 0 && (b[p+n] == ',' || b[p+n] == '\n') {
			*c.id = source.IntegerID(id)
			return p + n, 0
		}
	case timeColumn:
		if q = f.time(b, p); q >= 0 {
			return q, 0
		}
	}
	return f.other(c, b, p, end)
}

// longInteger is the value of nine to fifteen digits without a leading zero at b[p:],
// and how many they are; 0 if it is something else.
func longInteger(b []byte, p int) (value uint64, n int) {
	x, x2 := load(b, p)^zeros, load(b, p+8)^zeros
	n = firstByte(nonDigits(x2))
	if nonDigits(x) != 0 || x&0xff == 0 || n == 0 || n == 8 {
		return 0, 0
	}
	return digits8(x)*pow10[n] + digits8(x2<<(64-8*n)), 8 + n
}

// other reads a field that is in none of the hot forms: quoted, or text, or to
// be skipped. It returns what warm does.
func (f *fastPath) other(c *column, b []byte, p, end int) (q, breaks int) {
	if b[p] != '"' {
		q = fieldEnd(b, p, end)
		field := b[p:q]
		if b[q] == '\n' && len(field) > 0 && field[len(field)-1] == '\r' {
			q--
			field = b[p:q]
		}
		if c.kind != skipColumn && !f.value(c, field) {
			return -1, 0
		}
		return q, 0
	}
	q = p + 1
	for {
		n := bytes.IndexByte(b[q:end], '"')
		if n < 0 {
			return -1, 0
		}
		q += n + 1
		if b[q] != '"' {
			break
		}
		if c.kind != skipColumn {
			return -1, 0
		}
		q++
	}
	field := b[p+1 : q-1]
	if c.kind != skipColumn && !f.value(c, field) {
		return -1, 0
	}
	return q, bytes.Count(field, newline)
}

var newline = []byte{'\n'}

// value takes a field that is in none of the hot forms.
func (f *fastPath) value(c *column, field []byte) bool {
	f.parser.Set(&f.message, c.field, field)
	return true
}

// time reads a time in the form YYYY-MM-DD HH:MM:SS[.f{1,9}][Z] at b[p:], and
// returns where it ends, or -1.
func (f *fastPath) time(b []byte, p int) (end int) {
	date, day := load(b, p), uint32(load(b, p+8))&dayMask
	if date != f.date || day != f.day {
		midnight, rest, ok := source.ParseDate(b[p : p+11])
		if !ok || rest[0] != ' ' && rest[0] != 'T' {
			return -1
		}
		f.date, f.day, f.midnight = date, day, midnight
	}
	seconds, ok := clock(load(b, p+11))
	if !ok {
		return -1
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
			return -1
		}
	}
	m := &f.message
	switch {
	case b[p] == ',' || b[p] == '\n':
		if f.utc {
			m.CreatedAt = at
		} else {
			ambiguous := false
			if m.CreatedAt, ambiguous = f.zone.ToUTC(at); ambiguous {
				m.Flags |= source.FlagAmbiguousLocal
			}
		}
		return p
	case b[p] == 'Z' && (b[p+1] == ',' || b[p+1] == '\n'):
		m.CreatedAt = at
		return p + 1
	}
	return -1
}
