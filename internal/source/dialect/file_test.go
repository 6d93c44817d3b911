package dialect_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sav-analytics/sav/internal/source/dialect"
	"github.com/sav-analytics/sav/source"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const table = "created_at;merchant_id;pays\n2026-03-01;1;Réunion\n"

func gz(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(text))
	w.Close()
	return b.String()
}

func zst(text string) string {
	w, _ := zstd.NewWriter(nil)
	defer w.Close()
	return string(w.EncodeAll([]byte(text), nil))
}

func utf16Text(text string, order binary.ByteOrder) string {
	var b bytes.Buffer
	binary.Write(&b, order, utf16.Encode([]rune(text)))
	return b.String()
}

// bz is the table compressed by bzip2, which Go cannot do.
const bz = "\x42\x5a\x68\x39\x31\x41\x59\x26\x53\x59\xb3\x7d\xe3\xc8\x00\x00\x0c\xdb\x94\x00\x10\x00\x02\x79\x08\x10\x00\xae\x63\xde\x20\x00\x20\x08\x00\x20\x00\x54\x53\x46\x80\x34\x00\x01\x53\xd2\x7a\x4f\x6a\x35\x03\x23\xc8\x9a\x35\x90\x48\x12\x4c\x46\x07\x38\x3f\x5b\x14\x6b\xcd\x59\xd7\xd3\xd5\x19\x85\xb7\x7b\xdd\x4d\x46\x24\x0b\xe2\xce\x7e\x2e\xe4\x8a\x70\xa1\x21\x66\xfb\xc7\x90"

// all reads the text of a file.
func all(t require.TestingT, f *dialect.File) string {
	text, err := io.ReadAll(io.NewSectionReader(f, f.Start(), 1<<40))
	require.NoError(t, err)
	return string(text)
}

