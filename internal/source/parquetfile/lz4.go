package parquetfile

import (
	"encoding/binary"
	"errors"
)

var errLZ4 = errors.New("broken LZ4 block")

// decodeLZ4 decompresses an LZ4 block into dst, which is empty, and of whose capacity it
// needs no more. The library's own decoder takes damage for a lack of memory, and takes
// ever more of it.
func decodeLZ4(dst, data []byte) ([]byte, error) {
	for {
		if len(data) == 0 {
			return nil, errLZ4 // the last sequence has literals alone
		}
		token := data[0]
		literals, rest, ok := lz4Length(token>>4, data[1:])
		if !ok || literals > len(rest) || literals > cap(dst)-len(dst) {
			return nil, errLZ4
		}
		dst = append(dst, rest[:literals]...)
		if data = rest[literals:]; len(data) == 0 {
			return dst, nil
		}
		if len(data) < 2 {
			return nil, errLZ4
		}
		offset := int(binary.LittleEndian.Uint16(data))
		match, rest, ok := lz4Length(token&15, data[2:])
		match += 4
		if data = rest; !ok || offset == 0 || offset > len(dst) || match > cap(dst)-len(dst) {
			return nil, errLZ4
		}
		for match > 0 { // what is copied may overlap what it is copied from
			n := min(match, offset)
			dst = append(dst, dst[len(dst)-offset:][:n]...)
			match -= n
		}
	}
}

// lz4Length reads a length: four bits, and if all are set, bytes that are added, up to
// one that is not full.
func lz4Length(bits byte, data []byte) (length int, rest []byte, ok bool) {
	length = int(bits)
	for next := byte(255); bits == 15 && next == 255; length += int(next) {
		if len(data) == 0 {
			return 0, nil, false
		}
		next, data = data[0], data[1:]
	}
	return length, data, true
}
