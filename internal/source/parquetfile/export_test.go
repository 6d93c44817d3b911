package parquetfile

import "github.com/parquet-go/parquet-go/format"

// Decompress decompresses a page that claims so many bytes.
func Decompress(codec format.CompressionCodec, data []byte, size int) (plain []byte, err error) {
	defer recoverDamage(&err)
	p := &pager{}
	if p.codec, err = codecOf(codec); err != nil {
		return nil, err
	}
	return p.decompress(&p.plain, data, size)
}

var (
	CheckRuns    = checkRuns
	CheckDeltas  = checkDeltas
	StructLength = structLength
)
