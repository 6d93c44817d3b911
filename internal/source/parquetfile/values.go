package parquetfile

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/rle"
	"github.com/parquet-go/parquet-go/format"
)

// values are values of one physical type, whatever their encoding was. Numbers
// are little-endian.
type values struct {
	n     int
	width int    // bytes of a value; 0 if they differ
	data  []byte // of fixed width one after the other; a boolean is a byte
	// Where the width differs, value i ends at offsets[i+1] and begins gap bytes
	// behind offsets[i].
	offsets []uint32
	gap     uint32
}

func (v *values) bytes(i int) []byte {
	if v.width > 0 {
		return v.data[i*v.width:][:v.width]
	}
	return v.data[v.offsets[i]+v.gap : v.offsets[i+1]]
}

func (v *values) uint32(i int) uint32 { return binary.LittleEndian.Uint32(v.data[4*i:]) }
func (v *values) uint64(i int) uint64 { return binary.LittleEndian.Uint64(v.data[8*i:]) }

// A decoder turns the values of pages into one form. Its memory is used again
// for each page.
type decoder struct {
	kind    parquet.Kind
	width   int // 0: BYTE_ARRAY
	buf     []byte
	offsets []uint32
	ints32  []int32
	ints64  []int64
}

func newDecoder(t valueType) decoder {
	widths := map[parquet.Kind]int{parquet.Boolean: 1, parquet.Int32: 4, parquet.Int64: 8, parquet.Int96: 12,
		parquet.Float: 4, parquet.Double: 8, parquet.FixedLenByteArray: t.length}
	return decoder{kind: t.kind, width: widths[t.kind]}
}

// decode decodes n values. It may keep a reference to data.
func (d *decoder) decode(data []byte, encoding format.Encoding, n int) (values, error) {
	v := values{n: n, width: d.width}
	var err error
	switch {
	case encoding == format.Plain && d.kind == parquet.Boolean:
		v.data, err = d.bits(data, n)
	case encoding == format.Plain && d.width == 0:
		v.data, v.gap = data, 4
		v.offsets, err = d.lengths(data, n)
	case encoding == format.Plain:
		if len(data) < n*d.width {
			return v, errShort
		}
		v.data = data[:n*d.width]
	case encoding == format.RLE && d.kind == parquet.Boolean:
		if len(data) < 4 || uint64(binary.LittleEndian.Uint32(data)) > uint64(len(data)-4) {
			return v, errShort
		}
		data = data[4:][:binary.LittleEndian.Uint32(data)]
		if err = checkRuns(data, 1, n); err == nil {
			v.data, err = (&rle.Encoding{BitWidth: 1}).DecodeLevels(d.buf[:0], data)
			d.buf = v.data
			for i := range v.data {
				v.data[i] &= 1 // parquet-go writes a run of true as 0xff
			}
		}
	case encoding == format.ByteStreamSplit && d.width > 1:
		v.data, err = d.streams(data, n)
	case encoding == format.DeltaBinaryPacked && (d.kind == parquet.Int32 || d.kind == parquet.Int64):
		v.data, err = d.deltas(data, n)
	case (encoding == format.DeltaLengthByteArray || encoding == format.DeltaByteArray) && d.width == 0:
		var rest []byte
		if rest, err = checkDeltas(data, n); err == nil && encoding == format.DeltaByteArray {
			if _, err = checkDeltas(rest, n); err == nil {
				err = d.checkPrefixes(data, n)
			}
		}
		if err == nil && n > 0 {
			d.buf, d.offsets, err = parquet.LookupEncoding(encoding).DecodeByteArray(d.buf[:0], data, d.offsets[:0])
			v.data, v.offsets = d.buf, d.offsets
		}
		if err == nil && n > 0 && len(v.offsets) != n+1 {
			err = errShort
		}
	default:
		return v, fmt.Errorf("values of %s in the encoding %s, which is not read", d.kind, encoding)
	}
	return v, err
}

// checkPrefixes makes sure that n byte arrays are not much longer than their page. data begins
// with the lengths of what each has in common with the one before it.
func (d *decoder) checkPrefixes(data []byte, n int) (err error) {
	if n == 0 {
		return nil
	}
	d.ints32, err = parquet.LookupEncoding(format.DeltaBinaryPacked).DecodeInt32(d.ints32[:0], data)
	if err != nil {
		return err
	}
	const maxRatio, enough = 256, 64 << 20
	sum := int64(len(data))
	for _, length := range d.ints32 {
		sum += int64(max(length, 0))
	}
	if sum > max(enough, maxRatio*int64(len(data))) {
		return fmt.Errorf("a page of %d bytes has texts of %d", len(data), sum)
	}
	return nil
}

