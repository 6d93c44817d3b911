package csvfile

import (
	"strings"

	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/source/record"
	"github.com/sav-analytics/sav/internal/source/value"
	"github.com/sav-analytics/sav/internal/swar"
	"github.com/sav-analytics/sav/source"
)

// A column says what the fast path does with one column of the file.
type column struct {
	kind   kind
	field  source.Field   // of ids
	id     *source.ID     // where an id goes
	fields []source.Field // that the column holds
	prefix ids.Prefix     // of a numberedColumn
	warm   bool           // the last row's field was none in a usual form, and is likely to be such a one again
}

// A kind is what a column holds. That of a column of ids follows what they are.
type kind uint8

const (
	skipColumn kind = iota
	idColumn        // integers of few digits, until others come
	timeColumn
	countryColumn
	roleColumn
	otherColumn // read by intake.Parser alone

	longColumn     // ids: integers, with more digits than eight
	numberedColumn // ids: integers behind a prefix
	wordColumn     // ids: ids.Word
)

// holdsIDs reports whether a column of the kind holds ids, and these alone.
func (k kind) holdsIDs() bool { return k == idColumn || k.isLong() }

// isLong reports whether fastPath.long reads the column, rather than hot.
func (k kind) isLong() bool { return k >= longColumn }

// A fastPath reads records in their usual form straight into a message. It gives up on any
// other and leaves it to record.Splitter and intake.Parser, with which it agrees on those
// it reads.
type fastPath struct {
	columns []column
	message intake.Message
	blank   intake.Flags // those that each row has
	parser  *intake.Parser
	times   value.Times
	utc     bool // of times without an offset

	format     record.Format
	delimiters uint64 // the delimiter in each byte
	lineEnds   uint64
}

// newFastPath lays out the columns of a file; it is nil where blank records could not be
// found by their time, and where the delimiter may stand in a time or country.
func newFastPath(parser *intake.Parser, rules *source.Rules, format record.Format) *fastPath {
	header := parser.Header()
	if d := format.Delimiter; header.Index[source.CreatedAt] < 0 || strings.IndexByte(" -./:_", d) >= 0 ||
		d >= '0' && d <= '9' || d|0x20 >= 'a' && d|0x20 <= 'z' {
		return nil
	}
	f := &fastPath{columns: make([]column, len(header.Names)), parser: parser,
		times: value.Times{Zone: rules.Zone}, utc: rules.Zone.IsUTC(),
		format: format, delimiters: uint64(format.Delimiter) * swar.Ones, lineEnds: uint64(format.LineEnd) * swar.Ones}
	m := &f.message
	parser.Start(m)
	f.blank = m.Flags
	ids := map[source.Field]*source.ID{
		source.SenderUserID: &m.Sender, source.ClientUserID: &m.Client, source.MerchantUserID: &m.MerchantUser,
		source.MerchantID: &m.Merchant, source.ConversationID: &m.Conversation, source.MessageID: &m.MessageID,
	}
	for field := range intake.NumFields {
		i := header.Index[field]
		if i < 0 {
			continue
		}
		c := &f.columns[i]
		c.fields = append(c.fields, field)
		switch {
		case len(c.fields) > 1:
			c.kind = otherColumn
		case field == source.CreatedAt && rules.TimeFormat == nil:
			c.kind = timeColumn
		case field == source.Country:
			c.kind = countryColumn
		case field == source.SenderRole:
			c.kind = roleColumn
		case intake.IsID(field):
			c.kind, c.field, c.id = idColumn, field, ids[field]
		default:
			c.kind = otherColumn
		}
	}
	return f
}

// rest reads what hot has left of a record: column i, at b[p:end], and the others. It returns
// where the next record begins and how many lines this one has, or ok = false if the record is
// not in the usual form.
func (f *fastPath) rest(b []byte, p, i, end int) (next, lines int, ok bool) {
	lines = 1
	for ; ; i++ {
		for was := -1; !f.columns[i].warm && i > was; {
			was = i
			if f.columns[i].kind.isLong() {
				p, i = f.long(b, p, i)
			} else {
				p, i = f.hot(b, p, i)
			}
			if i == len(f.columns) {
				return p, lines, true
			}
		}
		q, breaks := f.warm(&f.columns[i], b, p, end)
		if q < 0 {
			return 0, 0, false
		}
		lines += breaks
		if i < len(f.columns)-1 {
			if b[q] != f.format.Delimiter {
				return 0, 0, false // too few fields
			}
			p = q + 1
			continue
		}
		if b[q] == f.format.Delimiter {
			q++ // one field too many, which must be empty
		}
		n := f.lineBreak(b, q)
		return q + n, lines, n > 0
	}
}

// lineBreak returns the length of the line break at b[p], 0 if there is none.
func (f *fastPath) lineBreak(b []byte, p int) int {
	switch {
	case b[p] == f.format.LineEnd:
		return 1
	case b[p] == '\r' && b[p+1] == '\n' && f.format.LineEnd == '\n':
		return 2
	}
	return 0
}

// warm reads a field that is not in its hot form. It returns where the field ends, or -1
// to give up, and the number of line breaks within the field.
func (f *fastPath) warm(c *column, b []byte, p, end int) (q, breaks int) {
	quoted := b[p] == '"' && !f.format.NoQuotes
	q = p
	if quoted {
		q++
	}
	switch c.kind {
	case idColumn, longColumn, numberedColumn, wordColumn:
		if id, n := swar.Integer(b, q); n > 0 {
			if q, ok := f.ends(b, q+n, quoted); ok {
				*c.id = ids.Integer(id)
				if n > 8 {
					c.kind = longColumn
				} else if c.kind != longColumn {
					c.kind = idColumn
				}
				c.warm = quoted
				return q, 0
			}
		}
		if w, n := ids.ReadWord(b, q); n > 0 {
			if q, ok := f.ends(b, q+n, quoted); ok {
				*c.id = f.parser.Word(c.field, w)
				c.kind = wordColumn
				if c.prefix, ok = f.parser.Dict().PrefixOf(*c.id); ok {
					c.kind = numberedColumn
				}
				c.warm = quoted
				return q, 0
			}
		}
	case timeColumn:
		if at, ambiguous, n := f.times.Read(b, q); n > 0 {
			if q, ok := f.ends(b, q+n, quoted); ok {
				f.message.CreatedAt = at
				if ambiguous {
					f.message.Flags |= intake.FlagAmbiguousLocal
				}
				c.warm = quoted
				return q, 0
			}
		}
	case countryColumn:
		if country, ok := f.parser.KnownCountry(b[q], b[q+1]); ok {
			if q, ok := f.ends(b, q+2, quoted); ok {
				f.message.Country = country
				c.warm = quoted
				return q, 0
			}
		}
	case roleColumn:
		if by, n := f.parser.KnownRole(swar.Load(b, q)); n > 0 {
			if q, ok := f.ends(b, q+n, quoted); ok {
				f.message.By = by
				c.warm = quoted
				return q, 0
			}
		}
	}
	if c.kind.holdsIDs() {
		c.warm = true
	}
	if quoted {
		return f.quoted(c, b, p+1, end)
	}
	return f.unquoted(c, b, p, end)
}

// ends reports whether a field's text is over at b[p], and returns where the field is.
func (f *fastPath) ends(b []byte, p int, quoted bool) (q int, ok bool) {
	if quoted {
		return p + 1, b[p] == '"' && b[p+1] != '"'
	}
	return p, b[p] == f.format.Delimiter || f.lineBreak(b, p) > 0
}
