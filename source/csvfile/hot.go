package csvfile

import (
	"encoding/binary"
	"unsafe"

	"github.com/sav-analytics/sav/source"
)

// hot reads fields in their hottest forms: integers of up to eight digits, times in
// UTC on the date last seen, countries seen before. It begins at b[p:] with column i,
// and returns the first field that is in another form and its column; at the end of
// the record, where the next one begins and the number of columns.
//
// It makes no call, so that what it works with stays in registers, and looks at the
// text without checking bounds: both together save a third of its time. It looks at no more than padding bytes beyond b[p], and p is in
// the text or one past it.
func (f *fastPath) hot(b []byte, p, i int) (next, column int) {
	text := unsafe.Pointer(unsafe.SliceData(b))
	last := len(f.columns) - 1
	for ; i <= last; i++ {
		c := &f.columns[i]
		q := p // where the field ends
		switch c.kind {
		case idColumn:
			x := eightAt(text, p) ^ zeros
			n := firstByte(nonDigits(x)) // 8 if all are digits
			if n == 0 || x&0xff == 0 && n > 1 {
				return p, i // a leading zero is text
			}
			*c.id = source.IntegerID(digits8(x << (-8 * n & 63)))
			q += n
		case timeColumn:
			seconds, ok := clock(eightAt(text, p+11))
			if !ok || eightAt(text, p) != f.date || uint32(eightAt(text, p+8))&dayMask != f.day || !f.utc {
				return p, i
			}
			f.message.CreatedAt = f.midnight + seconds*1_000_000
			q += len("YYYY-MM-DD HH:MM:SS")
		case countryColumn:
			country, ok := f.parser.KnownCountry(byteAt(text, p), byteAt(text, p+1))
			if !ok {
				return p, i
			}
			f.message.Country = country
			q += 2
		default:
			return p, i
		}
		switch end := byteAt(text, q); {
		case end == ',' && i < last:
			p = q + 1
		case end == '\n' && i == last:
			return q + 1, last + 1
		default:
			return p, i
		}
	}
	return p, i
}

// eightAt returns the eight bytes at text[p:], the first lowest whatever the machine's
// order of bytes: where that is its own, the compiler makes one load of it.
func eightAt(text unsafe.Pointer, p int) uint64 {
	return binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(text, p))[:])
}

func byteAt(text unsafe.Pointer, p int) byte { return *(*byte)(unsafe.Add(text, p)) }
