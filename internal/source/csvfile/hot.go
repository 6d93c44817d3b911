package csvfile

import (
	"unsafe"

	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/source/value"
	"github.com/sav-analytics/sav/internal/swar"
)

// hot reads fields in their hottest forms: integers of up to eight digits, times in UTC on
// the date last seen, countries and words of sender_role seen before. It begins at b[p:] with column i, and returns
// the first field that is in another form and its column; at the end of the record, where
// the next one begins and the number of columns.
//
// It makes no call, so that what it works with stays in registers, and looks at the text
// without checking bounds: both together save a third of its time. It looks at no more
// than swar.Padding bytes behind b[p], and p is in the text or one past it.
func (f *fastPath) hot(b []byte, p, i int) (next, column int) {
	text := unsafe.Pointer(unsafe.SliceData(b))
	last := len(f.columns) - 1
	delimiter, lineEnd := f.format.Delimiter, f.format.LineEnd
	date, day, midnight := f.times.Last()
	for ; i <= last; i++ {
		c := &f.columns[i]
		q := p // where the field ends
		switch c.kind {
		case idColumn:
			x := swar.At(text, p) ^ swar.Zeros
			n := swar.First(swar.NonDigits(x)) // 8 if all are digits
			if n == 0 || x&0xff == 0 && n > 1 {
				return p, i // a leading zero is text
			}
			*c.id = ids.Integer(swar.Digits(x << (-8 * n & 63)))
			q += n
		case timeColumn:
			seconds, ok := swar.Clock(swar.At(text, p+11))
			if !ok || !value.OnLastDate(swar.At(text, p), swar.At(text, p+8), date, day) || !f.utc {
				return p, i
			}
			f.message.CreatedAt = midnight + seconds*1_000_000
			q += len("YYYY-MM-DD HH:MM:SS")
		case countryColumn:
			country, ok := f.parser.KnownCountry(swar.ByteAt(text, p), swar.ByteAt(text, p+1))
			if !ok {
				return p, i
			}
			f.message.Country = country
			q += 2
		case roleColumn:
			by, n := f.parser.KnownRole(swar.At(text, p))
			if n == 0 {
				return p, i
			}
			f.message.By = by
			q += n
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
