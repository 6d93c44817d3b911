package cells

import "bytes"

// BOM is a byte-order mark in UTF-8.
const BOM = "\uFEFF"

// AppendCell appends a cell, quoted if it must be.
func AppendCell(dst, cell []byte) []byte {
	if !bytes.ContainsAny(cell, ",\"\r\n") {
		return append(dst, cell...)
	}
	dst = append(dst, '"')
	for _, c := range cell {
		if c == '"' {
			dst = append(dst, '"')
		}
		dst = append(dst, c)
	}
	return append(dst, '"')
}

// Protect puts an apostrophe before a text that a spreadsheet would take for a
// formula, or that begins with an apostrophe. Some drop line feeds and
// byte-order marks before they look. [Unprotect] takes the apostrophe away.
func Protect(text []byte) []byte {
	seen := bytes.TrimLeft(text, "\n"+BOM)
	formula := len(seen) > 0 && bytes.IndexByte([]byte("=+-@\t\r"), seen[0]) >= 0 && !isNumber(seen)
	if formula || bytes.HasPrefix(text, []byte("'")) {
		return append([]byte{'\''}, text...)
	}
	return text
}

// Unprotect returns the text of a cell that Protect may have protected. A text that
// begins with an apostrophe is always written with another before it.
func Unprotect[T string | []byte](cell T) T {
	if len(cell) > 0 && cell[0] == '\'' {
		return cell[1:]
	}
	return cell
}

// isNumber reports whether text is a plain number:
// [+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?
func isNumber(text []byte) bool {
	text = trimSign(text)
	whole, text := digits(text)
	fraction := 0
	if len(text) > 0 && text[0] == '.' {
		fraction, text = digits(text[1:])
	}
	if whole+fraction == 0 {
		return false
	}
	if len(text) > 0 && text[0]|0x20 == 'e' {
		var exponent int
		if exponent, text = digits(trimSign(text[1:])); exponent == 0 {
			return false
		}
	}
	return len(text) == 0
}

func trimSign(text []byte) []byte {
	if len(text) > 0 && (text[0] == '+' || text[0] == '-') {
		return text[1:]
	}
	return text
}

// digits counts the digits that text begins with, and returns what follows them.
func digits(text []byte) (n int, rest []byte) {
	for n < len(text) && text[n]-'0' <= 9 {
		n++
	}
	return n, text[n:]
}
