package csvfile

import (
	"encoding/binary"
	"math/bits"
)

// Eight bytes of text are looked at as one number, the first byte lowest
// ("SIMD within a register"; Lamport 1975, and the well-known digit conversion
// by three multiplications). In a mask, a byte's highest bit says that the byte
// was found; only the lowest one found is certain.

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
	zeros = '0' * ones
)

// padding is how many bytes beyond the data the functions here may look at.
const padding = 32

func load(b []byte, p int) uint64 { return binary.LittleEndian.Uint64(b[p:]) }

// firstByte is the place of the lowest byte found in a mask.
func firstByte(mask uint64) int { return bits.TrailingZeros64(mask) >> 3 }

// nonDigits finds the bytes that are no digits; x is the text xor zeros, so
// that digits are their own values.
func nonDigits(x uint64) uint64 { return (x + 0x76*ones | x) & highs }

// digits8 is the value of eight digits, xored with zeros.
func digits8(x uint64) uint64 {
	x = x*10 + x>>8
	return (x&0x000000FF000000FF*0x000F424000000064 + x>>16&0x000000FF000000FF*0x0000271000000001) >> 32
}

// zeroBytes finds the bytes that are zero.
func zeroBytes(x uint64) uint64 { return (x - ones) &^ x & highs }

// fieldEnd returns the place of the first comma or line feed at or after b[p],
// or one past the data if there is none.
func fieldEnd(b []byte, p, end int) int {
	for ; p < end; p += 8 {
		w := load(b, p)
		if found := zeroBytes(w^','*ones) | zeroBytes(w^'\n'*ones); found != 0 {
			return p + firstByte(found)
		}
	}
	return end
}

// dayMask takes the bytes of a date that the first eight leave: "DD" after "YYYY-MM-",
// and the separator that follows.
const dayMask = 0xffffff

// clockMask is "00:00:00"; clockLimit, added to a clock xored with it, carries
// into the highest bit of each byte that is no digit, or no colon.
const (
	clockMask  = uint64('0') | '0'<<8 | ':'<<16 | '0'<<24 | '0'<<32 | ':'<<40 | '0'<<48 | '0'<<56
	clockLimit = 0x76*ones + 0x09<<16 + 0x09<<40
)

// clock reads "HH:MM:SS", in seconds.
func clock(w uint64) (seconds int64, ok bool) {
	x := w ^ clockMask
	if (x+clockLimit|x)&highs != 0 {
		return 0, false
	}
	x = x*10 + x>>8
	h, m, s := int64(x&0xff), int64(x>>24&0xff), int64(x>>48&0xff)
	return h*3600 + m*60 + s, h <= 23 && m <= 59 && s <= 59
}

// powers of ten, by exponent
var pow10 = [9]uint64{1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000}
