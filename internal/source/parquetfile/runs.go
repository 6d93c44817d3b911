package parquetfile

import (
	"encoding/binary"
	"errors"
	"fmt"
)

var (
	errShort   = errors.New("a page ends too early")
	errTooMany = errors.New("a page has more values than it says")
)

// checkRuns makes sure that data holds n values of so many bits, at least one, in
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
		case packed: // in groups of eight, of which the last ones may be filled up
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
