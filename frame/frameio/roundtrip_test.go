package frameio_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/frameio"
	"github.com/sav-analytics/sav/frame/internal/frametest"
	"github.com/sav-analytics/sav/internal/thorough"
)

// types are those of a table's columns, as ReadOptions names them.
func types(tab frametest.Table) map[string]frame.Type {
	out := make(map[string]frame.Type)
	for k, name := range tab.Names {
		out[name] = tab.Types[k]
	}
	return out
}

// requireSame compares each value, its type, and the names.
func requireSame(t require.TestingT, want, got *frame.Frame) {
	require.Equal(t, want.Names(), got.Names())
	for k, c := range want.Columns() {
		require.Equal(t, c.Type(), got.Columns()[k].Type(), "%s", c.Name())
	}
	require.Equal(t, frametest.Texts(frametest.Rows(want)), frametest.Texts(frametest.Rows(got)))
}

// A frame of all types, with nulls, NaN and odd text, comes back from each format as it was.
func TestRoundTrips(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tab := frametest.Draw(t, "table")
		f := tab.Frame(t)
		read := frameio.ReadOptions{Types: types(tab)}
		delimiter := rapid.SampledFrom([]byte("\x00;\t|-+.:Te01r ")).Draw(t, "delimiter")
		write := frameio.WriteOptions{
			Delimiter: delimiter,
			Null:      rapid.SampledFrom([]string{"", "NULL", "null", "0", "1", "-1", "true", "NaN"}).Draw(t, "null"),
		}
		if delimiter != 0 && strings.IndexByte(write.Null, delimiter) >= 0 {
			write.Null = ""
		}

		var csv bytes.Buffer
		require.NoError(t, frameio.WriteCSV(&csv, f, write))
		read.Delimiter, read.Nulls = delimiter, []string{write.Null}
		got, err := frameio.ReadCSV(&csv, read)
		require.NoError(t, err)
		requireSame(t, f, got)

		var lines bytes.Buffer
		require.NoError(t, frameio.WriteJSONLines(&lines, f, frameio.WriteOptions{}))
		if len(tab.Rows) > 0 { // without a line there is no key
			got, err = frameio.ReadJSONLines(&lines, read)
			require.NoError(t, err)
			requireSame(t, f, got)
		}

		var parquet bytes.Buffer
		require.NoError(t, frameio.WriteParquet(&parquet, f, frameio.WriteOptions{}))
		got, err = frameio.ReadParquet(bytes.NewReader(parquet.Bytes()), int64(parquet.Len()), frameio.ReadOptions{})
		require.NoError(t, err)
		requireSame(t, f, got)
	})
}

// Without types, what is inferred from what was written is what it was, but for columns that hold no value, or whose
// floats are all integers.
func TestRoundTripsInferred(t *testing.T) {
	t.Parallel()
	f, err := frame.New(
		frame.Int64s("n", []int64{1, 1<<53 + 1, -7}, frame.Valid(true, true, false)),
		frame.Float64s("x", []float64{0.1, 2, 1e300}, nil),
		frame.Times("at", []int64{0, 1_772_400_000_123_456, -1}, nil),
		frame.Bools("ok", []bool{true, false, true}, frame.Valid(true, true, false)),
		frame.Texts("zip", []string{"007", "1200", ""}, frame.Valid(true, true, true)),
		frame.Texts("id", []string{"18446744073709551616", "1", "2"}, nil),
	)
	require.NoError(t, err)
	for _, name := range []string{"f.csv", "f.csv.gz", "f.tsv", "f.jsonl", "f.ndjson.gz", "f.parquet"} {
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, frameio.WriteFile(path, f, frameio.WriteOptions{}))
		got, err := frameio.ReadFile(path, frameio.ReadOptions{})
		require.NoError(t, err, name)
		requireSame(t, f, got)
		got, err = frameio.ReadFile(path, frameio.ReadOptions{Columns: []string{"at", "n"}})
		require.NoError(t, err, name)
		require.Equal(t, []string{"at", "n"}, got.Names())
		require.Equal(t, f.Row(1)[0], got.Row(1)[1])
		left, err := os.ReadDir(filepath.Dir(path))
		require.NoError(t, err)
		require.Len(t, left, 1, "nothing else is left in the folder")
	}
}

// Null and empty texts in the only column need no others to be told apart.
func TestOneColumn(t *testing.T) {
	t.Parallel()
	numbers, err := frame.New(frame.Int64s("n", []int64{1, 0, 3}, frame.Valid(true, false, true)))
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, frameio.WriteCSV(&b, numbers, frameio.WriteOptions{}))
	require.Equal(t, "n\n1\n\"\"\n3\n", b.String(), "no blank line")
	got, err := frameio.ReadCSV(&b, frameio.ReadOptions{})
	require.NoError(t, err)
	requireSame(t, numbers, got)

	words, err := frame.New(frame.Texts("s", []string{"a", "", "b"}, frame.Valid(true, true, false)))
	require.NoError(t, err)
	require.ErrorContains(
		t, frameio.WriteCSV(&b, words, frameio.WriteOptions{}),
		`column "s" is the only one, and its nulls would be blank lines: name a word in Null`,
	)
	b.Reset()
	require.NoError(t, frameio.WriteCSV(&b, words, frameio.WriteOptions{Null: "NA"}))
	got, err = frameio.ReadCSV(&b, frameio.ReadOptions{Nulls: []string{"NA"}})
	require.NoError(t, err)
	requireSame(t, words, got)

	got, err = frameio.ReadCSV(strings.NewReader("s\n\na\n"), frameio.ReadOptions{})
	require.NoError(t, err)
	require.Equal(t, 2, got.Len(), "a blank line is a null of the only column")
	got, err = frameio.ReadCSV(strings.NewReader("s,t\n\na,b\n"), frameio.ReadOptions{})
	require.NoError(t, err)
	require.Equal(t, 1, got.Len(), "and no row of two")
}