func file(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// What a file is, it says by its bytes.
func TestOpen(t *testing.T) {
	t.Parallel()
	object := `{"created_at": 1}` + "\n"
	for _, test := range []struct {
		name, bytes string
		opts        dialect.Options
		want        dialect.File
		text        string
	}{
		{"plain", table, dialect.Options{}, dialect.File{Encoding: "utf-8"}, table},
		{"marked", "\uFEFF" + table, dialect.Options{}, dialect.File{Encoding: "utf-8", Mark: true}, table},
		{"marked whatever is said", "\uFEFF" + table, dialect.Options{Encoding: "latin1"},
			dialect.File{Encoding: "utf-8", Mark: true}, table},
		{"empty", "", dialect.Options{}, dialect.File{Encoding: "utf-8"}, ""},
		{"gzip", gz(table), dialect.Options{}, dialect.File{Encoding: "utf-8", Compression: "gzip"}, table},
		{"gzip of two members", gz(table[:9]) + gz(table[9:]), dialect.Options{}, dialect.File{Encoding: "utf-8",
			Compression: "gzip"}, table},
		{"gzip, marked", gz("\uFEFF" + table), dialect.Options{}, dialect.File{Encoding: "utf-8", Compression: "gzip",
			Mark: true}, table},
		{"zstd", zst(table), dialect.Options{}, dialect.File{Encoding: "utf-8", Compression: "zstd"}, table},
		{"zstd of two frames, one skipped", "\x50\x2a\x4d\x18\x02\x00\x00\x00xx" + zst(table[:9]) + zst(table[9:]),
			dialect.Options{},
			dialect.File{Encoding: "utf-8", Compression: "zstd"}, table},
		{"bzip2", bz, dialect.Options{}, dialect.File{Encoding: "utf-8", Compression: "bzip2"}, table},
		{"UTF-16", "\xff\xfe" + utf16Text(table, binary.LittleEndian), dialect.Options{},
			dialect.File{Encoding: "utf-16le", Mark: true}, table},
		{"UTF-16, big-endian", "\xfe\xff" + utf16Text(table, binary.BigEndian), dialect.Options{},
			dialect.File{Encoding: "utf-16be", Mark: true}, table},
		{"UTF-16, said", utf16Text(table, binary.LittleEndian), dialect.Options{Encoding: "UTF-16LE"},
			dialect.File{Encoding: "utf-16le"}, table},
		{"UTF-16, compressed", gz("\xff\xfe" + utf16Text(table, binary.LittleEndian)), dialect.Options{},
			dialect.File{Encoding: "utf-16le", Compression: "gzip", Mark: true}, table},
		{"windows-1252", strings.ReplaceAll(table, "é", "\xe9"), dialect.Options{Encoding: "CP1252"},
			dialect.File{Encoding: "windows-1252"}, table},
		{"Shift_JIS", "\x93\xfa\x96{", dialect.Options{Encoding: "shift_jis"}, dialect.File{Encoding: "shift_jis"},
			"日本"},
		{"no UTF-8", "R\xe9union", dialect.Options{}, dialect.File{Encoding: "utf-8"}, "R\xe9union"},
		{"JSON Lines", object, dialect.Options{}, dialect.File{Format: dialect.FormatJSONLines, Encoding: "utf-8"},
			object},
		{"JSON Lines after blank lines", "\n \r\n" + object, dialect.Options{},
			dialect.File{Format: dialect.FormatJSONLines, Encoding: "utf-8"}, "\n \r\n" + object},
		{"JSON Lines, compressed", zst(object), dialect.Options{}, dialect.File{Format: dialect.FormatJSONLines,
			Encoding: "utf-8", Compression: "zstd"}, object},
		{"JSON Lines in UTF-16", "\xff\xfe" + utf16Text(object, binary.LittleEndian), dialect.Options{},
			dialect.File{Format: dialect.FormatJSONLines, Encoding: "utf-16le", Mark: true}, object},
		{"JSON array", "[\n" + object + "]", dialect.Options{}, dialect.File{Format: dialect.FormatJSONArray,
			Encoding: "utf-8"}, "[\n" + object + "]"},
		{"JSON array of numbers", "[5, {}]", dialect.Options{}, dialect.File{Format: dialect.FormatJSONArray,
			Encoding: "utf-8"}, "[5, {}]"},
		{"JSON array of nothing", "[ ]", dialect.Options{}, dialect.File{Format: dialect.FormatJSONArray,
			Encoding: "utf-8"}, "[ ]"},
		{"names in brackets", "[created_at],[merchant_id]\n", dialect.Options{}, dialect.File{Encoding: "utf-8"},
			"[created_at],[merchant_id]\n"},
		{"a name that begins as bzip2 does", "BZh,created_at\n", dialect.Options{}, dialect.File{Encoding: "utf-8"},
			"BZh,created_at\n"},
		{"NUL bytes in a row", table + strings.Repeat("\x00", 1000), dialect.Options{}, dialect.File{Encoding: "utf-8"},
			table + strings.Repeat("\x00", 1000)},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := file(t, "m", test.bytes)
			for _, name := range []string{path, dialect.Stdin} {
				f, err := dialect.Open(name, strings.NewReader(test.bytes), test.opts)
				require.NoError(t, err)
				require.Equal(t, test.want.Format, f.Format)
				require.Equal(t, test.want.Compression, f.Compression)
				require.Equal(t, test.want.Encoding, f.Encoding)
				require.Equal(t, test.want.Mark, f.Mark)
				require.Equal(t, test.text, all(t, f))
				plain := name == path && f.Compression == "" && f.Encoding == "utf-8"
				if plain {
					require.EqualValues(t, len(test.bytes), f.Size)
				} else {
					require.EqualValues(t, -1, f.Size)
				}
				require.NoError(t, f.Begin())
				if err := f.Begin(); plain {
					require.NoError(t, err)
				} else {
					require.ErrorIs(t, err, source.ErrReadTwice)
				}
				require.NoError(t, f.Check(nil))
				require.NoError(t, f.Close())
				require.NoError(t, f.Close(), "twice")
			}
		})
	}
}

