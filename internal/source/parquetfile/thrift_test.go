package parquetfile_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/source/parquetfile"
)

// A struct is as long as its encoding, whatever follows, and no part of it is a
// struct.
func TestStructLength(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.parquet")
	require.NoError(t, err)
	var footers [][]byte
	for _, path := range paths {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		footers = append(footers, data[footer(data):len(data)-8])
	}
	header, err := thrift.Marshal(new(thrift.CompactProtocol), &format.PageHeader{CompressedPageSize: 1 << 30, CRC: -1})
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.SampledFrom(append(footers, header)).Draw(t, "struct")
		n, err := parquetfile.StructLength(append(data[:len(data):len(data)], "rest"...))
		require.NoError(t, err)
		require.Len(t, data, n)
		_, err = parquetfile.StructLength(data[:rapid.IntRange(0, len(data)-1).Draw(t, "cut")])
		require.Error(t, err)
	})
}

// What says that it is longer than it can be is no struct.
func TestStructLengthOfDamage(t *testing.T) {
	nested := make([]byte, 1000) // structs in structs
	for i := range nested {
		nested[i] = 0x1c
	}
	for name, data := range map[string][]byte{
		"nothing":            {},
		"no end":             {0x15, 2},
		"long text":          {0x18, 0xff, 0xff, 0xff, 0x7f, 'x', 0},
		"long list":          {0x19, 0xfc, 0xff, 0xff, 0xff, 0x7f, 0, 0},
		"long map":           {0x1b, 0xff, 0xff, 0xff, 0x7f, 0x88, 0, 0, 0},
		"unknown type":       {0x1f, 0},
		"unknown in list":    {0x19, 0x2e, 0, 0, 0},
		"number too long":    {0x15, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0},
		"nested without end": nested,
	} {
		_, err := parquetfile.StructLength(data)
		require.Error(t, err, name)
	}
	n, err := parquetfile.StructLength([]byte{0x11, 0x12, 0x13, 7, 0x17, 0, 0, 0, 0, 0, 0, 0, 0, 0x1b, 0, 0x1b, 1, 0x83,
		1, 'k', 9, 0x2a, 0x21, 1, 2, 0x05, 2, 4, 0})
	require.NoError(t, err)
	require.Equal(t, 29, n, "every type, maps that are empty and that are not, a field whose number is written out")
}
