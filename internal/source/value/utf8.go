package value

import (
	"unicode/utf8"

	"github.com/sav-analytics/sav/internal/swar"
)

// ValidUTF8 reports whether b[p:q] is well-formed, faster than [utf8.Valid] where few
// characters are not ASCII. Padding must follow b[q-1].
func ValidUTF8(b []byte, p, q int) bool {
	for p < q {
		if p+8 <= q {
			found := swar.Load(b, p) & swar.Highs
			if found == 0 {
				p += 8
				continue
			}
			p += swar.First(found)
		} else if b[p] < utf8.RuneSelf {
			p++
			continue
		}
		if b[p] >= 0xc2 && b[p] < 0xe0 && b[p+1]&0xc0 == 0x80 && p+1 < q { // most letters of Europe
			p += 2
			continue
		}
		r, n := utf8.DecodeRune(b[p:q])
		if r == utf8.RuneError && n == 1 {
			return false
		}
		p += n
	}
	return true
}