func TestParquet(t *testing.T) {
	t.Parallel()
	path := file(t, "m.csv", "PAR1 and so on")
	f, err := dialect.Open(path, nil, dialect.Options{})
	require.NoError(t, err)
	require.Equal(t, dialect.FormatParquet, f.Format)
	require.NoError(t, f.Close())
	_, err = dialect.Open(dialect.Stdin, strings.NewReader("PAR1 and so on"), dialect.Options{})
	require.ErrorContains(t, err, "standard input: is Parquet in a stream: save it as a file")
	_, err = dialect.Open(file(t, "m.csv", gz("PAR1 and so on")), nil, dialect.Options{})
	require.ErrorContains(t, err, "is Parquet within gzip: decompress it first")
}

// What is recognised and not read is named, with what to do.
func TestForeign(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ bytes, want string }{
		{"PK\x03\x04\x14\x00[Content_Types].xml and xl/workbook.xml",
			"is an Excel workbook (.xlsx): save the sheet as CSV UTF-8"},
		{"PK\x03\x04\x14\x00mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "is an OpenDocument spreadsheet"},
		{"PK\x03\x04\x14\x00[Content_Types].xml word/document.xml", "is a text document"},
		{"PK\x03\x04\x14\x00messages.csv" + table, "is a ZIP archive: unpack it first"},
		{"PK\x05\x06", "is a ZIP archive"},
		{"SQLite format 3\x00....", "is a SQLite database: export the rows"},
		{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "is an old Excel workbook"},
		{"%PDF-1.7\n%", "is a PDF document"},
		{`{\rtf1\ansi`, "is a rich text document"},
		{"\xfd7zXZ\x00..", "is compressed with xz: decompress it first"},
		{strings.Repeat("x", 257) + "ustar\x00", "is a tar archive"},
		{gz(strings.Repeat("x", 257) + "ustar\x00"), "is a tar archive"},
		{gz(gz(table)), "is gzip within gzip: decompress it once first"},
		{zst(gz(table)), "is gzip within zstd"},
		{"Obj\x01\x04", "is an Avro file"},
		{"ARROW1\x00\x00", "is an Arrow or Feather file"},
		{"\x01\x02\x03\x04\x05\x06\x07\x08DUCK", "is a DuckDB database"},
		{"ORC\n\x01\x02", "is an ORC file"},
		{"PARE\x15\x00", "is a Parquet file with an encrypted footer"},
		{"BEGIN;\nINSERT", "is a SQL dump"},
		{"PGDMP\x01", "is a dump of PostgreSQL in its own format"},
		{"\n<!DOCTYPE html>\n<html>", "is an HTML page: save the table as CSV"},
		{"<table><tr>", "is an HTML page"},
		{"<?xml version=\"1.0\"?>", "is XML"},
		{"-- MySQL dump 10.13\n", "is a SQL dump: load it into a database"},
		{"/*!999999\\- enable the sandbox mode */ \n", "is a SQL dump"},
		{"--\n-- PostgreSQL database dump\n--\n", "is a SQL dump"},
		{"INSERT INTO `messages` VALUES (1,2);\n", "is a SQL dump"},
		{"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;", "is a SQL dump"},
		{"COPY public.messages (id, body) FROM stdin;\n", "is a SQL dump"},
		{"31/12/2025, 23:59 - Anna: bonne année\n", "is a chat exported by WhatsApp"},
		{"[12/31/25, 11:59:59 PM] Anna: happy new year\n", "is a chat exported by WhatsApp"},
		{utf16Text(table, binary.LittleEndian), "is UTF-16 without a byte-order mark: name the encoding utf-16le"},
		{utf16Text(table, binary.BigEndian), "is UTF-16 without a byte-order mark: name the encoding utf-16be"},
		{"\xff\xfe\x00\x00a\x00\x00\x00", "is in UTF-32"},
		{"\x01\x02\x03\x04\x05\x06\x07", "is a binary file of an unknown kind"},
	} {
		path := file(t, "m.csv", test.bytes)
		for _, name := range []string{path, dialect.Stdin} {
			_, err := dialect.Open(name, strings.NewReader(test.bytes), dialect.Options{})
			var inputErr *source.InputError
			require.ErrorAs(t, err, &inputErr, "%q", test.bytes)
			var foreign *dialect.Foreign
			require.ErrorAs(t, err, &foreign)
			require.ErrorContains(t, err, test.want)
			if name == path {
				require.ErrorContains(t, err, path)
			}
		}
	}
	for _, text := range []string{"set,created_at\n", "copy;created_at\n", "inserted_at,id\n", "-1,2\n", "--,x\n",
		"<a>,b\n"[1:], "drop,x\n", "ORDER,x\n", "PARENT_ID,x\n", "ORCAMENTO;x\n", "begin;end;x\n", "id,abcdeDUCK,x\n",
		"LZIP,x\n", "12/31/2025,x: y\n"} {
		f, err := dialect.Open(dialect.Stdin, strings.NewReader(text), dialect.Options{})
		require.NoError(t, err, text)
		require.Equal(t, dialect.FormatCSV, f.Format)
		require.NoError(t, f.Close())
	}
}

