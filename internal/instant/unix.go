package instant

import "time"

// The first instant of the years that [Parse] reads, and the first after them.
var (
	minUnix = time.Date(int(created.minYear), 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
	maxUnix = time.Date(int(created.maxYear)+1, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
)

// parseUnix reads a Unix time, whose unit its number of digits tells.
func parseUnix(s []byte) (at int64, ok bool) {
	digits := countDigits(s)
	if digits > 19 {
		return 0, false
	}
	var n uint64 // below 10^19
	for _, c := range s[:digits] {
		n = n*10 + uint64(c-'0')
	}
	fraction, rest := int64(0), s[digits:]
	if len(rest) > 0 {
		k := 0
		if fraction, k = parseFraction(rest[1:]); rest[0] != '.' || k == 0 || k != len(rest)-1 {
			return 0, false
		}
	}
	switch digits {
	case 9, 10:
		at = int64(n)*second + fraction
	case 12, 13:
		at = int64(n)*(second/1000) + fraction/1000
	case 15, 16:
		at = int64(n)
	case 18, 19:
		at = int64(n / 1000)
	default:
		return 0, false
	}
	return at, InRange(at)
}

// countDigits returns the number of digits that s begins with.
func countDigits(s []byte) int {
	for i, c := range s {
		if c-'0' > 9 {
			return i
		}
	}
	return len(s)
}
