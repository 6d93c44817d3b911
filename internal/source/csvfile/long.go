package csvfile

import (
	"math/bits"
	"unsafe"

	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/swar"
)

// long does what hot does for ids that are longer: of each column, in the form of the last
// row's.
func (f *fastPath) long(b []byte, p, i int) (next, column int) {
	text := unsafe.Pointer(unsafe.SliceData(b))
	last := len(f.columns) - 1
	delimiter, lineEnd := f.format.Delimiter, f.format.LineEnd
	for ; i <= last; i++ {
		c := &f.columns[i]
		q := p // where the field ends
		switch c.kind {
		case longColumn:
			x, y := swar.At(text, p)^swar.Zeros, swar.At(text, p+8)^swar.Zeros
			if x&0xff == 0 {
				return p, i
			}
			var value uint64
			n := swar.First(swar.NonDigits(x))
			m := swar.First(swar.NonDigits(y))
			switch {
			case n < 8:
				if n == 0 {
					return p, i
				}
				value = swar.Digits(x << (64 - 8*n))
			case m < 8:
				value = swar.Digits(x)*swar.Pow10(m) + swar.Digits(y<<(64-8*m))
				n += m
			default:
				z := swar.At(text, p+16) ^ swar.Zeros
				m = swar.First(swar.NonDigits(z))
				if m > 3 {
					return p, i
				}
				value = (swar.Digits(x)*1e8+swar.Digits(y))*swar.Pow10(m) + swar.Digits(z<<(64-8*m))
				if n = 16 + m; value > ids.MaxInteger {
					return p, i
				}
			}
			*c.id = ids.Integer(value)
			q += n
		case numberedColumn:
			of := &c.prefix
			if (swar.At(text, p)^of.Text[0])&of.Mask[0]|(swar.At(text, p+8)^of.Text[1])&of.Mask[1] != 0 {
				return p, i
			}
			q += of.Length
			x := swar.At(text, q)
			value, n := swar.UpTo16(x, swar.At(text, q+8))
			if n == 0 {
				return p, i
			}
			zeros := 0
			if x&0xff == '0' {
				if zeros = min(bits.TrailingZeros64(x^swar.Zeros)>>3, n-1); zeros == 8 {
					return p, i // there may be more
				}
			}
			if n-zeros > ids.LongestNumber || of.Length+n > ids.LongestNumbered {
				return p, i
			}
			*c.id = of.ID(zeros, value)
			q += n
		case wordColumn:
			id, n := f.parser.ReadID(c.field, b, p)
			if n == 0 {
				return p, i
			}
			if q += n; !f.over(swar.ByteAt(text, q)) {
				return p, i
			}
			*c.id = id
		default:
			return p, i
		}
		switch end := swar.ByteAt(text, q); {
		case end == delimiter && i < last:
			p = q + 1
		case i < last:
			return p, i
		case end == lineEnd:
			return q + 1, last + 1
		case end == '\r' && lineEnd == '\n' && swar.ByteAt(text, q+1) == '\n':
			return q + 2, last + 1
		default:
			return p, i
		}
	}
	return p, i
}

// over reports whether a field can be over before c.
func (f *fastPath) over(c byte) bool {
	return c == f.format.Delimiter || c == f.format.LineEnd || c == '\r'
}
