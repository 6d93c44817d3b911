package frameio_test

import (
	"bytes"
	"database/sql"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
	"github.com/sav-analytics/sav/frame/frameio"
	"github.com/sav-analytics/sav/frame/internal/frametest"
)

func TestCSVErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		o    frameio.ReadOptions
		want string
	}{
		"nothing":         {"", frameio.ReadOptions{}, "no header: the first line must name the columns"},
		"too few fields":  {"a,b\n1,2\n\"x\ny\",2\n3\n", frameio.ReadOptions{}, "line 5: 1 fields, the header has 2"},
		"too many fields": {"a\n1,2\n", frameio.ReadOptions{}, "line 2: 2 fields, the header has 1"},
		"open quote":      {"a,b\n1,\"x\n", frameio.ReadOptions{}, "line 2: column 2: a quote that is never closed"},
		"behind a quote":  {"a,b\n\"1\"x,2\n", frameio.ReadOptions{}, "line 2: column 1: 'x' after a closing quote"},
		"bare quote": {"a,b\n1,x\"y\n", frameio.ReadOptions{},
			"line 2: column 2: a quote in a field that does not begin with one"},
		"two of a name": {"a,a\n1,2\n", frameio.ReadOptions{}, `two columns are named "a"`},
		"not of the type": {"n,s\n1,x\nx,y\n", frameio.ReadOptions{Types: map[string]frame.Type{"n": frame.Int64}},
			`line 3, column "n": "x" is not an integer of 64 bits`},
		"no time": {"at\nsoon\n", frameio.ReadOptions{Types: map[string]frame.Type{"at": frame.Time}},
			`line 2, column "at": "soon" is not a time, such as 2026-05-31`},
		"no bool": {"b\nmaybe\n", frameio.ReadOptions{Types: map[string]frame.Type{"b": frame.Bool}},
			`"maybe" is not a bool: expected true or false`},
		"no number": {"x\n1,5\n", frameio.ReadOptions{Delimiter: ';', Types: map[string]frame.Type{"x": frame.Float64}},
			`"1,5" is not a number`},
		"no such column": {"price\n1\n", frameio.ReadOptions{Columns: []string{"prize"}},
			`no column "prize" in ["price"]; did you mean "price"?`},
		"type of nothing": {"price\n1\n", frameio.ReadOptions{Types: map[string]frame.Type{"pric": frame.Int64}},
			`no column "pric" in ["price"]; did you mean "price"?`},
		"no type": {"a\n1\n", frameio.ReadOptions{Types: map[string]frame.Type{"a": 99}},
			`no type Type(99), of column "a"`},
		"lines of an old Mac": {"a,b\r1,2\r", frameio.ReadOptions{},
			"line 1: a carriage return without a line feed: expected lines that end with LF or CRLF"},
		"UTF-16":    {"\xff\xfea\x00\n\x00", frameio.ReadOptions{}, "text in UTF-16: expected UTF-8"},
		"delimiter": {"a\n1\n", frameio.ReadOptions{Delimiter: '"'}, "delimiter '\"': expected an ASCII character"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := frameio.ReadCSV(strings.NewReader(c.text), c.o)
			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, err, "read CSV: ")
		})
	}
}

// A column that is named a Time has all the forms that a message's time has, of any year, and so has text that is cast
// to a Time; local times are those of the zone.
func TestFormsOfTime(t *testing.T) {
	t.Parallel()
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	text := "at\n2026/03/01 11:00\n2026-03-01T10:00Z\n1772359200\n1772359200000\n" +
		"\"Sun, 1 Mar 2026 10:00:00 GMT\"\n2026-03-01 11:00:00\n"
	f, err := frameio.ReadCSV(
		strings.NewReader(text), frameio.ReadOptions{Types: map[string]frame.Type{"at": frame.Time}, Zone: paris},
	)
	require.NoError(t, err)
	words, err := frameio.ReadCSV(
		strings.NewReader(text), frameio.ReadOptions{Types: map[string]frame.Type{"at": frame.Text}},
	)
	require.NoError(t, err)
	read, err := expr.Col("at").Str().Time(paris).Rows(words)
	require.NoError(t, err)
	want := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC).UnixMicro()
	for i, at := range f.Columns()[0].Int64s() {
		require.Equal(t, want, at, words.Row(i))
		require.Equal(t, want, read.Int64s()[i], words.Row(i))
	}
	old, err := frameio.ReadCSV(strings.NewReader("born\n1904-02-29\n"), frameio.ReadOptions{})
	require.NoError(t, err)
	require.Equal(t, []any{time.Date(1904, 2, 29, 0, 0, 0, 0, time.UTC)}, old.Row(0))
}