func TestDecimals(t *testing.T) {
	t.Parallel()
	f, err := frame.New(frame.Float64s("x", []float64{1.0 / 3, 2.5, -0.001, 1e21}, nil))
	require.NoError(t, err)
	for decimals, want := range map[int]string{
		0:  "x\n0.3333333333333333\n2.5\n-0.001\n1e+21\n",
		2:  "x\n0.33\n2.5\n0\n1000000000000000000000\n",
		-1: "x\n0\n2\n0\n1000000000000000000000\n",
	} {
		var b bytes.Buffer
		require.NoError(t, frameio.WriteCSV(&b, f, frameio.WriteOptions{Decimals: decimals}))
		require.Equal(t, want, b.String())
	}
}

func FuzzReadCSV(f *testing.F) {
	for _, seed := range []string{"a,b\n1,x\n2,\"y\"\"z\"\r\n", "a\n\n\"\"\n",
		"a;b\n1.5;2026-01-01\n", "\xef\xbb\xbfa\ntrue\n",
		"a,a\n", "a\n\"", "a\n007\n-0\n", "a,b\n,\n", "\ufeff\ufeff"} {
		f.Add(seed, byte(0))
		f.Add(seed, byte(';'))
	}
	f.Add("x\n0.00001\n", byte('-'))
	f.Add("\"\xff\xfea\",\"b\rc\"\n1,2\n", byte(0)) // not UTF-16, nor lines of an old Mac
	f.Fuzz(func(t *testing.T, text string, delimiter byte) {
		o := frameio.ReadOptions{Delimiter: delimiter}
		got, err := frameio.ReadCSV(strings.NewReader(text), o)
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		// What was read is written and read as the same.
		write := frameio.WriteOptions{Delimiter: delimiter, Null: "\\N"}
		var b bytes.Buffer
		if err := frameio.WriteCSV(&b, got, write); err != nil {
			return // a delimiter within \N
		}
		o.Types = make(map[string]frame.Type)
		for _, c := range got.Columns() {
			o.Types[c.Name()] = c.Type()
		}
		o.Nulls = []string{"\\N"}
		again, err := frameio.ReadCSV(&b, o)
		require.NoError(t, err)
		requireSame(t, got, again)
	})
}

func FuzzReadJSONLines(f *testing.F) {
	for _, seed := range []string{`{"a":1,"b":"x"}` + "\n" + `{"b":null,"c":[1,{"d":2}]}`,
		`{"a":1e5}` + "\n" + `{"a":"NaN"}`, `{"a":true}` + "\n\n" + `{"a":false}`,
		`{"a":"\u00e9\n"}`, `{"a":1,"a":2}`, `[1]`, `{"a":007}`, `{"a":"2026-01-01"}`, `{}`,
		`{"a":"0000-01-01T00:00:00+01:00"}`, `{"a":"9999-12-31T23:59:59-01:00"}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := frameio.ReadJSONLines(strings.NewReader(text), frameio.ReadOptions{})
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := frameio.WriteJSONLines(&b, got, frameio.WriteOptions{}); err != nil {
			require.Regexp(t, "not UTF-8|year -?[0-9]+ has no text", err.Error())
			return
		}
		o := frameio.ReadOptions{Types: make(map[string]frame.Type)}
		for _, c := range got.Columns() {
			o.Types[c.Name()] = c.Type()
		}
		if got.Len() == 0 {
			return
		}
		again, err := frameio.ReadJSONLines(&b, o)
		require.NoError(t, err)
		requireSame(t, got, again)
	})
}

// A Parquet file with a byte changed is an error or a frame, and never a panic.
func TestDamagedParquet(t *testing.T) {
	t.Parallel()
	f, err := frame.New(
		frame.Int64s("n", []int64{1, 2, 3}, frame.Valid(true, false, true)),
		frame.Texts("s", []string{"a", "b", "a"}, nil),
	)
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, frameio.WriteParquet(&b, f, frameio.WriteOptions{}))
	for at := 0; at < b.Len(); at += thorough.Or(11, 1) {
		for _, flip := range []byte{0x01, 0x80, 0xff} {
			data := bytes.Clone(b.Bytes())
			data[at] ^= flip
			frameio.ReadParquet(bytes.NewReader(data), int64(len(data)), frameio.ReadOptions{})
		}
	}
	for n := range b.Len() {
		_, err := frameio.ReadParquet(bytes.NewReader(b.Bytes()[:n]), int64(n), frameio.ReadOptions{})
		require.Error(t, err)
	}
}
