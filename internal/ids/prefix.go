package ids

import (
	"encoding/binary"
	"strconv"
	"sync"
	"sync/atomic"
)

// A numbered id is a prefix and a number, as C-123, order_0042 and 007 are: the number
// is in the ID, with how many zeros stand before it, and the prefix in a table, where
// there are few of them. Its text is the prefix, the zeros, then the number in decimal.
const (
	zerosShift      = 44 // of a numbered id: the bits below are the number
	zerosBits       = 4
	maxZeros        = 1<<zerosBits - 1
	prefixShift     = zerosShift + zerosBits
	maxPrefixes     = 1 << (indexBits - prefixShift)
	numbers         = 1<<zerosShift - 1
	maxNumberDigits = 13    // the most digits of numbers in those bits
	longestPrefix   = 2 * 8 // bytes

	longestNumbered = 23 // bytes of a text: longer ones may be words of hexadecimal digits
)

// A prefixTable numbers prefixes. It takes no more than maxPrefixes: what else ends in
// digits is no numbered id. It may be used from several goroutines at once.
type prefixTable struct {
	mu    sync.Mutex
	codes map[packed]ID
	texts []packed
	full  atomic.Bool // then nobody writes to codes any more
}

// code returns the code of a prefix; ok is false if it has none.
func (t *prefixTable) code(prefix packed) (code ID, ok bool) {
	if t.full.Load() {
		code, ok = t.codes[prefix]
		return code, ok
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	code, ok = t.codes[prefix]
	if ok || len(t.texts) == maxPrefixes {
		return code, ok
	}
	if t.codes == nil {
		t.codes = make(map[packed]ID)
	}
	code = ID(len(t.texts))
	t.codes[prefix] = code
	t.texts = append(t.texts, prefix)
	t.full.Store(len(t.texts) == maxPrefixes)
	return code, true
}

// prefix returns the prefix of that code, an empty one if there is none.
func (t *prefixTable) prefix(code ID) packed {
	t.mu.Lock()
	defer t.mu.Unlock()
	if code >= ID(len(t.texts)) {
		return packed{}
	}
	return t.texts[code]
}

// splitNumber splits a text into a prefix and the rest of a numbered id, zeros and number.
func splitNumber(s []byte) (prefix packed, rest ID, ok bool) {
	digits := len(s)
	for digits > 0 && s[digits-1]-'0' <= 9 {
		digits--
	}
	first := digits
	for first < len(s)-1 && s[first] == '0' {
		first++
	}
	zeros := first - digits
	if len(s) > longestNumbered || digits == len(s) || len(s)-first > maxNumberDigits || digits > longestPrefix ||
		zeros > maxZeros || zeros == 0 && digits == 0 {
		return packed{}, 0, false
	}
	var bytes [longestPrefix]byte
	for i, c := range s[:digits] {
		if c == 0 {
			return packed{}, 0, false // it would look like the prefix's end
		}
		bytes[i] = c
	}
	n := ID(0)
	for _, c := range s[first:] {
		n = n*10 + ID(c-'0')
	}
	prefix = packed{binary.BigEndian.Uint64(bytes[:]), binary.BigEndian.Uint64(bytes[8:])}
	return prefix, ID(zeros)<<zerosShift | n, true
}

// numbered returns the id of a text that is a prefix and a number, if it has one.
func (d *Dict) numbered(s []byte) (ID, bool) {
	prefix, rest, ok := splitNumber(s)
	if !ok {
		return Absent, false
	}
	code, ok := d.prefixes.code(prefix)
	return kindNumbered | code<<prefixShift | rest, ok
}

// appendNumbered appends the text of a numbered id to dst.
func (d *Dict) appendNumbered(dst []byte, id ID) []byte {
	dst = d.prefixOf(id).appendText(dst)
	for range id >> zerosShift & maxZeros {
		dst = append(dst, '0')
	}
	return strconv.AppendUint(dst, uint64(id&numbers), 10)
}

// prefixOf returns the prefix of a numbered id.
func (d *Dict) prefixOf(id ID) Word {
	p := d.prefixes.prefix(id & index >> prefixShift)
	return Word{high: p.high, low: p.low}
}

// A recentPrefix is a prefix that a Reader looked up, with its code plus one.
type recentPrefix struct {
	packed
	code ID
}

const recentPrefixes = 1 << 6

// numbered returns what Dict.numbered does of a short word.
func (r *Reader) numbered(w Word) (ID, bool) {
	var bytes [longestWord]byte
	prefix, rest, ok := splitNumber(w.appendText(bytes[:0]))
	if !ok {
		return Absent, false
	}
	recent := &r.prefixes[prefix.high*0x9E3779B97F4A7C15>>58^prefix.low%recentPrefixes]
	if recent.packed != prefix || recent.code == 0 {
		code, ok := r.dict.prefixes.code(prefix)
		if !ok {
			return Absent, false
		}
		*recent = recentPrefix{prefix, code + 1}
	}
	return kindNumbered | (recent.code-1)<<prefixShift | rest, true
}

// A Prefix is what texts of numbered ids begin with, to read them one after the other.
type Prefix struct {
	Text   [2]uint64 // the bytes, the first one lowest
	Mask   [2]uint64 // ones in each of its bytes
	Length int
	id     ID
}

// PrefixOf returns the prefix of an id; ok is false if it is no prefix and a number.
func (d *Dict) PrefixOf(id ID) (of Prefix, ok bool) {
	if id.isInteger() || id.kind() != kindNumbered {
		return Prefix{}, false
	}
	var bytes [longestPrefix]byte
	of.Length = len(d.prefixOf(id).appendText(bytes[:0]))
	of.Text = [2]uint64{binary.LittleEndian.Uint64(bytes[:]), binary.LittleEndian.Uint64(bytes[8:])}
	for i := range of.Length {
		of.Mask[i/8] |= 0xff << (i % 8 * 8)
	}
	of.id = id &^ (maxZeros<<zerosShift | numbers)
	return of, true
}

// What [Prefix.ID] takes: digits of a number without its zeros, and bytes of the whole text.
const (
	LongestNumber   = maxNumberDigits
	LongestNumbered = longestNumbered
)

// ID returns the id of a text that is the prefix, zeros, then a number in decimal, within
// [LongestNumber] and [LongestNumbered].
func (p *Prefix) ID(zeros int, number uint64) ID { return p.id | ID(zeros)<<zerosShift | ID(number) }
