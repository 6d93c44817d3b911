package csvfile_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/naive"
	"github.com/sav-analytics/sav/internal/quirks"
	"github.com/sav-analytics/sav/internal/source/dialect"
	"github.com/sav-analytics/sav/internal/source/readtest"
)

// drawDialect draws how fields and records are told apart, and what a reader must be told
// of it.
func drawDialect(t *rapid.T) (naive.Dialect, dialect.Options) {
	d := naive.Dialect{
		Delimiter: rapid.SampledFrom([]string{",", ";", "\t", "|", "^"}).Draw(t, "delimiter"),
		Returns:   rapid.Bool().Draw(t, "returns"),
		NoQuotes:  rapid.IntRange(0, 3).Draw(t, "no quotes") == 0,
		Backslash: rapid.IntRange(0, 2).Draw(t, "backslash") == 0,
	}
	opts := dialect.Options{NoQuotes: d.NoQuotes, Backslash: d.Backslash}
	if d.Delimiter == "^" || rapid.Bool().Draw(t, "delimiter said") {
		opts.Delimiter = d.Delimiter[0]
	}
	return d, opts
}

// Tables with every quirk, in every dialect, read as the rules say, however they are cut.
func TestDialectsInChunks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d, opts := drawDialect(t)
		text := quirks.Draw(t, quirks.Options{Rejects: true}).In(t, d, true)
		compareIn(t, d, opts, text, rapid.IntRange(1, 64).Draw(t, "chunk"), rapid.IntRange(1, 3).Draw(t, "workers"))
	})
}

