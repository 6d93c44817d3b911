package parquetfile_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/rle"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/source/parquetfile"
	"github.com/sav-analytics/sav/internal/source/readtest"
	"github.com/sav-analytics/sav/internal/thorough"
	"github.com/sav-analytics/sav/source"
)

// FuzzFile: whatever the bytes, they are read or are an input that cannot be
// used, and a file that is read has the rows that its footer says.
func FuzzFile(f *testing.F) {
	paths, err := filepath.Glob("testdata/*.parquet")
	require.NoError(f, err)
	for _, path := range paths {
		data, err := os.ReadFile(path)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Add(file(f, rows(30), parquet.MaxRowsPerRowGroup(10), parquet.Compression(&parquet.Snappy)))
	f.Add(file(f, rows(5), parquet.DataPageVersion(1)))
	f.Add(file(f, rows(0)))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := readtest.File(t, "m.parquet", data)
		src, err := open(parquetfile.Options{}, path)
		if err == nil {
			defer src.Close()
			if src.EstimateRows() > 1e6 {
				t.Skip("so many nulls take long")
			}
			var got readtest.Reading
			got, err = gather(ctx, src)
			require.True(t, err != nil || got.Counts["rows_read"] == src.EstimateRows())
		}
		var inputErr *source.InputError
		require.True(t, err == nil || errors.As(err, &inputErr), "%v", err)
	})
}

// A page with a checksum is read as it was written, or not at all: whichever
// byte of it is another.
func TestDamagedPages(t *testing.T) {
	data := file(t, rows(20), parquet.Compression(&parquet.Snappy), parquet.DataPageVersion(1))
	path := readtest.File(t, "m.parquet", data)
	checked := 0
	for _, at := range pageBytes(t, data) {
		for _, flip := range []byte{1, 0xff} {
			damaged := bytes.Clone(data)
			damaged[at] ^= flip
			require.NoError(t, os.WriteFile(path, damaged, 0o600))
			_, err := read(ctx, parquetfile.Options{}, path)
			require.ErrorContains(t, err, path+": is damaged: row group 1, column ")
			require.ErrorContains(t, err, "a page's checksum is")
			checked++
		}
	}
	require.Greater(t, checked, 200)
}

// Without checksums no byte of a page makes anything but values of it: no fault,
// and no row more or less.
func TestDamagedPagesWithoutChecksums(t *testing.T) {
	data, err := os.ReadFile("testdata/duckdb.parquet")
	require.NoError(t, err)
	path := readtest.File(t, "m.parquet", data)
	failed := 0
	for at := 4; at < footer(data); at += thorough.Or(61, 3) {
		damaged := bytes.Clone(data)
		damaged[at] ^= 0xff
		require.NoError(t, os.WriteFile(path, damaged, 0o600))
		got, err := read(ctx, parquetfile.Options{}, path)
		if err != nil {
			var inputErr *source.InputError
			require.ErrorAs(t, err, &inputErr)
			failed++
			continue
		}
		require.EqualValues(t, 200, got.Counts["rows_read"])
	}
	require.Greater(t, failed, thorough.Or(5, 100))
}

// footer is where the footer of a file begins.
func footer(data []byte) int {
	return len(data) - 8 - int(binary.LittleEndian.Uint32(data[len(data)-8:]))
}

// pageBytes are the places of what stands in the pages of the columns that are
// read, behind the pages' headers.
func pageBytes(t *testing.T, data []byte) (places []int) {
	f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	columns := f.Metadata().RowGroups[0].Columns
	for i, c := range columns {
		if f.Root().Columns()[i].Name() == "body" {
			continue
		}
		at := int(c.MetaData.DataPageOffset)
		var header format.PageHeader
		in := bytes.NewReader(data[at:])
		var protocol thrift.CompactProtocol
		require.NoError(t, thrift.NewDecoder(protocol.NewReader(in)).Decode(&header))
		require.NotZero(t, header.CRC)
		at = len(data) - in.Len()
		for k := range int(header.CompressedPageSize) {
			places = append(places, at+k)
		}
	}
	return places
}

// Runs that hold enough values pass, and decode to them; cut off anywhere they
// do not pass.
func TestCheckRuns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bits := rapid.UintRange(1, 31).Draw(t, "bits")
		var want []int32
		for range rapid.IntRange(1, 8).Draw(t, "runs") {
			value := rapid.Int32Range(0, 1<<bits-1)
			if rapid.Bool().Draw(t, "run") {
				want = append(want, bytesOf(value.Draw(t, "value"), rapid.IntRange(1, 100).Draw(t, "length"))...)
			} else {
				want = append(want, rapid.SliceOfN(value, 8, 40).Draw(t, "values")...)
			}
		}
		data, err := (&rle.Encoding{BitWidth: int(bits)}).EncodeInt32(nil, want)
		require.NoError(t, err)
		require.NoError(t, parquetfile.CheckRuns(data, bits, len(want)))
		require.Error(t, parquetfile.CheckRuns(data, bits, len(want)+8))
		require.Error(t, parquetfile.CheckRuns(data[:rapid.IntRange(0, len(data)-1).Draw(t, "cut")], bits, len(want)))
	})
	require.Error(t, parquetfile.CheckRuns(binary.AppendUvarint(nil, 1<<40), 1, 100), "a run longer than the page")
	require.Error(t, parquetfile.CheckRuns(binary.AppendUvarint(nil, 1<<63|1), 32, 100),
		"more groups than there are bytes")
	require.Error(t, parquetfile.CheckRuns([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, 1,
		1), "no number")
}

func bytesOf(value int32, n int) []int32 {
	all := make([]int32, n)
	for i := range all {
		all[i] = value
	}
	return all
}

// Deltas pass whole and of the number that is asked for only.
func TestCheckDeltas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Int64(), 1, 600).Draw(t, "values")
		data, err := parquet.DeltaBinaryPacked.EncodeInt64(nil, values)
		require.NoError(t, err)
		rest, err := parquetfile.CheckDeltas(append(bytes.Clone(data), "rest"...), len(values))
		require.NoError(t, err)
		require.Equal(t, "rest", string(rest))
		for _, n := range []int{0, len(values) - 1, len(values) + 1} {
			_, err = parquetfile.CheckDeltas(data, n)
			require.True(t, err != nil || n == len(values), "%d of %d", n, len(values))
		}
		_, err = parquetfile.CheckDeltas(data[:rapid.IntRange(0, len(data)-1).Draw(t, "cut")], len(values))
		require.Error(t, err)
	})
	for _, header := range [][]uint64{{0, 4, 9, 0}, {128, 0, 9, 0}, {128, 3, 9, 0}, {1 << 40, 4, 9, 0}, {16, 4, 9, 0},
		{128, 256, 9, 0}} {
		var data []byte
		for _, v := range header {
			data = binary.AppendUvarint(data, v)
		}
		_, err := parquetfile.CheckDeltas(append(data, make([]byte, 100)...), 9)
		require.Error(t, err, header)
	}
}
