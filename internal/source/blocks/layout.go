package blocks

import (
	"hash/crc32"
	"math/bits"

	"github.com/sav-analytics/sav/source"
)

const (
	magic      = "sav block 2\n"
	lengthSize = 4
	sumSize    = 4

	// MaxFiles is how many files may be numbered, from 0.
	MaxFiles = 1 << 19
	// placeBits are those of a batch's Seq that a file's batches have.
	placeBits = 43
	// maxRows is how many messages a block has at most, so that no block, damaged
	// or made up, takes much more memory than its bytes do.
	maxRows = 1 << 22
	// maxBytes is less than Arrow's and Spark's limit of a value, 2^31.
	maxBytes = 1<<31 - 1<<10
	// spareBytes beyond the last column, so that its last number is read as 64 bits.
	spareBytes = 8
)

// The kinds of a column.
const (
	numbers = 0
	texts   = 1
)

// A layout is which columns blocks have: of those of an input, the ones that all
// inputs must have or none.
type layout struct {
	source.Columns
	client bool // there is a column of clients
}

// flags returns the layout as a number: bit 0 says that there are clients, bit f+1
// that the input had field f.
func (l layout) flags() uint64 {
	flags := uint64(l.Columns) << 1
	if l.client {
		flags |= 1
	}
	return flags
}

func layoutOf(flags uint64) layout { return layout{source.Columns(flags >> 1), flags&1 == 1} }

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(b []byte) uint32 { return crc32.Checksum(b, castagnoli) }

// bucketOf returns the bucket of a conversation, the same in every process.
func bucketOf(hash uint64, buckets uint64) uint32 {
	high, _ := bits.Mul64(hash, buckets)
	return uint32(high)
}

// widthOf returns the number of bytes that hold n.
func widthOf(n uint64) int { return (bits.Len64(n) + 7) / 8 }

const microsecond = 1_000_000
