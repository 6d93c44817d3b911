package csvfile

import "time"

const microsecondsPerDay = 24 * 60 * 60 * 1_000_000

// appendTime writes a time in µs as fast.go reads it: YYYY-MM-DD HH:MM:SS[.ffffff]Z.
func (w *MessageWriter) appendTime(dst []byte, at int64) []byte {
	day, rest := at/microsecondsPerDay, at%microsecondsPerDay // times are after 1970
	if day != w.day || len(w.date) == 0 {
		w.day = day
		w.date = time.UnixMicro(at).UTC().AppendFormat(w.date[:0], "2006-01-02 ")
	}
	dst = append(dst, w.date...)
	seconds := rest / 1_000_000
	dst = appendDigits(dst, seconds/3600, 2)
	dst = appendDigits(append(dst, ':'), seconds/60%60, 2)
	dst = appendDigits(append(dst, ':'), seconds%60, 2)
	if fraction := rest % 1_000_000; fraction > 0 {
		dst = appendDigits(append(dst, '.'), fraction, 6)
	}
	return append(dst, 'Z')
}

// appendDigits writes n with leading zeros.
func appendDigits(dst []byte, n int64, digits int) []byte {
	from := len(dst)
	for range digits {
		dst = append(dst, '0')
	}
	for i := len(dst) - 1; i >= from; i-- {
		dst[i] += byte(n % 10)
		n /= 10
	}
	return dst
}
