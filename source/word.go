package source

import (
	"encoding/binary"
	"math/bits"

	"github.com/sav-analytics/sav/source/internal/swar"
)

// A Word is the text of an id in 16 bytes, as most ids that are no integers have room in:
// a UUID, or a few letters, digits, hyphens and underscores, at least one of them no
// digit and no hyphen. Texts are equal when their words are.
type Word struct {
	high, low uint64
	form      wordForm
}

// A wordForm is how a word's text is written. Words of one form sort as numbers of 128
// bits as their texts do.
type wordForm uint8

const (
	shortWord wordForm = iota // the bytes, the first one highest, and zeros after the last
	lowerUUID                 // the digits of 8-4-4-4-12 hexadecimal ones, with a to f
	upperUUID                 // the same with A to F, at least one of them
	wordForms
)

const (
	uuidLength     = 36
	shortestWord   = 5 // longer than any word for nothing
	longestWord    = 16
	hyphens        = '-' * swar.Ones
	underscores    = '_' * swar.Ones
	lowerHexOffset = 'a' - 10 - '0'
	upperHexOffset = 'A' - 10 - '0'
)

// ReadWord returns the word at text[p:] and its length: letters, digits, hyphens and
// underscores up to another character. The length is 0 if the text is no word. Behind the
// text, swar.Padding bytes must be readable, and zero.
func ReadWord(text []byte, p int) (w Word, length int) {
	if text[p+8] == '-' {
		if w, ok := readUUID(text, p); ok {
			return w, uuidLength
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
		if in, _ := wordBytes(uint64(text[p+longestWord])); in&0x80 != 0 {
			return Word{}, 0
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
	all = (seven + (0x80-'0')*swar.Ones) &^ (seven + (0x7f-'9')*swar.Ones)
	all |= ^((seven ^ hyphens) + 0x7f*swar.Ones)
	return all&^x&swar.Highs | letters, letters
}

// readUUID reads the UUID at text[p:].
func readUUID(text []byte, p int) (w Word, ok bool) {
	if text[p+13] != '-' || text[p+18] != '-' || text[p+23] != '-' {
		return Word{}, false
	}
	digits := [4]uint64{
		swar.Load(text, p),
		uint64(binary.LittleEndian.Uint32(text[p+9:])) | uint64(binary.LittleEndian.Uint32(text[p+14:]))<<32,
		uint64(binary.LittleEndian.Uint32(text[p+19:])) | uint64(binary.LittleEndian.Uint32(text[p+24:]))<<32,
		swar.Load(text, p+28),
	}
	if in, _ := wordBytes(uint64(text[p+uuidLength])); in&0x80 != 0 {
		return Word{}, false // it goes on
	}
	for _, form := range [...]struct {
		wordForm
		offset uint64
	}{{lowerUUID, lowerHexOffset}, {upperUUID, upperHexOffset}} {
		a, wrongA := hex(digits[0], form.offset)
		b, wrongB := hex(digits[1], form.offset)
		c, wrongC := hex(digits[2], form.offset)
		d, wrongD := hex(digits[3], form.offset)
		if wrongA|wrongB|wrongC|wrongD == 0 {
			return Word{a<<32 | b, c<<32 | d, form.wordForm}, true
		}
	}
	return Word{}, false
}

// hex returns the value of eight hexadecimal digits, and wrong = 0 if they are such:
// letters stand offset behind where they would follow the digit 9.
func hex(x, offset uint64) (value, wrong uint64) {
	v := x&(0x0f*swar.Ones) + x>>6&swar.Ones*9
	letter := (v + 6*swar.Ones) >> 4 & swar.Ones
	wrong = v&(0xf0*swar.Ones) | ((v + '0'*swar.Ones + letter*offset) ^ x)
	v = bits.ReverseBytes64(v)
	v = (v | v>>4) & 0x00ff00ff00ff00ff
	v = (v | v>>8) & 0x0000ffff0000ffff
	return (v | v>>16) & 0xffffffff, wrong
}

// wordOf returns the word of a text, if it is one.
func wordOf(s []byte) (w Word, ok bool) {
	if len(s) < shortestWord || len(s) > longestWord && len(s) != uuidLength {
		return Word{}, false
	}
	var padded [uuidLength + swar.Padding]byte
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
	digits := "0123456789abcdef"
	if w.form == upperUUID {
		digits = "0123456789ABCDEF"
	}
	for i := range 32 {
		if i == 8 || i == 12 || i == 16 || i == 20 {
			dst = append(dst, '-')
		}
		part := w.high
		if i >= 16 {
			part = w.low
		}
		dst = append(dst, digits[part>>(60-4*(i%16))&0xf])
	}
	return dst
}

// hash returns a hash of 64 bits.
func (w Word) hash(seed uint64) uint64 {
	high, low := bits.Mul64(w.high^seed, w.low^0x9E3779B97F4A7C15)
	high, low = bits.Mul64(high^low^w.high, w.low^seed^0xD6E8FEB86659FD93)
	return high ^ low ^ uint64(w.form)
}