// bits makes a byte of each bit.
func (d *decoder) bits(data []byte, n int) ([]byte, error) {
	if len(data) < (n+7)/8 {
		return nil, errShort
	}
	d.buf = resize(d.buf, n)
	for i := range d.buf {
		d.buf[i] = data[i/8] >> (i % 8) & 1
	}
	return d.buf, nil
}

// lengths finds n byte arrays, each behind its length in four bytes.
func (d *decoder) lengths(data []byte, n int) ([]uint32, error) {
	if uint64(n)*4 > uint64(len(data)) {
		return nil, errShort
	}
	d.offsets = resize(d.offsets, n+1)
	at := uint64(0)
	for i := range n {
		d.offsets[i] = uint32(at)
		if at+4 > uint64(len(data)) {
			return nil, errShort
		}
		at += 4 + uint64(binary.LittleEndian.Uint32(data[at:]))
	}
	if at > uint64(len(data)) {
		return nil, errShort
	}
	d.offsets[n] = uint32(at)
	return d.offsets, nil
}

// streams puts values together whose first bytes stand together, then their
// second bytes, and so on.
func (d *decoder) streams(data []byte, n int) ([]byte, error) {
	if len(data) < n*d.width {
		return nil, errShort
	}
	d.buf = resize(d.buf, n*d.width)
	for k := range d.width {
		stream := data[k*n:][:n]
		for i, b := range stream {
			d.buf[i*d.width+k] = b
		}
	}
	return d.buf, nil
}

// deltas decodes integers whose differences are stored.
func (d *decoder) deltas(data []byte, n int) (out []byte, err error) {
	if _, err := checkDeltas(data, n); err != nil {
		return nil, err
	}
	encoding := parquet.LookupEncoding(format.DeltaBinaryPacked)
	d.buf = resize(d.buf, n*d.width)
	if d.kind == parquet.Int32 {
		d.ints32, err = encoding.DecodeInt32(d.ints32[:0], data)
		for i, x := range d.ints32[:min(n, len(d.ints32))] {
			binary.LittleEndian.PutUint32(d.buf[4*i:], uint32(x))
		}
		return d.buf, err
	}
	d.ints64, err = encoding.DecodeInt64(d.ints64[:0], data)
	for i, x := range d.ints64[:min(n, len(d.ints64))] {
		binary.LittleEndian.PutUint64(d.buf[8*i:], uint64(x))
	}
	return d.buf, err
}

// resize returns a slice of n elements, of any content, in the memory of s if it
// suffices.
func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

var (
	errShort   = errors.New("a page ends too early")
	errTooMany = errors.New("a page has more values than it says")
)

// checkRuns makes sure that data holds n values of bits bits, at least one, in
// Parquet's hybrid of runs and bit-packing, before they are decoded: a damaged
// run may claim two thousand million values, and a page that was cut off must
// not pass for one of zeros.
func checkRuns(data []byte, bits uint, n int) error {
	for n > 0 {
		header, size := binary.Uvarint(data)
		if size <= 0 {
			return errShort
		}
		data = data[size:]
		count, length := header>>1, uint64(bits+7)/8
		packed := header&1 == 1
		switch {
		case packed && count > uint64(len(data)): // or the sizes below overflow
			return errShort
		case packed: // in groups of eight; the last ones may be filled up
			count, length = 8*count, count*uint64(bits)
		case count > uint64(n)+7: // parquet-go fills up runs of booleans too
			return errTooMany
		}
		if length > uint64(len(data)) {
			return errShort
		}
		data = data[length:]
		n -= int(count)
	}
	return nil
}

// checkDeltas makes sure that data begins with n integers in the encoding
// DELTA_BINARY_PACKED, and returns what follows them.
func checkDeltas(data []byte, n int) (rest []byte, err error) {
	next := func() uint64 {
		v, size := binary.Uvarint(data)
		if size <= 0 {
			err = errShort
			return 0
		}
		data = data[size:]
		return v
	}
	block, miniblocks, total := next(), next(), next()
	next() // the first value
	switch {
	case err != nil:
		return nil, err
	case total != uint64(n):
		return nil, fmt.Errorf("a page of %d values has %d", n, total)
	case block == 0 || block > 1<<20 || miniblocks == 0 || miniblocks > block || block%miniblocks != 0 ||
		block/miniblocks%8 != 0:
		return nil, fmt.Errorf("deltas in %d blocks of %d", miniblocks, block)
	}
	perMiniblock := int(block / miniblocks)
	for n--; n > 0; {
		next() // the least delta
		if err != nil || uint64(len(data)) < miniblocks {
			return nil, errShort
		}
		widths := data[:miniblocks]
		data = data[miniblocks:]
		for _, bits := range widths {
			if n <= 0 {
				break // miniblocks without values are left out
			}
			size := perMiniblock / 8 * int(bits)
			if bits > 64 || size > len(data) {
				return nil, errShort
			}
			data = data[size:]
			n -= perMiniblock
		}
	}
	return data, nil
}
