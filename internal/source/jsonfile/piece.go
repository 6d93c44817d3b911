package jsonfile

import (
	"unicode/utf8"

	"github.com/sav-analytics/sav/internal/swar"
)

// A piece is the text between two values of a row, such as
//
//	},"merchant":{"id":
//
// and the quote behind it, if a string follows. Rows mostly have the same pieces in the same
// order. So each remembers which ones followed it, and a text that is the same is not parsed
// again: it is compared, eight bytes at a time.
type piece struct {
	words  [4]uint64 // the first bytes of the text
	masks  [4]uint64 // which bytes of words they are
	length int
	rest   string // of the text, beyond 32 bytes
	key    *key   // of the value that follows; nil where the row is over, and before its first piece
	of     *keys  // that key is one of

	quotes int     // 1 if a string follows, whose quote is the text's last byte
	ends   [2]byte // what can stand behind the value, if it is a string or number

	next [maxNext]*piece // those that followed it, nil behind the last one
}

// How many pieces are remembered, and how many of them that follow the same one.
const (
	maxPieces = 1 << 12
	maxNext   = 8
)

// restFollows reports whether the piece stands at b[p:], whose first 32 bytes were
// compared.
func (n *piece) restFollows(b []byte, p int) bool {
	return len(b)-p > n.length && string(b[p+len(n.words)*8:p+n.length]) == n.rest
}

// piece parses the piece at b[p:], which follows the one after. It returns the place of the
// value behind it, or that behind the row.
func (r *rowReader) piece(after *piece, p int) (n *piece, end int) {
	from, of, opened := p, after.of, after.key == nil // opened: behind a brace that opens an object
	keep := true
	for {
		p = r.space(p)
		if r.b[p] == '}' {
			p++
			if of.outer == nil {
				return r.remember(after, piece{of: of}, r.b[from:p], keep), p
			}
			of, opened = of.outer, false
			continue
		}
		if !opened {
			if r.b[p] != ',' {
				return nil, r.fail(p)
			}
			p = r.space(p + 1)
		}
		k, q := r.member(of, p)
		if q < 0 {
			return nil, -1
		}
		switch p = q + 1; r.b[q] {
		case '{':
		case '"':
			n := piece{of: of, key: k, quotes: 1, ends: [2]byte{'"', '"'}}
			return r.remember(after, n, r.b[from:p], keep), p
		default:
			return r.remember(after, piece{of: of, key: k, ends: [2]byte{',', '}'}}, r.b[from:q], keep), q
		}
		if of, opened = k.object(of), true; of.depth >= maxDepth {
			return nil, r.fail(p)
		}
		if len(k.fields) > 0 {
			r.occurs(k)
			r.take(k, nil)
			keep = false // read anew, it empties the fields again
		}
	}
}

// member reads the key at b[p:] and the colon. It returns the place of the value.
func (r *rowReader) member(of *keys, p int) (k *key, end int) {
	if r.b[p] != '"' {
		return nil, r.fail(p)
	}
	q, escaped := r.string(p + 1)
	if q < 0 {
		return nil, -1
	}
	k = r.key(of, r.b[p+1:q], escaped)
	if p = r.space(q + 1); r.b[p] != ':' {
		return nil, r.fail(p)
	}
	return k, r.space(p + 1)
}

// remember returns the piece of that text, which follows the one after: a new one is like
// is. It is remembered if keep is set, there are not too many, and the text is UTF-8: each
// row that has other bytes is marked so.
func (r *rowReader) remember(after *piece, is piece, text []byte, keep bool) *piece {
	pieces := after.of.pieces
	n := pieces[string(text)]
	if n == nil {
		if r.pieces == maxPieces || !keep || !utf8.Valid(text) {
			r.loose = is
			return &r.loose
		}
		r.pieces++
		n = new(piece)
		*n = is
		n.setText(text)
		pieces[string(text)] = n
	}
	for i := 0; after != &r.loose && i < maxNext; i++ {
		if after.next[i] == nil {
			after.next[i] = n
			break
		}
	}
	return n
}

func (n *piece) setText(text []byte) {
	n.length = len(text)
	var first [len(n.words) * 8]byte
	for i := range copy(first[:], text) {
		n.masks[i/8] |= 0xff << (i % 8 * 8)
	}
	for i := range n.words {
		n.words[i] = swar.Load(first[:], 8*i)
	}
	if len(text) > len(first) {
		n.rest = string(text[len(first):])
	}
}
