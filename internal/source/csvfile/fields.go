package csvfile

import (
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/source/value"
	"github.com/sav-analytics/sav/internal/swar"
)

// unquoted reads an unquoted field at b[p:]. It returns what warm does.
func (f *fastPath) unquoted(c *column, b []byte, p, end int) (q, breaks int) {
	if b[p] == ' ' && !f.format.NoQuotes && f.quoteAfterSpaces(b, p) {
		return -1, 0
	}
	if f.format.Backslash {
		return f.escaped(c, b, p, end)
	}
	var found, text uint64
	for q = p; q < end; q += 8 {
		w := swar.Load(b, q)
		if found = swar.ZeroBytes(w^f.delimiters) | swar.ZeroBytes(w^f.lineEnds); found != 0 {
			q += swar.First(found)
			text |= w & (found ^ (found - 1)) // up to what was found
			break
		}
		text |= w
	}
	if q >= end {
		return -1, 0
	}
	if b[q] == '\n' && q > p && b[q-1] == '\r' {
		q--
	}
	f.take(c, b, p, q, text&swar.Highs != 0)
	return q, 0
}

// quoteAfterSpaces reports whether spaces, then a quote, stand at b[p:].
func (f *fastPath) quoteAfterSpaces(b []byte, p int) bool {
	for b[p] == ' ' && f.format.Delimiter != ' ' {
		p++
	}
	return b[p] == '"'
}

// escaped does what unquoted does, where a backslash escapes.
func (f *fastPath) escaped(c *column, b []byte, p, end int) (q, breaks int) {
	const backslashes = '\\' * swar.Ones
	from, any := p, false
	for p < end {
		w := swar.Load(b, p)
		found := swar.ZeroBytes(w^f.delimiters) | swar.ZeroBytes(w^f.lineEnds) | swar.ZeroBytes(w^backslashes)
		if found == 0 {
			p += 8
			continue
		}
		if p += swar.First(found); b[p] != '\\' {
			break
		}
		any = true
		if p+2 >= end {
			return -1, 0
		}
		p, breaks = f.pastEscape(b, p, breaks)
	}
	if p >= end {
		return -1, 0
	}
	q = p
	if b[q] == '\n' && f.format.LineEnd == '\n' && q > from && b[q-1] == '\r' {
		q--
	}
	if any && string(b[from:q]) != `\N` && (c.kind != skipColumn || !value.ValidUTF8(b, from, q)) {
		return -1, 0
	}
	f.take(c, b, from, q, true)
	return q, breaks
}

// pastEscape returns where the text goes on behind the backslash at b[p], and breaks with
// the line break that it takes away.
func (f *fastPath) pastEscape(b []byte, p, breaks int) (int, int) {
	if b[p+1] == '\r' && b[p+2] == '\n' && f.format.LineEnd == '\n' {
		p++
	}
	if b[p+1] == f.format.LineEnd {
		breaks++
	}
	return p + 2, breaks
}

// quoted reads a quoted field whose text begins at b[p:]. It returns what warm does.
func (f *fastPath) quoted(c *column, b []byte, p, end int) (q, breaks int) {
	const quotes, backslashes = '"' * swar.Ones, '\\' * swar.Ones
	from, changed, text := p, false, uint64(0)
	for p < end {
		w := swar.Load(b, p)
		found := swar.ZeroBytes(w ^ quotes)
		if f.format.Backslash {
			found |= swar.ZeroBytes(w ^ backslashes)
		}
		if swar.ZeroBytes(w^f.lineEnds) != 0 {
			n := 8
			if found != 0 {
				n = swar.First(found)
			}
			for _, ch := range b[p : p+n] {
				if ch == f.format.LineEnd {
					breaks++
				}
			}
		}
		text |= w
		if found == 0 {
			p += 8
			continue
		}
		p += swar.First(found)
		if b[p] == '"' && b[p+1] != '"' {
			break
		}
		if changed = true; p+2 >= end {
			return -1, 0
		}
		if b[p] == '"' {
			p += 2
		} else {
			p, breaks = f.pastEscape(b, p, breaks)
		}
	}
	if p >= end {
		return -1, 0
	}
	null := f.format.Backslash && string(b[from:p]) == `\N`
	if changed && !null && (c.kind != skipColumn || !value.ValidUTF8(b, from, p)) {
		return -1, 0
	}
	f.take(c, b, from, p, text&swar.Highs != 0)
	return p + 1, breaks
}

// take takes the text b[p:q] of a field. notASCII may be true of text that is ASCII.
func (f *fastPath) take(c *column, b []byte, p, q int, notASCII bool) {
	if notASCII && c.kind == skipColumn && !value.ValidUTF8(b, p, q) {
		f.message.Flags |= intake.FlagInvalidUTF8
	}
	for _, field := range c.fields {
		f.parser.Set(&f.message, field, b[p:q])
	}
}
