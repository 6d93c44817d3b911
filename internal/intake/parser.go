package intake

import (
	"bytes"
	"unicode/utf8"

	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/source/verdict"
	"github.com/sav-analytics/sav/source"
)

// A Parser turns the values of a row into a message. It is of one goroutine.
type Parser struct {
	header *source.Header
	zone   *source.Zone
	format *source.TimeFormat
	dict   *source.Dict
	roles  *roles

	words   ids.Reader
	as      [NumFields]ids.Use // what the words of a field are needed for
	blank   Message            // a row whose columns are all empty
	message Message            // that of Add
	// countries caches the codes of two-letter countries by letters; codes are
	// held plus one, 0 is not yet looked up.
	countries [26 << 5]source.Text
}

// NoHeader returns the header of an input without columns.
func NoHeader() *source.Header {
	h := &source.Header{}
	for f := range h.Index {
		h.Index[f] = -1
	}
	return h
}

// NewParser returns a parser of rows with a header. A nil header does for rows whose values
// are given by [Parser.Set]; nil rules mean no rules, and a nil dict is a new one.
func NewParser(h *source.Header, rules *source.Rules, dict *source.Dict) *Parser {
	if rules == nil {
		rules = &source.Rules{}
	}
	if dict == nil {
		dict = source.NewDict()
	}
	if h == nil {
		h = NoHeader()
	}
	p := &Parser{header: h, zone: rules.Zone, format: rules.TimeFormat, dict: dict, roles: newRoles(rules.Roles)}
	p.words = ids.NewReader(dict)
	p.blank = Message{CreatedAt: source.MissingTime, Country: p.Country(nil)}
	for f := range NumFields {
		if value, ok := rules.Set[f]; ok {
			p.Set(&p.blank, f, []byte(value))
		}
	}
	return p
}

// Serve says what is needed of the rows that are appended to batches. Without it, that is
// everything. After it, each batch must be settled.
func (p *Parser) Serve(needs source.Needs) {
	p.ServeColumns(needs)
	if p.ComparesUsers(needs) {
		for _, f := range userFields {
			p.as[f] = ids.InOneRow
		}
	}
}

// ServeColumns does what Serve does where values are read column by column with TextID.
func (p *Parser) ServeColumns(needs source.Needs) {
	if needs.Rows {
		return
	}
	if needs.OwnMessageIDs {
		p.as[source.MessageID] = ids.OwnEach
	}
	// The id that rows without a value have is compared with those of others.
	if needs.OwnConversations && p.blank.Conversation == ids.Absent {
		p.as[source.ConversationID] = ids.InBatch
	}
}

var userFields = [...]source.Field{source.SenderUserID, source.ClientUserID, source.MerchantUserID}

// ComparesUsers reports whether ids of users are needed only to compare those of one row.
func (p *Parser) ComparesUsers(needs source.Needs) bool {
	for _, f := range userFields {
		if p.blank.ID(f) != ids.Absent { // it has the id that other rows would not
			return false
		}
	}
	return p.header.Columns().Has(source.ConversationID) && !needs.Client && !needs.Users && !needs.Rows
}

// Settle must be called of a batch to which messages were appended whose values the parser
// gave them, before anybody else sees it.
func (p *Parser) Settle(b *Batch) { p.words.Hand(&b.Texts) }

// Header returns the header that the parser was made with.
func (p *Parser) Header() *source.Header { return p.header }

// Dict returns the dictionary that the parser was made with.
func (p *Parser) Dict() *source.Dict { return p.dict }

// Start makes m a row whose columns are all empty.
func (p *Parser) Start(m *Message) { *m = p.blank }

// Set gives m the value of a field: text as it stands in the input, unquoted. A
// field that is not set is empty.
func (p *Parser) Set(m *Message, f source.Field, value []byte) {
	s, valid := Clean(value)
	if !valid {
		m.Flags |= FlagInvalidUTF8
	}
	if f == source.Country {
		m.Country = p.Country(s)
		return
	}
	if IsNull(s) {
		s = nil
	}
	switch f {
	case source.CreatedAt:
		at, ambiguous := p.Time(s)
		m.CreatedAt = at
		if ambiguous {
			m.Flags |= FlagAmbiguousLocal
		}
	case source.SenderRole:
		m.By = p.By(s)
	case source.IsPublic, source.IsPrivate, source.IsAutomatic, source.NeedsReply:
		m.Flags |= FlagsOf(f, s)
	default:
		id := p.TextID(f, s)
		if id == ids.Cut {
			m.Flags |= FlagCutID
		}
		m.SetID(f, id)
	}
}

// TextID returns the id that a field of ids has if its text is s, cleaned, in the row that
// is read; [ids.Cut] if it is in scientific notation.
func (p *Parser) TextID(f source.Field, s []byte) source.ID {
	if id, ok := ids.ParseInteger(s); ok {
		return id
	}
	if w, ok := ids.WordOf(s); ok {
		return p.Word(f, w)
	}
	switch {
	case IsNull(s):
		return ids.Absent
	case isCut(s):
		return ids.Cut
	case !IsID(f):
		return p.dict.ID(s)
	}
	return p.words.TextID(s, p.as[f], uint8(f-source.SenderUserID))
}

