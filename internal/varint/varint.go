// Package varint reads varints and texts from bytes that may be damaged.
package varint

import (
	"encoding/binary"
	"math"
)

// A Cursor reads from Bytes, which get shorter. After the first thing that cannot be,
// Bad is set, nothing is left, and all that is read is zero: a sticky error.
type Cursor struct {
	Bytes []byte
	Bad   bool
}

// Fail sets Bad.
func (c *Cursor) Fail() { c.Bad, c.Bytes = true, nil }

// Uvarint reads an unsigned varint.
func (c *Cursor) Uvarint() uint64 {
	if len(c.Bytes) > 0 && c.Bytes[0] < 0x80 { // most are so small
		n := c.Bytes[0]
		c.Bytes = c.Bytes[1:]
		return uint64(n)
	}
	n, size := binary.Uvarint(c.Bytes)
	if size <= 0 {
		c.Fail()
		return 0
	}
	c.Bytes = c.Bytes[size:]
	return n
}

// Varint reads a signed varint.
func (c *Cursor) Varint() int64 {
	n, size := binary.Varint(c.Bytes)
	if size <= 0 {
		c.Fail()
		return 0
	}
	c.Bytes = c.Bytes[size:]
	return n
}

// UpTo reads an unsigned varint that is at most limit.
func (c *Cursor) UpTo(limit int64) int64 {
	n := c.Uvarint()
	if n > uint64(max(limit, 0)) {
		c.Fail()
		return 0
	}
	return int64(n)
}

// Number reads an unsigned varint that an int64 holds.
func (c *Cursor) Number() int64 { return c.UpTo(math.MaxInt64) }

// Length reads the number of things that follow, each of a byte at least.
func (c *Cursor) Length() int {
	n := c.Uvarint()
	if n > uint64(len(c.Bytes)) {
		c.Fail()
		return 0
	}
	return int(n)
}

// Flag reads a truth value, 0 or 1.
func (c *Cursor) Flag() bool { return c.UpTo(1) == 1 }

// Take returns the next n bytes.
func (c *Cursor) Take(n int) []byte {
	if n < 0 || n > len(c.Bytes) {
		c.Fail()
		return nil
	}
	taken := c.Bytes[:n:n]
	c.Bytes = c.Bytes[n:]
	return taken
}

// Text reads a length and that number of bytes.
func (c *Cursor) Text() string { return string(c.Take(c.Length())) }

// AppendText appends what Text reads.
func AppendText(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}
