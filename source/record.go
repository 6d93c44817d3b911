package source

import (
	"bytes"
	"unicode/utf8"
)

// A Parser turns records of text fields into messages of a batch.
type Parser struct {
	Header *Header
	Zone   *Zone // of times without an offset; nil is UTC
	Dict   *Dict

	message Message
	// countries caches the codes of two-letter countries by letters; codes are
	// held plus one, 0 is not yet looked up.
	countries [26 << 5]Text
}

// Add judges a record, whose fields are unquoted and as many as the header's,
// and adds it to the batch or counts why it does not.
func (p *Parser) Add(b *Batch, record [][]byte) Reason {
	if len(record) != len(p.Header.Names) {
		b.Reject(FieldCount)
		return FieldCount
	}
	m := &p.message
	*m = Message{CreatedAt: MissingTime}
	var value [NumFields][]byte
	for f, i := range p.Header.Index {
		if i >= 0 {
			value[f] = Clean(record[i])
		}
	}
	m.CreatedAt, m.AmbiguousLocal = ParseTime(value[CreatedAt], p.Zone)
	m.Sender = p.Dict.ID(value[SenderUserID])
	m.Client = p.Dict.ID(value[ClientUserID])
	m.MerchantUser = p.Dict.ID(value[MerchantUserID])
	m.Merchant = p.Dict.ID(value[MerchantID])
	m.Conversation = p.Dict.ID(value[ConversationID])
	m.MessageID = p.Dict.ID(value[MessageID])
	m.Country = p.Country(value[Country])
	m.Visibility = ParseVisibility(value[IsPublic])
	return b.Append(m)
}

// UnknownCountry stands for a country that is empty or absent.
const UnknownCountry = "unknown"

// Country returns the code of a country: two ASCII letters upper-cased, empty
// as [UnknownCountry], anything else as it is.
func (p *Parser) Country(s []byte) Text {
	if len(s) == 2 {
		if i, ok := letters(s[0], s[1]); ok {
			code := &p.countries[i]
			if *code == 0 {
				*code = p.Dict.Text(bytes.ToUpper(s)) + 1
			}
			return *code - 1
		}
	}
	if len(s) == 0 {
		s = []byte(UnknownCountry)
	}
	return p.Dict.Text(s)
}

// KnownCountry is the code of a country of two letters that Country was asked for
// before.
func (p *Parser) KnownCountry(a, b byte) (Text, bool) {
	i, ok := letters(a, b)
	if !ok {
		return 0, false
	}
	code := p.countries[i]
	return code - 1, code != 0
}

// letters is the place in Parser.countries of two ASCII letters, in upper or lower
// case.
func letters(a, b byte) (place int, ok bool) {
	a, b = a&^0x20-'A', b&^0x20-'A'
	return int(a)<<5 | int(b), a < 26 && b < 26
}

// ParseVisibility reads is_public.
func ParseVisibility(s []byte) Visibility {
	if len(s) == 0 {
		return Public
	}
	s = trimZeroFraction(s)
	if len(s) > len("false") {
		return BadVisibility
	}
	var buf [len("false")]byte
	switch string(bytes.ToLower(append(buf[:0], s...))) {
	case "true", "t", "1", "yes", "y", "on":
		return Public
	case "false", "f", "0", "no", "n", "off":
		return Private
	}
	return BadVisibility
}

// Clean is a field's value: trimmed of spaces, with U+FFFD for what is no valid
// UTF-8.
func Clean(s []byte) []byte {
	s = bytes.Trim(s, " ")
	if utf8.Valid(s) {
		return s
	}
	return validUTF8(s)
}

// validUTF8 replaces each maximal part of s that begins a character but does
// not complete it, and each byte that begins none, by one U+FFFD: the practice
// that the Unicode standard recommends (chapter 3.9), and that of Python.
func validUTF8(s []byte) []byte {
	out := make([]byte, 0, len(s)+len(s)/2)
	for len(s) > 0 {
		r, n := utf8.DecodeRune(s)
		if r == utf8.RuneError && n == 1 {
			n = brokenPart(s)
		}
		out = utf8.AppendRune(out, r)
		s = s[n:]
	}
	return out
}

// brokenPart is the length of the ill-formed part that s begins with: its bytes
// up to the first that no character could continue with.
func brokenPart(s []byte) int {
	for n := 1; n < len(s) && n < utf8.UTFMax; n++ {
		// The first n+1 bytes begin a character exactly when they would be
		// incomplete rather than wrong.
		if utf8.FullRune(s[: n+1 : n+1]) {
			return n
		}
	}
	return min(len(s), utf8.UTFMax-1)
}