// Word returns the id of a word that a field of ids has in the row that is read; Absent if
// the field does not hold ids.
func (p *Parser) Word(f source.Field, w ids.Word) source.ID {
	if !IsID(f) {
		return ids.Absent
	}
	return p.words.ID(w, p.as[f], uint8(f-source.SenderUserID))
}

// ReadID returns the id of the word at text[at:], in field f of the current row, and the
// word's length, which is 0 if no word begins there (see [ids.ReadWord]).
func (p *Parser) ReadID(f source.Field, text []byte, at int) (id source.ID, length int) {
	return p.words.Read(text, at, p.as[f], uint8(f-source.SenderUserID))
}

// ID returns the id whose text is s, cleaned; [ids.Cut] if it is in scientific notation.
func (p *Parser) ID(s []byte) source.ID {
	if id, ok := ids.ParseInteger(s); ok {
		return id
	}
	switch {
	case IsNull(s):
		return ids.Absent
	case isCut(s):
		return ids.Cut
	}
	return p.dict.ID(s)
}

// Time returns what created_at says, as [ParseTime] does, in the rules' format or
// one of those that are always read.
func (p *Parser) Time(s []byte) (at int64, ambiguous bool) {
	if IsNull(s) {
		return source.MissingTime, false
	}
	if p.format != nil {
		if at, ambiguous, ok := p.format.Parse(s, p.zone); ok {
			return at, ambiguous
		}
	}
	return ParseTime(s, p.zone)
}

// By returns what a value of sender_role, cleaned, says.
func (p *Parser) By(s []byte) source.WrittenBy {
	if len(s) == 0 || IsNull(s) {
		return ByIDs
	}
	return p.roles.by(s)
}

// FlagsOf returns the flags of a row whose field, one that is true or false, has
// the value s, cleaned.
func FlagsOf(f source.Field, s []byte) Flags {
	if !IsFlag(f) || len(s) == 0 || IsNull(s) {
		return 0
	}
	on, ok := parseFlag(s)
	means := flagFields[f]
	switch {
	case !ok:
		return means.bad
	case on == means.when:
		return means.flag
	}
	return 0
}

// flagFields says of each field that is true or false which value gives which
// flag, and which flag one that is neither gives.
var flagFields = [NumFields]struct {
	when      bool
	flag, bad Flags
}{
	source.IsPublic:    {false, FlagPrivate, FlagBadPublic},
	source.IsPrivate:   {true, FlagPrivate, FlagBadPublic},
	source.IsAutomatic: {true, FlagAutomatic, FlagBadAutomatic},
	source.NeedsReply:  {false, FlagNoReply, FlagBadReply},
}

// Add judges a record, whose fields are unquoted, and adds it to the batch or counts
// why it does not. A field too many that is empty is dropped: the line ended with a
// delimiter.
func (p *Parser) Add(b *Batch, record [][]byte) source.Reason {
	m := &p.message
	p.Start(m)
	n := len(p.header.Names)
	if len(record) == n+1 && len(record[n]) == 0 {
		record = record[:n]
	}
	for _, field := range record {
		if !utf8.Valid(field) {
			m.Flags |= FlagInvalidUTF8
		}
	}
	if len(record) != n {
		b.Reject(verdict.FieldCount, m.Flags)
		return verdict.FieldCount
	}
	for f, i := range p.header.Index {
		if i >= 0 && i < n {
			p.Set(m, source.Field(f), record[i])
		}
	}
	return b.Append(m)
}

// UnknownCountry stands for a country that is empty or absent.
const UnknownCountry = "unknown"

// Country returns the code of a country, cleaned: two ASCII letters upper-cased
// (NA is Namibia), empty as [UnknownCountry], anything else as it is.
func (p *Parser) Country(s []byte) source.Text {
	if len(s) == 2 {
		if i, ok := letters(s[0], s[1]); ok {
			code := &p.countries[i]
			if *code == 0 {
				*code = p.dict.Text(bytes.ToUpper(s)) + 1
			}
			return *code - 1
		}
	}
	if len(s) == 0 || IsNull(s) {
		s = []byte(UnknownCountry)
	}
	return p.dict.Text(s)
}

// KnownCountry returns the code of a country of two letters that Country was asked
// for before.
func (p *Parser) KnownCountry(a, b byte) (source.Text, bool) {
	i, ok := letters(a, b)
	if !ok {
		return 0, false
	}
	code := p.countries[i]
	return code - 1, code != 0
}

// letters returns the index in Parser.countries of two ASCII letters, in upper or
// lower case.
func letters(a, b byte) (index int, ok bool) {
	a, b = a&^0x20-'A', b&^0x20-'A'
	return int(a)<<5 | int(b), a < 26 && b < 26
}
