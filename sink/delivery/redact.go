package delivery

import (
	"bytes"
	"encoding/base64"
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// redact takes the secrets out of a text that came from elsewhere: as they are,
// escaped for JSON, HTML or a URL, several times and character by character, and
// in base64, also within a longer text.
func (e endpoint) redact(text string) string {
	var found []span
	eachDecoded(text, func(d decoded) {
		found = append(found, d.find(e.secrets)...)
		found = append(found, d.findInBase64(e.secrets)...)
	})
	if len(found) == 0 {
		return text
	}
	slices.SortFunc(found, func(a, b span) int { return a.from - b.from })
	var out strings.Builder
	end := 0
	for _, s := range found {
		if s.from >= end {
			out.WriteString(text[end:s.from])
			out.WriteString("[redacted]")
		}
		end = max(end, s.to)
	}
	out.WriteString(text[end:])
	return out.String()
}

// eachDecoded visits text, and what it is when up to three levels of escapes are resolved:
// at each of them all kinds, or one kind alone, since a backslash that one kind stands
// for would pass for the beginning of another.
func eachDecoded(text string, visit func(decoded)) {
	const most = 8 << 20 // bytes in all: nobody is to make it take long
	seen := map[string]bool{text: true}
	level, sum := []decoded{decodedOf(text)}, len(text)
	for range 4 {
		var next []decoded
		for _, d := range level {
			visit(d)
			for _, kinds := range [...]string{`%\&`, `%`, `\`, `&`} {
				out, changed := d.unescape(kinds)
				if !changed || seen[string(out.text)] || sum > most && len(next) > 0 {
					continue
				}
				seen[string(out.text)] = true
				sum += len(out.text)
				next = append(next, out)
			}
		}
		level = next
	}
}

// A span is a part of a text, as byte offsets.
type span struct{ from, to int }

// A decoded is a text whose escapes were resolved; of each byte it knows the
// span of the original text that stands for it.
type decoded struct {
	text  []byte
	spans []span
}

func decodedOf(text string) decoded {
	d := decoded{text: []byte(text), spans: make([]span, len(text))}
	for i := range d.spans {
		d.spans[i] = span{i, i + 1}
	}
	return d
}

// original returns the span of the original text that text[from:to] stands for.
func (d decoded) original(from, to int) span { return span{d.spans[from].from, d.spans[to-1].to} }

// find returns where the secrets are. A plus may stand for a space.
func (d decoded) find(secrets []string) (found []span) {
	text := bytes.ReplaceAll(d.text, []byte("+"), []byte(" "))
	for _, secret := range secrets {
		secret := []byte(strings.ReplaceAll(secret, "+", " "))
		for from := 0; ; {
			i := bytes.Index(text[from:], secret)
			if i < 0 {
				break
			}
			found = append(found, d.original(from+i, from+i+len(secret)))
			from += i + 1
		}
	}
	return found
}

// findInBase64 returns the runs of base64, in either alphabet, that hold a
// secret. A run may begin with characters that are not of the code.
func (d decoded) findInBase64(secrets []string) (found []span) {
	for from := 0; from < len(d.text); from++ {
		to := from
		for to < len(d.text) && isBase64(d.text[to]) {
			to++
		}
		if to-from > minSecret && holdsAny(d.text[from:to], secrets) {
			for to < len(d.text) && d.text[to] == '=' {
				to++
			}
			found = append(found, d.original(from, to))
		}
		from = to
	}
	return found
}

func isBase64(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("+/-_", c) >= 0
}

// holdsAny reports whether a run of base64 holds a secret.
func holdsAny(run []byte, secrets []string) bool {
	run = bytes.ReplaceAll(bytes.ReplaceAll(run, []byte("-"), []byte("+")), []byte("_"), []byte("/"))
	for skip := range min(4, len(run)) { // where groups of four begin
		coded := run[skip:]
		if len(coded)%4 == 1 {
			coded = coded[:len(coded)-1]
		}
		bytes, err := base64.RawStdEncoding.AppendDecode(nil, coded)
		if err != nil {
			continue
		}
		for _, secret := range secrets {
			if strings.Contains(string(bytes), secret) {
				return true
			}
		}
	}
	return false
}

// unescape resolves one level of the escapes that begin with one of these characters,
// and reports whether there was one.
func (d decoded) unescape(kinds string) (out decoded, changed bool) {
	for i := 0; i < len(d.text); {
		text, length := d.text[i:i+1], 1
		if strings.IndexByte(kinds, d.text[i]) >= 0 {
			if plain, n := unescapeOne(d.text[i:]); n > 0 {
				text, length, changed = plain, n, true
			}
		}
		of := d.original(i, i+length)
		for range text {
			out.spans = append(out.spans, of)
		}
		out.text = append(out.text, text...)
		i += length
	}
	return out, changed
}

// unescapeOne returns what the escape stands for with which text begins, and its
// length: 0 if it does not begin with one.
func unescapeOne(text []byte) (plain []byte, length int) {
	switch text[0] {
	case '%':
		if n, ok := hexadecimal(text, 1, 2); ok {
			return []byte{byte(n)}, 3
		}
	case '\\':
		return unescapeJSON(text)
	case '&':
		const longest = 33 // &CounterClockwiseContourIntegral;
		end := bytes.IndexByte(text[:min(len(text), longest)], ';')
		if end < 0 {
			break
		}
		entity := string(text[:end+1])
		if plain := html.UnescapeString(entity); plain != entity {
			return []byte(plain), len(entity)
		}
	}
	return nil, 0
}

func unescapeJSON(text []byte) (plain []byte, length int) {
	if len(text) < 2 {
		return nil, 0
	}
	if text[1] != 'u' {
		if strings.IndexByte(`"\/'`, text[1]) < 0 {
			return nil, 0
		}
		return text[1:2], 2
	}
	n, ok := hexadecimal(text, 2, 4)
	if !ok {
		return nil, 0
	}
	r := rune(n)
	length = 6
	if utf16.IsSurrogate(r) && bytes.HasPrefix(text[length:], []byte(`\u`)) {
		if low, ok := hexadecimal(text, length+2, 4); ok {
			r, length = utf16.DecodeRune(r, rune(low)), 2*length
		}
	}
	return utf8.AppendRune(nil, r), length
}

// hexadecimal reads n hexadecimal digits of text, if it has them.
func hexadecimal(text []byte, from, digits int) (n uint64, ok bool) {
	if len(text) < from+digits {
		return 0, false
	}
	n, err := strconv.ParseUint(string(text[from:from+digits]), 16, 32)
	return n, err == nil
}
