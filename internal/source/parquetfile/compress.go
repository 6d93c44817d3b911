package parquetfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/format"
)

// codecOf returns the codec of a column, or an error if it is not supported.
func codecOf(codec format.CompressionCodec) (compress.Codec, error) {
	c := parquet.LookupCompressionCodec(codec)
	switch codec {
	case format.Uncompressed, format.Snappy, format.Gzip, format.Brotli, format.Zstd, format.Lz4Raw:
		return c, nil
	}
	return nil, fmt.Errorf(
		"is compressed with %s, which is not supported; expected none, SNAPPY, GZIP, BROTLI, ZSTD or LZ4_RAW", codec)
}

// decompress decompresses a page to the size that it claims, in buf. What a page claims
// is memory only as far as the compressed bytes can hold so much.
func (p *pager) decompress(buf *[]byte, data []byte, size int) ([]byte, error) {
	codec := p.codec.CompressionCodec()
	switch {
	case codec == format.Uncompressed:
		return data, nil
	case size == 0 && len(data) == 0: // of nulls alone, say
		return nil, nil
	}
	if !canHold(codec, data, size) {
		return nil, fmt.Errorf("a page of %d bytes cannot have %d decompressed (%s)", len(data), size, p.codec)
	}
	const enough = 1 << 20 // bytes, or this ratio, that need no proof
	plain, err := []byte(nil), error(nil)
	switch {
	case codec == format.Lz4Raw:
		*buf = resize(*buf, size)
		plain, err = decodeLZ4((*buf)[:0], data)
	case codec == format.Zstd && size <= enough:
		*buf = resize(*buf, size)
		plain, err = zstdWithin().DecodeAll(data, (*buf)[:0:size])
	case size <= enough || size/64 <= len(data):
		*buf = resize(*buf, size)
		plain, err = p.codec.Decode(*buf, data)
	default:
		plain, err = p.decompressSlowly(data, size)
		*buf = plain
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("decompressing (%s): %w", p.codec, err)
	case len(plain) != size:
		return nil, fmt.Errorf("a page has %d bytes decompressed, not %d", len(plain), size)
	}
	return plain, nil
}

// zstdWithin returns a decoder whose DecodeAll fails where what comes out is larger than
// the capacity of the slice that it is given: parquet-go's takes memory for the size that
// a frame claims, which may be 4 GiB.
var zstdWithin = sync.OnceValue(func() *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecodeAllCapLimit(true))
	if err != nil {
		panic(err) // the options are constants
	}
	return d
})

// decompressSlowly takes memory for what there is, whatever the page claims.
func (p *pager) decompressSlowly(data []byte, size int) ([]byte, error) {
	if p.codec.CompressionCodec() != format.Zstd {
		return p.codec.Decode(nil, data)
	}
	r, err := zstd.NewReader(bytes.NewReader(data), zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(128<<20))
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, int64(size)+1))
}

// canHold reports whether data can decompress to size bytes.
func canHold(codec format.CompressionCodec, data []byte, size int) bool {
	const overhead = 1 << 10
	n := len(data)
	switch codec {
	case format.Snappy: // begins with the size; three bytes copy 64 at most
		claimed, length := binary.Uvarint(data)
		return length > 0 && claimed == uint64(size) && size/22 <= n
	case format.Gzip: // a bit and a half copy 258 bytes at most
		return size/1032 <= n+overhead
	case format.Lz4Raw: // a byte goes on with a length by 255
		return size/255 <= n+overhead
	case format.Zstd: // a block of four bytes repeats one 128 KiB times
		return size/(1<<15) <= n+overhead
	}
	return true
}

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
