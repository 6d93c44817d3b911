package naive

import (
	"cmp"
	"strings"
)

// A Record is a row of a CSV file.
type Record struct {
	Line   int      // on which it starts, from 1
	Fields []string // nil if a quote in it is broken
	Raw    string   // without its last line break; of a broken one its first line
}

// A Dialect says how a text is split into records and fields. The zero value is that of RFC 4180.
type Dialect struct {
	Delimiter string // "": a comma
	Returns   bool   // carriage returns end lines, and line feeds are characters
	NoQuotes  bool   // quotes are characters
	Backslash bool   // a backslash stands for the character after it
}

// Records reads a CSV file, its header too, character by character.
func Records(text string) (records []Record) { return Dialect{}.Records(text) }

// Records reads a file, its header too, character by character.
func (d Dialect) Records(text string) (records []Record) {
	text = strings.TrimPrefix(text, "\uFEFF")
	end := "\n"
	if d.Returns {
		end = "\r"
	}
	for p, line := 0, 1; p < len(text); {
		fields, n := d.fields(text[p:])
		if fields == nil {
			n = len(text) - p
			if i := strings.Index(text[p:], end); i >= 0 {
				n = i + 1
			}
		}
		raw := text[p : p+n]
		p += n
		if fields == nil || !Blank(fields) {
			shown := strings.TrimSuffix(raw, end)
			if shown != raw && !d.Returns {
				shown = strings.TrimSuffix(shown, "\r")
			}
			records = append(records, Record{line, fields, shown})
		}
		line += strings.Count(raw, end)
	}
	return records
}

// Blank reports whether each of a record's fields is empty or white space. The end of one
// field and the beginning of the next never make a character of white space together.
func Blank(fields []string) bool {
	for _, field := range fields {
		if strings.TrimSpace(field) != "" {
			return false
		}
	}
	return true
}

// lineBreak returns the length of the line break that text begins with.
func (d Dialect) lineBreak(text string) int {
	switch {
	case d.Returns && strings.HasPrefix(text, "\r"), !d.Returns && strings.HasPrefix(text, "\n"):
		return 1
	case !d.Returns && strings.HasPrefix(text, "\r\n"):
		return 2
	}
	return 0
}

// fields reads the record that text begins with, and its length with the line
// break; no fields at all if a quote is broken.
func (d Dialect) fields(text string) (fields []string, length int) {
	delimiter := cmp.Or(d.Delimiter, ",")
	const before, unquoted, quoted, after = 0, 1, 2, 3 // a field's text
	var field, raw strings.Builder
	state := before
	for p := 0; ; {
		rest := text[p:]
		escaped := ""
		if d.Backslash && len(rest) > 1 && rest[0] == '\\' {
			escaped = rest[1:2]
			if !d.Returns && strings.HasPrefix(rest[1:], "\r\n") {
				escaped = "\r\n"
			}
		}
		take := func(value, from string) { // what stands there, and as what
			field.WriteString(value)
			raw.WriteString(from)
			p += len(from)
		}
		switch {
		case rest == "" && state == quoted:
			return nil, 0
		case state != quoted && (rest == "" || d.lineBreak(rest) > 0 || strings.HasPrefix(rest, delimiter)):
			text := field.String()
			if d.Backslash && strings.TrimSpace(raw.String()) == `\N` {
				text = `\N`
			}
			fields = append(fields, text)
			if !strings.HasPrefix(rest, delimiter) {
				return fields, p + d.lineBreak(rest)
			}
			p += len(delimiter)
			field.Reset()
			raw.Reset()
			state = before
		case state == after && rest[0] == ' ':
			p++
		case state == after:
			return nil, 0
		case escaped != "":
			state = max(state, unquoted)
			take(escaped, `\`+escaped)
		case state == before && rest[0] == '"' && !d.NoQuotes:
			field.Reset() // spaces before it are gone
			raw.Reset()
			state = quoted
			p++
		case state == quoted && strings.HasPrefix(rest, `""`):
			take(`"`, `""`)
		case state == quoted && rest[0] == '"':
			state = after
			p++
		case state == before && rest[0] == ' ':
			take(" ", " ")
		default:
			state = max(state, unquoted)
			take(rest[:1], rest[:1])
		}
	}
}