func TestInferredTypes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		values []string
		want   frame.Type
	}{
		"integers":              {[]string{"1", "", "-2"}, frame.Int64},
		"floats":                {[]string{"1", "2.5"}, frame.Float64},
		"exponents":             {[]string{"1e5", "-2E-3"}, frame.Float64},
		"NaN among floats":      {[]string{"NaN", "1", "Inf"}, frame.Float64},
		"leading zeros":         {[]string{"007", "8"}, frame.Text},
		"beyond 64 bits":        {[]string{"9223372036854775808"}, frame.Text},
		"beyond floats":         {[]string{"9007199254740993", "0.5"}, frame.Text},
		"too large for a float": {[]string{"1e999"}, frame.Text},
		"too small for a float": {[]string{"1e-999"}, frame.Text},
		"the smallest float":    {[]string{"5e-324", "0e-999"}, frame.Float64},
		"bools":                 {[]string{"true", "false"}, frame.Bool},
		"0 and 1":               {[]string{"0", "1"}, frame.Int64},
		"dates":                 {[]string{"2026-05-31", "2026-05-31 10:00:00+02:00"}, frame.Time},
		"digits alone":          {[]string{"0612345678"}, frame.Text},
		"slashes":               {[]string{"2026/05/31"}, frame.Text},
		"as mail writes a date": {[]string{"31 Oct 2017 22:10:47 +0000"}, frame.Text},
		"days that are none":    {[]string{"2026-02-30"}, frame.Text},
		"a mixture":             {[]string{"1", "true"}, frame.Text},
		"nothing":               {[]string{"", ""}, frame.Text},
		"a plus":                {[]string{"+1"}, frame.Text},
		"a point alone":         {[]string{"1."}, frame.Text},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := frameio.ReadCSV(
				strings.NewReader("x,y\n"+strings.Join(c.values, ",1\n")+",1\n"), frameio.ReadOptions{},
			)
			require.NoError(t, err)
			require.Equal(t, c.want, got.Columns()[0].Type())
			require.Equal(t, len(c.values), got.Len())
		})
	}
}

func TestJSONErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"no object": {"{\"a\":1}\n[1]\n", "line 2: not a JSON object"},
		"no JSON":   {"{\"a\":1\n", "line 1: not a JSON object"},
		"twice":     {`{"a":1,"a":2}`, `line 1: key "a" is there twice`},
		"an array":  {`{"a":[1]}`, `line 1, key "a": an array or object: expected a single value`},
		"mixed": {"{\"a\":1}\n\n{\"a\":\"x\"}",
			`key "a" has a number on line 1 and a string on line 3: name a type`},
		"bool or not": {"{\"a\":true}\n{\"a\":1}",
			`key "a" has a boolean on line 1 and a number on line 2: name a type`},
		"array, typed":   {`{"b":[1]}`, `line 1, key "b": an array or object`},
		"not the type":   {`{"b":"x"}`, `line 1, key "b": "x" is not an integer of 64 bits`},
		"out of range":   {`{"b":9223372036854775808}`, `"9223372036854775808" is not an integer of 64 bits`},
		"no such column": {`{"c":1}`, `no column "b" in ["c"]`},
		"not UTF-8":      {"{\"a\":\"x\"}\n{\"a\":\"\xff\"}", "line 2: not UTF-8"},
		"half of a pair": {`{"a":"\ud83d"}`, `line 1, key "a": "\ud83d": an escape that is half of a pair`},
		"half in a key":  {`{"\ude00":1}`, `line 1: "\ude00": an escape that is half of a pair`},
	} {
		t.Run(name, func(t *testing.T) {
			var o frameio.ReadOptions
			if strings.Contains(c.text, `"b"`) || strings.Contains(c.want, `"b"`) {
				o.Types = map[string]frame.Type{"b": frame.Int64}
			}
			_, err := frameio.ReadJSONLines(strings.NewReader(c.text), o)
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestJSONValues(t *testing.T) {
	t.Parallel()
	got, err := frameio.ReadJSONLines(
		strings.NewReader(
			"\xef\xbb\xbf"+`{"id": 9007199254740993, "x": 1.5, "s": "a\"\u00e9\ud83d\ude00\uFFFD", "raw": {"k": [1, "}"]}, `+
				`"at": "2026-05-31T10:00:00Z"}
{"x": "NaN", "id": null, "ok": true}
`,
		),
		frameio.ReadOptions{Types: map[string]frame.Type{"raw": frame.Text}},
	)
	require.NoError(t, err)
	require.Equal(t, []string{"id", "x", "s", "raw", "at", "ok"}, got.Names())
	require.Equal(
		t,
		[]any{
			int64(9007199254740993), 1.5, "a\"é😀\ufffd", `{"k": [1, "}"]}`, time.Date(2026, 5, 31, 10, 0, 0, 0,
				time.UTC), nil,
		},
		got.Row(0),
	)
	require.Equal(t, []any{nil, true}, []any{got.Row(1)[0], got.Row(1)[5]})
	require.True(t, frametest.IsNaN(got.Row(1)[1]))
}

func TestNilAndUnreadable(t *testing.T) {
	t.Parallel()
	cause := errors.New("cause")
	f, err := frame.New(frame.Int64s("n", []int64{1}, nil))
	require.NoError(t, err)
	none, err := frame.New()
	require.NoError(t, err)
	far, err := frame.New(frame.Times("at", []int64{1 << 62}, nil), frame.Int64s("n", []int64{1}, nil))
	require.NoError(t, err)
	ill, err := frame.New(frame.Texts("s", []string{"\xff"}, nil))
	require.NoError(t, err)
	full := errWriter{cause}
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"no reader of CSV": {second(frameio.ReadCSV(nil, frameio.ReadOptions{})), "read CSV: no reader"},
		"no reader of JSON": {second(frameio.ReadJSONLines(nil, frameio.ReadOptions{})),
			"read JSON lines: no reader"},
		"no reader of Parquet": {second(frameio.ReadParquet(nil, 3, frameio.ReadOptions{})), "read Parquet: no reader"},
		"unreadable CSV": {second(frameio.ReadCSV(iotest.ErrReader(cause), frameio.ReadOptions{})),
			"read CSV: cause"},
		"unreadable JSON": {second(frameio.ReadJSONLines(iotest.ErrReader(cause), frameio.ReadOptions{})),
			"read JSON lines: cause"},
		"no writer of CSV":     {frameio.WriteCSV(nil, f, frameio.WriteOptions{}), "write CSV: no writer"},
		"no writer of JSON":    {frameio.WriteJSONLines(nil, f, frameio.WriteOptions{}), "write JSON lines: no writer"},
		"no writer of Parquet": {frameio.WriteParquet(nil, f, frameio.WriteOptions{}), "write Parquet: no writer"},
		"no writer of text":    {frameio.Display(nil, f, frameio.DisplayOptions{}), "display: no writer"},
		"no writer of HTML":    {frameio.WriteHTML(nil, f, frameio.DisplayOptions{}), "write HTML: no writer"},
		"full disk, CSV":       {frameio.WriteCSV(full, f, frameio.WriteOptions{}), "write CSV: cause"},
		"full disk, JSON":      {frameio.WriteJSONLines(full, f, frameio.WriteOptions{}), "write JSON lines: cause"},
		"full disk, Parquet":   {frameio.WriteParquet(full, f, frameio.WriteOptions{}), "write Parquet: cause"},
		"CSV of nothing":       {frameio.WriteCSV(io.Discard, none, frameio.WriteOptions{}), "a frame without columns"},
		"CSV of nil":           {frameio.WriteCSV(io.Discard, nil, frameio.WriteOptions{}), "a frame without columns"},
		"Parquet of nil": {frameio.WriteParquet(io.Discard, nil, frameio.WriteOptions{}),
			"a frame without columns"},
		"no such decimals": {frameio.WriteCSV(io.Discard, f, frameio.WriteOptions{Decimals: -2}),
			"-2 decimals: expected 0 to 300, or Whole"},
		"a null with a comma": {frameio.WriteCSV(io.Discard, f, frameio.WriteOptions{Null: "a,b"}),
			`null "a,b": expected a word that needs no quotes`},
		"a far year": {frameio.WriteCSV(io.Discard, far, frameio.WriteOptions{}),
			`row 0, column "at": year 148108 has no text in RFC 3339`},
		"a far year, JSON": {frameio.WriteJSONLines(io.Discard, far, frameio.WriteOptions{}),
			`row 0, column "at": year 148108 has no text in RFC 3339`},
		"ill-formed text": {frameio.WriteJSONLines(io.Discard, ill, frameio.WriteOptions{}),
			`column "s": "\xff" is not UTF-8, and has no JSON`},
		"unknown format": {second(frameio.ReadFile("f.xlsx", frameio.ReadOptions{})),
			"f.xlsx: a name of no known format: expected .csv"},
		"zipped Parquet": {frameio.WriteFile("f.parquet.gz", f, frameio.WriteOptions{}),
			"a name of no known format"},
		"no such file":   {second(frameio.ReadFile("/none/f.csv", frameio.ReadOptions{})), "open /none/f.csv"},
		"no such folder": {frameio.WriteFile("/none/f.csv", f, frameio.WriteOptions{}), "/none"},
		"a device": {frameio.WriteFile(filepath.Join(t.TempDir(), "..")+"/.csv", f, frameio.WriteOptions{}),
			""},
		"no rows":              {second(frameio.FromRows(nil, frameio.ReadOptions{})), "from rows: no rows"},
		"structs of no struct": {second(frameio.FromStructs([]int{1})), "from structs: int is not a struct"},
		"structs of times":     {second(frameio.FromStructs([]time.Time{{}})), "time.Time is not a struct"},
		"a channel": {second(frameio.FromStructs([]struct{ C chan int }{{}})),
			"field C of type chan int: expected a number, string, bool or time.Time"},
		"no fields": {second(frameio.FromStructs([]struct{ c int }{{}})), "has no exported field"},
		"no column for it": {second(frameio.ToStructs[struct{ M int }](f)),
			`to structs: frame: no column "M" in ["n"]`},
		"another type": {second(frameio.ToStructs[struct {
			N string `frame:"n"`
		}](f)), `frame: column "n" is int64, not text`},
		"a negative width": {frameio.Display(io.Discard, f, frameio.DisplayOptions{Width: -1}), "a negative width"},
		"no such duration": {frameio.Display(io.Discard, f, frameio.DisplayOptions{Durations: []string{"m"}}),
			`no column "m" in ["n"]`},
	} {
		if c.want == "" {
			continue
		}
		t.Run(name, func(t *testing.T) { require.ErrorContains(t, c.err, c.want) })
	}
	path := filepath.Join(t.TempDir(), "f.csv")
	require.NoError(t, os.Mkdir(path, 0o700))
	require.ErrorContains(t, frameio.WriteFile(path, f, frameio.WriteOptions{}), "not a regular file")
}

func second[T any](_ T, err error) error { return err }

type errWriter struct{ err error }

func (w errWriter) Write([]byte) (int, error) { return 0, w.err }

type sale struct {
	Merchant string         `frame:"merchant"`
	Units    uint8          `frame:"units"`
	Price    *float64       `frame:"price"`
	At       time.Time      `frame:"at"`
	Paid     sql.Null[bool] `frame:"paid"`
	Note     sql.NullString `frame:"note"`
	Skipped  chan int       `frame:"-"`
	inner    func()         // not exported, so no column
}

func TestStructs(t *testing.T) {
	t.Parallel()
	price := 12.5
	rows := []sale{
		{
			Merchant: "7",
			Units:    200,
			Price:    &price,
			At:       time.UnixMicro(5).UTC(),
			Paid:     sql.Null[bool]{V: true, Valid: true},
		},
		{Merchant: "", At: time.UnixMicro(-5).UTC(), Note: sql.NullString{String: "x", Valid: true}},
	}
	require.Nil(t, rows[0].inner)
	f, err := frameio.FromStructs(rows)
	require.NoError(t, err)
	require.Equal(t, []string{"merchant", "units", "price", "at", "paid", "note"}, f.Names())
	require.Equal(t, []any{"7", int64(200), 12.5, rows[0].At, true, nil}, f.Row(0))
	require.Equal(t, []any{"", int64(0), nil, rows[1].At, nil, "x"}, f.Row(1))
	back, err := frameio.ToStructs[sale](f)
	require.NoError(t, err)
	require.Equal(t, rows, back)

	many, err := f.WithColumns(frame.Int64s("units", []int64{256, -1}, nil))
	require.NoError(t, err)
	_, err = frameio.ToStructs[sale](many)
	require.EqualError(t, err, `to structs: row 0, column "units": 256 does not fit uint8`)
	null, err := f.WithColumns(frame.Texts("merchant", []string{"a", ""}, frame.Valid(true, false)))
	require.NoError(t, err)
	_, err = frameio.ToStructs[sale](null)
	require.EqualError(
		t,
		err,
		`to structs: row 1, column "merchant": a null in a field that holds none: make it a pointer or sql.Null`,
	)

	none, err := frameio.FromStructs([]sale{})
	require.NoError(t, err)
	require.Equal(t, 0, none.Len())
	require.Equal(t, 6, len(none.Names()))

	type Base struct{ ID int64 }
	embedded, err := frameio.FromStructs([]struct {
		Base
		Name string
	}{{Base{7}, "x"}})
	require.NoError(t, err)
	require.Equal(t, []string{"ID", "Name"}, embedded.Names())
	_, err = frameio.FromStructs([]struct{ N uint64 }{{1 << 63}})
	require.EqualError(t, err, "from structs: row 0, field N: 9223372036854775808 does not fit an int64")
}

func TestDisplay(t *testing.T) {
	t.Parallel()
	f, err := frame.New(
		frame.Texts("country", []string{"FR", "Curaçao", "", "DE"}, frame.Valid(true, true, false, true)),
		frame.Float64s("dt_s", []float64{12667, 59.94, 0, 300000}, frame.Valid(true, true, false, true)),
		frame.Float64s("share", []float64{1.0 / 3, 0.5, 1, 0}, nil),
		frame.Times("at", []int64{0, 1, 2, 3}, nil),
	)
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(
		t, frameio.Display(&b, f, frameio.DisplayOptions{Durations: []string{"dt_s"}, Rows: 1, Decimals: 2}),
	)
	require.Equal(t, `country     dt_s    share  at
text     float64  float64  time
FR         3h31m     0.33  1970-01-01T00:00:00Z
…              …        …  …
DE         3d11h        0  1970-01-01T00:00:00.000003Z
4 rows × 4 columns
`, b.String())

	b.Reset()
	require.NoError(t, frameio.Display(&b, f, frameio.DisplayOptions{Width: 20}))
	require.Equal(t, `country  …
text     …
FR       …
Curaçao  …
null     …
DE       …
4 rows × 4 columns
`, b.String())
	for _, line := range strings.Split(b.String(), "\n") {
		require.LessOrEqual(t, len([]rune(line)), 20)
	}

	b.Reset()
	require.NoError(t, frameio.WriteHTML(&b, f.Head(2), frameio.DisplayOptions{Durations: []string{"dt_s"}}))
	require.Contains(t, b.String(), `<td style="text-align:right">3h31m</td>`)
	require.Contains(t, b.String(), `2 rows × 4 columns`)
	b.Reset()
	evil, err := frame.New(frame.Texts("<b>", []string{"<script>"}, nil))
	require.NoError(t, err)
	require.NoError(t, frameio.WriteHTML(&b, evil, frameio.DisplayOptions{}))
	require.NotContains(t, b.String(), "<script>")
	require.NotContains(t, b.String(), "<b>")
}
