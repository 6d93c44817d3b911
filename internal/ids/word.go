package ids

import (
	"cmp"
	"encoding/binary"
	"math/bits"

	"github.com/sav-analytics/sav/internal/swar"
)

// A Word is the text of an id in 16 bytes, as most ids that are no integers have room in:
// a UUID, 24 or 32 hexadecimal digits, or a few letters, digits, underscores and characters
// from the hyphen to the colon, at least one of them a letter or an underscore. Texts are
// equal when their words are.
type Word struct {
	high, low uint64
	form      wordForm
}

// A wordForm is how a word's text is written.
type wordForm uint8

const (
	shortWord  wordForm = iota // the bytes, the first one highest, and zeros after the last
	lowerUUID                  // 8-4-4-4-12 hexadecimal digits, with a to f: see readUUID
	upperUUID                  // the same with A to F, at least one of them
	lowerHex24                 // 24 of the digits of a lowerUUID, at least one of them a letter
	upperHex24
	lowerHex32
	upperHex32
	wordForms
)

// UUIDLength is the length of a UUID's text.
const UUIDLength = 36

const (
	shortestWord = 5 // longer than any word for nothing
	longestWord  = 16
	hyphens      = '-' * swar.Ones
	underscores  = '_' * swar.Ones

	lowerLetters = 'a' ^ '0' - 10 // what the xor of a letter with the digit 0 is more than its value
	upperLetters = 'A' ^ '0' - 10
)

// ReadWord returns the word at text[p:] and its length: up to a character that a short word
// cannot have. The length is 0 if the text is no word. Behind the
// text, swar.Padding bytes must be readable, and zero.
func ReadWord(text []byte, p int) (w Word, length int) {
	if text[p+8] == '-' {
		if w, ok := readUUID(text, p); ok {
			return w, UUIDLength
		}
	}
	first := swar.Load(text, p)
	in, letters := wordBytes(first)
	if n := swar.First(^in & swar.Highs); n < 8 {
		keep := uint64(1)<<(8*n) - 1
		if n < shortestWord || letters&keep == 0 {
			return Word{}, 0
		}
		return Word{high: bits.ReverseBytes64(first & keep)}, n
	}
	w.high = bits.ReverseBytes64(first)
	second := swar.Load(text, p+8)
	in, more := wordBytes(second)
	n := swar.First(^in & swar.Highs)
	if n == 8 {
		if goesOn(text[p+longestWord]) {
			return readHex(text, p)
		}
	}
	keep := uint64(1)<<(8*n) - 1 // all, for 8
	if letters|more&keep == 0 {
		return Word{}, 0
	}
	w.low = bits.ReverseBytes64(second & keep)
	return w, 8 + n
}

// wordBytes finds the bytes that a short word may have, and of these the letters and
// underscores.
func wordBytes(x uint64) (all, letters uint64) {
	seven := x &^ swar.Highs // so that no sum goes on into the next byte
	lower := seven | 0x20*swar.Ones
	letters = (lower + (0x80-'a')*swar.Ones) &^ (lower + (0x7f-'z')*swar.Ones)
	letters |= ^((seven ^ underscores) + 0x7f*swar.Ones)
	letters &= ^x & swar.Highs
	all = (seven + (0x80-'-')*swar.Ones) &^ (seven + (0x7f-':')*swar.Ones)
	return all&^x&swar.Highs | letters, letters
}

// goesOn reports whether a short word may have c: then what came before is not all of an id.
func goesOn(c byte) bool {
	return c-'-' <= ':'-'-' || c|0x20-'a' <= 'z'-'a' || c == '_'
}

// readUUID reads the UUID at text[p:]: of its first 16 digits, the i-th and the (i+8)-th are
// in the i-th byte of the word, from the lowest one, and so with the others.
func readUUID(text []byte, p int) (w Word, ok bool) {
	t, ok := uuidAt(text, p)
	if !ok {
		return Word{}, false
	}
	first, second, third, fourth := uuidDigits(t)
	if w.high, w.low, ok = hex(first, second, third, fourth, lowerLetters); ok {
		w.form = lowerUUID
		return w, true
	}
	w.form = upperUUID
	w.high, w.low, ok = hex(first, second, third, fourth, upperLetters)
	return w, ok
}

// uuidAt returns the text at text[p:], and one character more, if it may be a UUID: it has the
// hyphens of one, and does not go on.
func uuidAt(text []byte, p int) (t *[UUIDLength + 1]byte, ok bool) {
	if text[p+8] != '-' {
		return nil, false // and no more of it needs to be there
	}
	t = (*[UUIDLength + 1]byte)(text[p:])
	return t, t[13] == '-' && t[18] == '-' && t[23] == '-' && !goesOn(t[UUIDLength])
}

// uuidDigits returns the 32 digits of a UUID's text, eight and eight.
func uuidDigits(t *[UUIDLength + 1]byte) (first, second, third, fourth uint64) {
	le := binary.LittleEndian
	return le.Uint64(t[:]), uint64(le.Uint32(t[9:])) | uint64(le.Uint32(t[14:]))<<32,
		uint64(le.Uint32(t[19:])) | uint64(le.Uint32(t[24:]))<<32, le.Uint64(t[28:])
}

