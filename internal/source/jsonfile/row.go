package jsonfile

import (
	"unsafe"

	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/source/value"
	"github.com/sav-analytics/sav/internal/swar"
	"github.com/sav-analytics/sav/source"
)

// A rowReader reads the values of an object into a message. It serves one goroutine.
type rowReader struct {
	text
	parser  *intake.Parser
	message intake.Message
	times   value.Times
	utc     bool // of times without an offset
	// start is what stands before a row's first piece; loose is the last one that is not remembered.
	start, loose       piece
	remembered, pieces int // numbers of keys and pieces
	// lookup says what a key is that is not known.
	lookup func(*key)
	// arrayOf, if not nil, is called of a key that holds an array of objects.
	arrayOf func(*key)
	// late is the first key of the object that has a meaning and is not in the header.
	late string
	// blank is whether all values were empty.
	blank bool
	// set has the fields that were set; twice says that one was so again.
	set   source.Columns
	twice bool
	// values, if not nil, takes the values in place of the message.
	values  *[intake.NumFields][]byte
	scratch []byte
}

func (r *rowReader) row(p int) int {
	end := r.read(p)
	if r.twice && end >= 0 {
		// Of a key that occurs twice the last counts, which a message does not tell.
		r.values = new([intake.NumFields][]byte)
		r.read(p)
		for f, value := range r.values {
			if value != nil {
				r.parser.Set(&r.message, source.Field(f), value)
			}
		}
		r.values = nil
	}
	if r.illFormed {
		r.message.Flags |= intake.FlagInvalidUTF8
	}
	return end
}

func (r *rowReader) read(p int) int {
	r.parser.Start(&r.message)
	r.blank, r.late, r.illFormed, r.set, r.twice = true, "", false, 0, false
	return r.members(p)
}

// occurs notes that a key occurs in the row.
func (r *rowReader) occurs(k *key) {
	r.twice = r.twice || r.set&k.mask != 0
	r.set |= k.mask
}

// members reads a row behind its brace: pieces and values in turn. It reads known pieces and
// values in their commonest forms itself, without a call and without checking bounds, as the
// hot loop of csvfile does: it looks at no more than swar.Padding bytes behind what it has read.
func (r *rowReader) members(p int) int {
	text := unsafe.Pointer(unsafe.SliceData(r.b))
	date, day, midnight := r.times.Last()
	for last := &r.start; ; {
		// The next piece, if it followed the last one before.
		var n *piece
		for i := 0; i < maxNext; i++ {
			if n = last.next[i]; n == nil {
				break
			}
			if (swar.At(text, p)^n.words[0])&n.masks[0]|(swar.At(text, p+8)^n.words[1])&n.masks[1]|
				(swar.At(text, p+16)^n.words[2])&n.masks[2]|(swar.At(text, p+24)^n.words[3])&n.masks[3] == 0 &&
				(n.rest == "" || n.restFollows(r.b, p)) {
				q := p + n.length
				if n.key == nil {
					return q
				}
				if c := swar.ByteAt(text, q); n.quotes == 1 || c > '"' && c != '{' { // else the piece is longer
					p = q
					break
				}
			}
			n = nil
		}
		if n == nil {
			if n, p = r.piece(last, p); p < 0 || n.key == nil {
				return p
			}
		}
		last = n
		k := n.key
		if !k.regular {
			r.meet(k)
		}
		r.occurs(k)
		// The value.
		kind := k.kind
		if r.values != nil {
			kind = otherKey
		}
		switch kind {
		case idKey:
			x := swar.At(text, p) ^ swar.Zeros
			digits := swar.First(swar.NonDigits(x)) // 8 if all are digits
			c := swar.ByteAt(text, p+digits)
			if digits == 0 || x&0xff == 0 && digits > 1 || c != n.ends[0] && c != n.ends[1] {
				break
			}
			*k.id = ids.Integer(swar.Digits(x << (-8 * digits & 63)))
			r.blank = false
			p += digits + n.quotes
			continue
		case timeKey:
			seconds, ok := swar.Clock(swar.At(text, p+11))
			if !ok || n.quotes == 0 || !value.OnLastDate(swar.At(text, p), swar.At(text, p+8), date, day) {
				break
			}
			q := p + len("YYYY-MM-DD HH:MM:SS")
			if swar.ByteAt(text, q) == 'Z' {
				q++
			} else if !r.utc {
				break
			}
			if swar.ByteAt(text, q) != '"' {
				break
			}
			r.message.CreatedAt = midnight + seconds*1_000_000
			r.blank = false
			p = q + 1
			continue
		case countryKey:
			country, ok := r.parser.KnownCountry(swar.ByteAt(text, p), swar.ByteAt(text, p+1))
			if !ok || n.quotes == 0 || swar.ByteAt(text, p+2) != '"' {
				break
			}
			r.message.Country = country
			r.blank = false
			p += len(`XX"`)
			continue
		case roleKey:
			by, letters := r.parser.KnownRole(swar.At(text, p))
			if letters == 0 || n.quotes == 0 || swar.ByteAt(text, p+letters) != '"' {
				break
			}
			r.message.By = by
			r.blank = false
			p += letters + 1
			continue
		}
		if n.quotes == 1 {
			p = r.stringValue(k, p)
		} else {
			p = r.value(k, p, n.of.depth)
		}
		if p < 0 {
			return -1
		}
	}
}
