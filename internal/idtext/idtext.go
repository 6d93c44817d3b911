// Package idtext is the one home of which texts are one id. Messages and policies both
// use it.
package idtext

import "bytes"

// Canonical returns s without a fraction of zeros: "1234.0", as pandas writes an integer
// of a column with gaps, is "1234". Any other text is an id of its own.
func Canonical(s []byte) []byte {
	dot := bytes.IndexByte(s, '.')
	if dot <= 0 || dot == len(s)-1 || !IsInteger(s[:dot]) || len(bytes.TrimLeft(s[dot+1:], "0")) > 0 {
		return s
	}
	return s[:dot]
}

// IsInteger reports whether s is -?[0-9]+.
func IsInteger[T string | []byte](s T) bool {
	if len(s) > 0 && s[0] == '-' {
		s = s[1:]
	}
	if len(s) == 0 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i]-'0' > 9 {
			return false
		}
	}
	return true
}
