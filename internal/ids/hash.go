package ids

import (
	"encoding/binary"
	"hash/crc32"
)

// hashedIntegers is the greatest integer whose hash is that of its bits. Greater ones have
// that of their text, as they had when an ID did not hold them.
const hashedIntegers ID = 999_999_999_999_999_999 + integerAfterIndex

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Hash is a number that spreads ids evenly over 64 bits, the same for one text in
// every process. No two integers below 10^18 have the same.
func (d *Dict) Hash(id ID) uint64 {
	switch { // where the id holds all there is to it, that is enough
	case id <= hashedIntegers:
		return scatter(uint64(id))
	case id.isPackedPair():
		return scatter(uint64(id&^kindPackedPair) | 1<<62) // as no integer is
	}
	return HashText(d.AppendID(make([]byte, 0, 64), id))
}

// HashText returns the [Dict.Hash] of an id whose text no ID holds itself.
func HashText(text []byte) uint64 {
	return scatter(uint64(crc32.Update(0, castagnoli, text))<<32 | uint64(crc32.ChecksumIEEE(text)))
}

// scatter is a permutation of the 64-bit numbers without visible order (the last
// step of SplitMix64; Steele, Lea and Flood, OOPSLA 2014).
func scatter(x uint64) uint64 {
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}

// AppendKey appends a form of id that is the same for one id in every process, and
// that no other id has: its text, or for a pair both texts, separated.
func (d *Dict) AppendKey(dst []byte, id ID) []byte {
	if !id.isPair() {
		return d.AppendID(dst, id)
	}
	const pair = 0xFF // begins no text, since it is no UTF-8
	client, merchant := d.pair(id)
	text := d.AppendID(nil, client)
	dst = binary.AppendUvarint(append(dst, pair), uint64(len(text)))
	return d.AppendID(append(dst, text...), merchant)
}