// FuzzDialects: any text after a header reads as the rules say, in every dialect and
// however it is cut.
func FuzzDialects(f *testing.F) {
	row := "1,7,2026-03-01 10:00:01,100,100,900,1,fr,1,"
	for _, body := range []string{
		row + "\n" + row + "\r\n" + row + "\r", row + "\\\n" + row, row + "\\\r\n" + row + "\n", row + ` "a" ` + "\n",
		row + ` "a" b` + "\n" + row + "\n",
		row + `"\"",` + "\n" + row + `\N` + "\n", row + `\`, `"` + strings.ReplaceAll(row, ",", `","`) + `"` + "\n",
		row + ",\n" + row + ",,\n", ",,,,\n" + row + "\n",
		row + "\"a\rb\nc\"\"\"\n" + row, " " + row + "\n \n\t\n" + row, row + "\"\\\r\n\"\n" + row + "\n",
		row + "é\xff\n" + row + "\"\xff\"\n",
	} {
		for kind := range uint8(8) {
			f.Add(body, kind, uint8(kind*5))
		}
	}
	f.Add("\n\nx", uint8(1), uint8(5)) // the header's carriage return is before no line feed
	f.Fuzz(func(t *testing.T, body string, kind, size uint8) {
		if len(body) > 2<<10 || noText(body) {
			t.Skip("so small chunks take too long over it, or it is no text")
		}
		d := naive.Dialect{Returns: kind&1 > 0, NoQuotes: kind&2 > 0, Backslash: kind&4 > 0, Delimiter: []string{",",
			";", "\t", " ", "-", "0", "T", "."}[kind>>3&7]}
		opts := dialect.Options{NoQuotes: d.NoQuotes, Backslash: d.Backslash, Delimiter: d.Delimiter[0]}
		text := header + body
		if d.Returns {
			text = strings.TrimSuffix(header, "\n") + "\r" + strings.TrimLeft(body, "\n")
		}
		text = strings.ReplaceAll(text, ",", d.Delimiter)
		compareIn(t, d, opts, text, 1+int(size%64), 2)
	})
}

// compareIn reads a text in a dialect in chunks, at once, and by the naive rules.
func compareIn(t readtest.T, d naive.Dialect, opts dialect.Options, text string, chunk, workers int) {
	path := readtest.File(t, "messages.csv", text)
	want := expected(nil, naive.File{Name: path, Text: text, Dialect: d})
	read1 := readtest.Options{Dialect: opts}
	src, err := open(read1, path)
	require.NoError(t, err, "%q", text)
	defer src.Close()
	plain, err := readPlainly(src)
	require.NoError(t, err)
	require.Equal(t, want, plain, "one scan against the rules: %q %+v", text, d)
	cut, err := read(ctx, read1.Cut(chunk, workers), path)
	require.NoError(t, err)
	require.Equal(t, want, cut, "%d workers on chunks of %d bytes: %q %+v", workers, chunk, text, d)
	whole, err := read(ctx, read1, path)
	require.NoError(t, err)
	require.Equal(t, want, whole, "the fast path: %q %+v", text, d)
}

// A table is the same in whatever it is packed.
func TestPackings(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d, opts := drawDialect(t)
		text := strings.TrimPrefix(quirks.Draw(t, quirks.Options{Rejects: true}).In(t, d, true), "\uFEFF")
		var packed []byte
		valid := strings.ToValidUTF8(text, "\uFFFD")
		units := utf16.Encode([]rune(valid))
		switch kind := rapid.SampledFrom([]string{"gzip", "zstd", "utf-16le", "utf-16be", "marked",
			"windows-1252"}).Draw(t, "packing"); kind {
		case "gzip":
			packed = readtest.Gzip(t, text)
		case "zstd":
			w, err := zstd.NewWriter(nil)
			require.NoError(t, err)
			packed = w.EncodeAll([]byte(text), nil)
		case "utf-16le":
			text, opts.Encoding = valid, kind
			packed, _ = binary.Append(nil, binary.LittleEndian, units)
		case "utf-16be":
			text = valid
			packed, _ = binary.Append([]byte("\xfe\xff"), binary.BigEndian, units)
		case "marked":
			packed = []byte("\uFEFF" + text)
		case "windows-1252":
			opts.Encoding = kind
			text = strings.Map(func(r rune) rune {
				if r >= utf8.RuneSelf && r < 0xa0 || r > 0xff {
					return '?'
				}
				return r
			}, valid)
			for _, r := range text {
				packed = append(packed, byte(r))
			}
		}
		want := expected(nil, naive.File{Name: readtest.Stdin, Text: text, Dialect: d})
		read1 := readtest.Options{Dialect: opts, Stdin: bytes.NewReader(packed)}
		got, err := read(ctx, read1.Cut(rapid.IntRange(1, 64).Draw(t, "chunk"), 2), readtest.Stdin)
		require.NoError(t, err)
		require.Equal(t, want, got, "%q", text)
	})
}

// What is before the header, and what it says.
func TestHeaders(t *testing.T) {
	t.Parallel()
	row := "2026-03-01 10:00:00,1,1,2,3"
	in := func(delimiter, text string) string { return strings.ReplaceAll(text, ",", delimiter) }
	for _, test := range []struct {
		name, text string
		opts       dialect.Options
		line       int // of a broken row at the end
	}{
		{"commas", needed + "\n" + row + "\n", dialect.Options{}, 3},
		{"semicolons", in(";", needed+"\n"+row+"\n"), dialect.Options{}, 3},
		{"semicolons and more commas", in(";", needed) + ";a,b,c,d,e,f,g\n" + in(";", row) + ";1,2\n",
			dialect.Options{}, 3},
		{"bars, quoted", in("|", `"`+strings.ReplaceAll(needed, ",", `","`)+`"`+"\n"+row+"\n"), dialect.Options{}, 3},
		{"carriage returns", needed + "\r" + row + "\r", dialect.Options{}, 3},
		{"a carriage return in quotes", needed + ",\"a\rb\"\n" + row + ",\n", dialect.Options{}, 3},
		{"sep", "sep=#\n" + in("#", needed+"\n"+row+"\n"), dialect.Options{}, 4},
		{"sep, tab, CRLF", "SEP=\t\r\n" + in("\t", needed+"\r\n"+row+"\r\n"), dialect.Options{}, 4},
		{"sep that is not so", "sep=;\n" + needed + "\n" + row + "\n", dialect.Options{Delimiter: ','}, 4},
		{"lines before", "Export\n\n\"of\r\n" + needed + "\n" + row + "\n", dialect.Options{SkipLines: 3}, 6},
		{"lines before, carriage returns", "Export\r\rof\r" + needed + "\r" + row + "\r", dialect.Options{SkipLines: 3},
			6},
		{"lines and sep", "Export\nsep=;\n" + in(";", needed+"\n"+row+"\n"), dialect.Options{SkipLines: 1}, 5},
		{"blank lines", "\n\r\n  \n" + needed + "\n" + row + "\n", dialect.Options{}, 6},
		{"blank records", ";;;\n" + in(";", needed+"\n"+row+"\n"), dialect.Options{}, 4},
		{"a first column without a name", "\t" + in("\t", needed+"\n0,"+row+"\n"), dialect.Options{}, 3},
		{"a mark", "\uFEFFsep=;\n" + in(";", needed+"\n"+row+"\n"), dialect.Options{}, 4},
	} {
		t.Run(test.name, func(t *testing.T) {
			end := test.text[len(test.text)-1:]
			text := test.text + "x" + end
			for _, name := range []string{readtest.File(t, "m.csv", text), readtest.Stdin} {
				got, err := read(ctx, readtest.Options{Dialect: test.opts, Stdin: strings.NewReader(text)}, name)
				require.NoError(t, err)
				require.Len(t, got.Messages, 1, fmt.Sprint(got))
				require.Equal(t, []naive.Reject{{Input: name, Line: test.line, Reason: "field_count", Record: "x"}},
					got.Rejects)
			}
		})
	}
}