// Damage is an error of the input, a failing disk is not.
func TestErrors(t *testing.T) {
	t.Parallel()
	long := strings.Repeat(table, 100_000)
	for _, packed := range []string{gz(long), zst(long)} {
		for name, bytes := range map[string]string{
			"the file is cut off": packed[:len(packed)-9],
			"the compressed data is damaged": packed[:len(packed)/2] + strings.Repeat("\xff", 20) +
				packed[len(packed)/2+20:],
		} {
			f, err := dialect.Open(file(t, "m", bytes), nil, dialect.Options{})
			if err == nil {
				_, err = io.ReadAll(io.NewSectionReader(f, 0, 1<<40))
				require.NoError(t, f.Close())
			}
			var inputErr *source.InputError
			require.ErrorAs(t, err, &inputErr)
			require.ErrorContains(t, err, name)
		}
	}
	_, err := dialect.Open(file(t, "m", gz(long)[:5]), nil, dialect.Options{})
	require.ErrorContains(t, err, "cut off")

	failed := errors.New("failed")
	for _, begin := range []string{table, gz(long)[:1000]} {
		f, err := dialect.Open(dialect.Stdin, io.MultiReader(strings.NewReader(begin), failing{failed}),
			dialect.Options{})
		if err == nil {
			_, err = io.ReadAll(io.NewSectionReader(f, 0, 1<<40))
			require.NoError(t, f.Close())
		}
		require.ErrorIs(t, err, failed)
		var pathErr *fs.PathError
		require.ErrorAs(t, err, &pathErr)
		require.Equal(t, "standard input", pathErr.Path)
	}
	_, err = dialect.Open(t.TempDir(), nil, dialect.Options{})
	require.ErrorContains(t, err, "is a directory")
	_, err = dialect.Open(filepath.Join(t.TempDir(), "none"), nil, dialect.Options{})
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, err = dialect.Open(dialect.Stdin, nil, dialect.Options{})
	require.ErrorContains(t, err, "standard input is not open")
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestOptions(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		opts dialect.Options
		want string
	}{
		{dialect.Options{}, ""},
		{dialect.Options{Delimiter: '#', SkipLines: 5, NoQuotes: true, Backslash: true, Encoding: " Latin1 "}, ""},
		{dialect.Options{Delimiter: '"'}, `delimiter '"'`},
		{dialect.Options{Delimiter: '\n'}, `delimiter '\n'`},
		{dialect.Options{Delimiter: 0xa7}, "delimiter"},
		{dialect.Options{SkipLines: -1}, "-1 lines cannot be skipped"},
		{dialect.Options{Encoding: "klingon"}, `unknown encoding "klingon": expected a label such as utf-8`},
		{dialect.Options{Encoding: "iso-2022-kr"}, `encoding "iso-2022-kr" cannot be read`},
	} {
		err := test.opts.Check()
		if test.want == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, test.want)
		_, err = dialect.Open(dialect.Stdin, strings.NewReader(table), test.opts)
		require.ErrorContains(t, err, test.want)
	}
	require.Equal(t, "Format(9)", dialect.Format(9).String())
}
