// Package swar looks at eight bytes of text as one number, the first byte lowest ("SIMD
// within a register"; Lamport 1975, and the well-known digit conversion by three
// multiplications).
//
// A mask has a byte's highest bit set where the byte was found. Only the lowest one found
// is certain.
package swar

import (
	"encoding/binary"
	"math/bits"
	"unsafe"
)

const (
	Ones  = 0x0101010101010101 // one in each byte
	Highs = 0x8080808080808080 // the highest bit of each byte
	Zeros = '0' * Ones         // the digit 0 in each byte
)

// Padding is how many bytes behind a text must be readable.
const Padding = 32

// Load returns the eight bytes at b[p:].
func Load(b []byte, p int) uint64 { return binary.LittleEndian.Uint64(b[p:]) }

// At returns the eight bytes at text[p:] without a check of bounds, the first lowest
// whatever the machine's order of bytes: where that is its own, the compiler makes one
// load of it.
func At(text unsafe.Pointer, p int) uint64 {
	return binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(text, p))[:])
}

// ByteAt returns the byte at text[p] without a check of bounds.
func ByteAt(text unsafe.Pointer, p int) byte { return *(*byte)(unsafe.Add(text, p)) }

// First returns the place of the lowest byte found in a mask; 8 if there is none.
func First(mask uint64) int { return bits.TrailingZeros64(mask) >> 3 }

// NonDigits finds the bytes that are no digits; x is the text xor Zeros, so that digits
// are their own values.
func NonDigits(x uint64) uint64 { return (x + 0x76*Ones | x) & Highs }

// Digits returns the value of eight digits, xored with Zeros.
func Digits(x uint64) uint64 {
	x = x*10 + x>>8
	return (x&0x000000FF000000FF*0x000F424000000064 + x>>16&0x000000FF000000FF*0x0000271000000001) >> 32
}

// NonLetters finds the bytes that are no letters of ASCII, in upper or lower case.
func NonLetters(x uint64) uint64 {
	low := (x | 0x20*Ones) &^ Highs // so that no sum carries into the next byte
	return (^(low + (0x80-'a')*Ones) | (low + (0x7f-'z')*Ones) | x) & Highs
}

// ZeroBytes finds the bytes that are zero: those of x ^ c*Ones are the bytes c.
func ZeroBytes(x uint64) uint64 { return (x - Ones) &^ x & Highs }

// Controls finds the bytes below a space.
func Controls(x uint64) uint64 { return (x - 0x20*Ones) &^ x & Highs }

// clockMask is "00:00:00"; clockLimit, added to a clock xored with it, carries into the
// highest bit of each byte that is no digit, or no colon.
const (
	clockMask  = uint64('0') | '0'<<8 | ':'<<16 | '0'<<24 | '0'<<32 | ':'<<40 | '0'<<48 | '0'<<56
	clockLimit = 0x76*Ones + 0x09<<16 + 0x09<<40
)

// Clock returns the seconds of "HH:MM:SS".
func Clock(w uint64) (seconds int64, ok bool) {
	x := w ^ clockMask
	if (x+clockLimit|x)&Highs != 0 {
		return 0, false
	}
	x = x*10 + x>>8
	h, m, s := int64(x&0xff), int64(x>>24&0xff), int64(x>>48&0xff)
	return h*3600 + m*60 + s, h <= 23 && m <= 59 && s <= 59
}

// MaxInteger is the greatest number that Integer reads: ids.MaxInteger.
const MaxInteger = 1<<63 - 2

// Integer returns the value of the digits at b[p:], without a leading zero and up to
// MaxInteger, and their number; 0 if it is something else.
func Integer(b []byte, p int) (value uint64, n int) {
	x := Load(b, p) ^ Zeros
	n = First(NonDigits(x))
	if n == 0 || x&0xff == 0 && n > 1 {
		return 0, 0
	}
	value = Digits(x << (-8 * n & 63))
	if n < 8 {
		return value, n
	}
	x = Load(b, p+8) ^ Zeros
	n = First(NonDigits(x))
	if n == 0 {
		return value, 8
	}
	value = value*pow10[n] + Digits(x<<(-8*n&63))
	if n < 8 {
		return value, 8 + n
	}
	x = Load(b, p+16) ^ Zeros
	switch n = First(NonDigits(x)); {
	case n == 0:
		return value, 16
	case n > 3: // 19 digits are below 2^64
		return 0, 0
	}
	if value = value*pow10[n] + Digits(x<<(64-8*n)); value > MaxInteger {
		return 0, 0
	}
	return value, 16 + n
}

// UpTo16 returns the value of the digits that sixteen bytes of text begin with, x then y,
// and their number.
func UpTo16(x, y uint64) (value uint64, n int) {
	x ^= Zeros
	if n = First(NonDigits(x)); n < 8 {
		return Digits(x << (64 - 8*n)), n
	}
	y ^= Zeros
	n = First(NonDigits(y))
	return Digits(x)*pow10[n] + Digits(y<<(64-8*n)), 8 + n
}

// Pow10 returns the n-th power of ten, for n up to 16.
func Pow10(n int) uint64 { return pow10[n] }

// pow10 has the powers of ten, by exponent.
var pow10 = [17]uint64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16}
