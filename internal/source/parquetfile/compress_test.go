package parquetfile_test

import (
	"bytes"
	"runtime"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/source/parquetfile"
)

var compressed = []format.CompressionCodec{format.Snappy, format.Gzip, format.Brotli, format.Zstd, format.Lz4Raw}

// A page comes out as it went in, if it is of the size that it claims.
func TestDecompress(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		codec := rapid.SampledFrom(compressed).Draw(t, "codec")
		plain := bytes.Repeat(rapid.SliceOfN(rapid.Byte(), 1, 40).Draw(t, "bytes"),
			rapid.SampledFrom([]int{1, 3, 1000, 60_000}).Draw(t, "times"))
		data, err := parquet.LookupCompressionCodec(codec).Encode(nil, plain)
		require.NoError(t, err)
		got, err := parquetfile.Decompress(codec, data, len(plain))
		require.NoError(t, err)
		require.True(t, bytes.Equal(plain, got))
		for _, size := range []int{0, len(plain) - 1, len(plain) + 1, 2 * len(plain)} {
			_, err := parquetfile.Decompress(codec, data, size)
			require.Error(t, err, "%s of %d bytes, claimed to be %d", codec, len(plain), size)
		}
	})
}

// What a page claims takes no memory that its bytes cannot fill, be they whole or damaged.
func TestClaims(t *testing.T) { // alone: it looks at the memory that is taken
	const claim = 1<<31 - 1
	plain := bytes.Repeat([]byte("some text"), 1000)
	for _, codec := range compressed {
		data, err := parquet.LookupCompressionCodec(codec).Encode(nil, plain)
		require.NoError(t, err)
		damaged := bytes.Clone(data)
		damaged[len(damaged)/2] ^= 0xff
		for name, data := range map[string][]byte{"whole": data, "cut off": data[:len(data)-3], "damaged": damaged,
			"nothing": nil} {
			before := allocated()
			_, err := parquetfile.Decompress(codec, data, claim)
			require.Error(t, err, "%s, %s", codec, name)
			require.Less(t, allocated()-before, uint64(32<<20), "%s, %s", codec, name)
		}
	}
}

// What a frame of zstd within a page claims takes no memory either, whatever the page claims.
func TestClaimsOfFrames(t *testing.T) {
	// A magic number, a descriptor: a size of 4 bytes, a window of 1 KiB, the size, a block.
	frame := []byte("\x28\xb5\x2f\xfd\x80\x00\x00\x00\x00\xfa\x01\x00\x00")
	for _, size := range []int{1, 101, 1 << 20, 3 << 20} {
		before := allocated()
		_, err := parquetfile.Decompress(format.Zstd, frame, size)
		require.Error(t, err, "%d bytes", size)
		require.Less(t, allocated()-before, uint64(32<<20), "%d bytes", size)
	}
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// A page of nulls has no bytes, with some writers not even those of an empty
// compressed one.
func TestEmptyPage(t *testing.T) {
	for _, codec := range compressed {
		got, err := parquetfile.Decompress(codec, nil, 0)
		require.NoError(t, err)
		require.Empty(t, got)
	}
}

// What is not supported is no damage.
func TestUnsupportedCodecs(t *testing.T) {
	for _, codec := range []format.CompressionCodec{format.Lz4, format.LZO, 99} {
		_, err := parquetfile.Decompress(codec, nil, 0)
		require.ErrorContains(t, err, "which is not supported; expected none, SNAPPY")
	}
}

// FuzzDecompress: whatever the bytes, decompressing ends, and takes no more memory than
// what comes of it.
func FuzzDecompress(f *testing.F) {
	for _, codec := range compressed {
		data, err := parquet.LookupCompressionCodec(codec).Encode(nil, bytes.Repeat([]byte("some text"), 9))
		require.NoError(f, err)
		f.Add(int64(codec), data, 81)
	}
	f.Add(int64(format.Zstd), []byte("(\xb5/\xfd\x80\x00\x00\x00\x00\xfa0000000000T\t\x03$0"), 101)
	f.Add(int64(format.Lz4Raw), []byte{0xf0, 255, 255, 3, 'a'}, 100)
	f.Add(int64(1)<<32, []byte("a"), 100) // a codec has 32 bits: none
	f.Fuzz(func(t *testing.T, codec int64, data []byte, size int) {
		got, err := parquetfile.Decompress(format.CompressionCodec(codec), data, max(size, 0)&(1<<20-1))
		plain := format.CompressionCodec(codec) == format.Uncompressed
		require.True(t, err != nil || plain || len(got) == max(size, 0)&(1<<20-1))
	})
}
