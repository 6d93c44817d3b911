package jsonfile

// A text is JSON that is read from its beginning. Its methods take a place in it and
// return the place behind what they read, or -1 if that is not there: then bad is the
// place that should hold something else. It is end or beyond if the text ends too early.
type text struct {
	b     []byte // with swar.Padding readable zeros behind end
	end   int
	lines bool // line feeds are no white space
	bad   int
	// illFormed is set when a string is no UTF-8.
	illFormed bool
}

// maxDepth is how deeply values may be nested, as in encoding/json.
const maxDepth = 10_000

func (t *text) fail(p int) int {
	t.bad = p
	return -1
}

// space returns the place behind the white space at b[p:].
func (t *text) space(p int) int {
	for {
		switch t.b[p] {
		case ' ', '\t', '\r':
		case '\n':
			if t.lines {
				return p
			}
		default:
			return p
		}
		p++
	}
}

func (t *text) number(p int) int {
	if t.b[p] == '-' {
		p++
	}
	switch c := t.b[p]; {
	case c == '0':
		p++
	case c >= '1' && c <= '9':
		p = t.digits(p)
	default:
		return t.fail(p)
	}
	if t.b[p] == '.' {
		q := t.digits(p + 1)
		if q == p+1 {
			return t.fail(q)
		}
		p = q
	}
	if t.b[p]|0x20 == 'e' {
		if p++; t.b[p] == '+' || t.b[p] == '-' {
			p++
		}
		q := t.digits(p)
		if q == p {
			return t.fail(q)
		}
		p = q
	}
	return p
}

func (t *text) digits(p int) int {
	for t.b[p]-'0' <= 9 {
		p++
	}
	return p
}

func (t *text) literal(p int, word string) int {
	for i := range len(word) {
		if t.b[p+i] != word[i] {
			return t.fail(p + i)
		}
	}
	return p + len(word)
}

// scalar reads a value that is no object, array or string. NaN, which Python writes, is
// one.
func (t *text) scalar(p int) int {
	switch t.b[p] {
	case 't':
		return t.literal(p, "true")
	case 'f':
		return t.literal(p, "false")
	case 'n':
		return t.literal(p, "null")
	case 'N':
		return t.literal(p, "NaN")
	}
	return t.number(p)
}

// skip reads a value of any kind, at a depth of nesting.
func (t *text) skip(p, depth int) int {
	switch t.b[p] {
	case '"':
		q, _ := t.string(p + 1)
		if q < 0 {
			return -1
		}
		return q + 1
	case '[':
		return t.array(p+1, depth)
	case '{':
		return t.object(p+1, depth)
	}
	return t.scalar(p)
}

// array reads an array behind its bracket, at a depth of nesting.
func (t *text) array(p, depth int) int {
	if depth >= maxDepth {
		return t.fail(p)
	}
	if p = t.space(p); t.b[p] == ']' {
		return p + 1
	}
	for {
		if p = t.skip(p, depth+1); p < 0 {
			return -1
		}
		switch p = t.space(p); t.b[p] {
		case ',':
			p = t.space(p + 1)
		case ']':
			return p + 1
		default:
			return t.fail(p)
		}
	}
}

// object reads an object behind its brace, at a depth of nesting.
func (t *text) object(p, depth int) int {
	if depth >= maxDepth {
		return t.fail(p)
	}
	if p = t.space(p); t.b[p] == '}' {
		return p + 1
	}
	for {
		if t.b[p] != '"' {
			return t.fail(p)
		}
		q, _ := t.string(p + 1)
		if q < 0 {
			return -1
		}
		if p = t.space(q + 1); t.b[p] != ':' {
			return t.fail(p)
		}
		if p = t.skip(t.space(p+1), depth+1); p < 0 {
			return -1
		}
		switch p = t.space(p); t.b[p] {
		case ',':
			p = t.space(p + 1)
		case '}':
			return p + 1
		default:
			return t.fail(p)
		}
	}
}