// readHex reads the word of 24 or 32 hexadecimal digits at text[p:], which has 17
// characters at least.
func readHex(text []byte, p int) (w Word, length int) {
	const fewer, more = 24, 32
	digits := [4]uint64{swar.Load(text, p), swar.Load(text, p+8), swar.Load(text, p+16), swar.Zeros}
	if in, _ := wordBytes(digits[2]); in != swar.Highs {
		return Word{}, 0
	}
	form, length := lowerHex24, fewer
	if goesOn(text[p+fewer]) {
		digits[3] = swar.Load(text, p+fewer)
		form, length = lowerHex32, more
		if goesOn(text[p+more]) {
			return Word{}, 0
		}
	}
	if (digits[0]|digits[1]|digits[2]|digits[3])&(0x40*swar.Ones) == 0 {
		return Word{}, 0 // an integer, if these are digits
	}
	ok := false
	if w.high, w.low, ok = hex(digits[0], digits[1], digits[2], digits[3], lowerLetters); !ok {
		form++ // the same with capitals
		if w.high, w.low, ok = hex(digits[0], digits[1], digits[2], digits[3], upperLetters); !ok {
			return Word{}, 0
		}
	}
	w.form = form
	return w, length
}

// hex returns the values of 32 hexadecimal digits, four bits each, if they are such.
func hex(w, x, y, z, letters uint64) (high, low uint64, ok bool) {
	a, wrongA := hexDigits(w, letters)
	b, wrongB := hexDigits(x, letters)
	c, wrongC := hexDigits(y, letters)
	d, wrongD := hexDigits(z, letters)
	return a<<4 | b, c<<4 | d, (wrongA|wrongB|wrongC|wrongD)&(0xf0*swar.Ones) == 0
}

// hexDigits returns the values of eight hexadecimal digits, a byte each. The high half of
// some byte of wrong is not 0 if one of them is not a digit.
func hexDigits(x, letters uint64) (values, wrong uint64) {
	x ^= swar.Zeros
	letter := x >> 6 & swar.Ones
	values = x - letter*letters
	// Of letters, and of no other, 6 more are 16 or more.
	return values, values | ((values + 6*swar.Ones) ^ letter<<4)
}

// WordOf returns the word of a text, if it is one.
func WordOf(s []byte) (w Word, ok bool) {
	if n := len(s); n < shortestWord || n > longestWord && n != 24 && n != 32 && n != UUIDLength {
		return Word{}, false
	}
	var padded [UUIDLength + swar.Padding]byte
	copy(padded[:], s)
	w, n := ReadWord(padded[:], 0)
	return w, n == len(s)
}

// appendText appends the word's text to dst.
func (w Word) appendText(dst []byte) []byte {
	if w.form == shortWord {
		var text [longestWord]byte
		binary.BigEndian.PutUint64(text[:], w.high)
		binary.BigEndian.PutUint64(text[8:], w.low)
		n := longestWord
		for n > 0 && text[n-1] == 0 {
			n--
		}
		return append(dst, text[:n]...)
	}
	digits, n := "0123456789abcdef", 32
	switch w.form {
	case upperUUID, upperHex24, upperHex32:
		digits = "0123456789ABCDEF"
	}
	if w.form == lowerHex24 || w.form == upperHex24 {
		n = 24
	}
	for i := range n {
		if w.isUUID() && (i == 8 || i == 12 || i == 16 || i == 20) {
			dst = append(dst, '-')
		}
		dst = append(dst, digits[w.digit(i)])
	}
	return dst
}

func (w Word) isUUID() bool { return w.form == lowerUUID || w.form == upperUUID }

// digit returns the value of the i-th hexadecimal digit.
func (w Word) digit(i int) uint64 {
	part := w.high
	if i >= 16 {
		part = w.low
	}
	return part >> (i % 8 * 8) >> (4 - i%16/8*4) & 0xf
}

// compare orders two words of one form as their texts.
func (w Word) compare(o Word) int {
	if w.form != shortWord {
		w, o = w.sorted(), o.sorted()
	}
	return cmp.Or(cmp.Compare(w.high, o.high), cmp.Compare(w.low, o.low))
}

// sorted returns a word of hexadecimal digits with these in their order, the first one highest.
func (w Word) sorted() Word {
	var s Word
	for i := range 16 {
		s.high, s.low = s.high<<4|w.digit(i), s.low<<4|w.digit(16+i)
	}
	return s
}

// different returns 0 if two words are equal: to know without a branch.
func (w Word) different(o Word) uint64 {
	return (w.high ^ o.high) | (w.low ^ o.low) | uint64(w.form^o.form)
}

// hash returns a hash of 64 bits.
func (w Word) hash(seed uint64) uint64 {
	high, low := bits.Mul64(w.high^seed, w.low^0x9E3779B97F4A7C15)
	high, low = bits.Mul64(high^low^w.high, w.low^seed^0xD6E8FEB86659FD93)
	return high ^ low ^ uint64(w.form)
}
