package naive

import "strings"

// A Record is a row of a CSV file.
type Record struct {
	Line   int      // on which it starts, from 1
	Fields []string // nil if a quote in it is broken
	Raw    string   // without its last line break; of a broken one its first line
}

// Records reads a CSV file, its header too, character by character.
func Records(text string) (records []Record) {
	text = strings.TrimPrefix(text, "\uFEFF")
	for p, line := 0, 1; p < len(text); {
		if n := lineBreak(text[p:]); n > 0 { // a blank line
			p, line = p+n, line+1
			continue
		}
		fields, n := fields(text[p:])
		if fields == nil {
			n = len(text) - p
			if i := strings.IndexByte(text[p:], '\n'); i >= 0 {
				n = i + 1
			}
		}
		raw := text[p : p+n]
		p += n
		records = append(records, Record{line, fields, strings.TrimSuffix(raw, "\n")})
		if last := &records[len(records)-1]; last.Raw != raw {
			last.Raw = strings.TrimSuffix(last.Raw, "\r")
		}
		line += strings.Count(raw, "\n")
	}
	return records
}

// lineBreak is the length of the line break that text begins with.
func lineBreak(text string) int {
	switch {
	case strings.HasPrefix(text, "\n"):
		return 1
	case strings.HasPrefix(text, "\r\n"):
		return 2
	}
	return 0
}

// fields reads the record that text begins with, and its length with the line
// break; no fields at all if a quote is broken.
func fields(text string) (fields []string, length int) {
	field, quoted, begun := "", false, false
	for p := 0; ; {
		rest := text[p:]
		switch {
		case quoted && rest == "":
			return nil, 0
		case quoted && strings.HasPrefix(rest, `""`):
			field += `"`
			p += 2
		case quoted && rest[0] == '"':
			quoted = false
			p++
			if after := text[p:]; after != "" && after[0] != ',' && lineBreak(after) == 0 {
				return nil, 0
			}
		case quoted:
			field += rest[:1]
			p++
		case rest == "" || lineBreak(rest) > 0:
			return append(fields, field), p + lineBreak(rest)
		case rest[0] == ',':
			fields = append(fields, field)
			field, begun = "", false
			p++
		case rest[0] == '"' && !begun:
			quoted, begun = true, true
			p++
		default:
			field += rest[:1]
			begun = true
			p++
		}
	}
}
