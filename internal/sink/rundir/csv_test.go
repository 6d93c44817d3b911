package rundir_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/cells"
	"github.com/sav-analytics/sav/internal/sink/rundir"
	"github.com/sav-analytics/sav/internal/source/verdict"
	"github.com/sav-analytics/sav/source"
)

func newFrame(t require.TestingT, columns ...frame.Column) *frame.Frame {
	f, err := frame.New(columns...)
	require.NoError(t, err)
	return f
}

func written(t require.TestingT, f *frame.Frame) string {
	var b bytes.Buffer
	require.NoError(t, rundir.CSV(&b, f))
	return b.String()
}

func TestCSV(t *testing.T) {
	f := newFrame(t,
		frame.Texts("na,me", []string{"a,b", `q"q`, "two\nlines", "", "plain"}, frame.Valid(true, true, true, true,
			false)),
		frame.Int64s("n", []int64{1, -2, 0, 1 << 62, 5}, frame.Valid(true, true, true, true, false)),
		frame.Float64s("x", []float64{0.5, 1, -1.0 / 3, 1e20, 5}, frame.Valid(true, true, true, true, false)),
		frame.Times("at", []int64{1_772_359_200_000_000, 1_772_359_200_500_000, 1_772_359_200_000_001, 0, 5},
			frame.Valid(true, true, true, true, false)),
		frame.Bools("b", []bool{true, false, true, false, true}, frame.Valid(true, true, true, true, false)),
	)
	require.Equal(t, `"na,me",n,x,at,b
"a,b",1,0.5,2026-03-01T10:00:00Z,true
"q""q",-2,1,2026-03-01T10:00:00.5Z,false
"two
lines",0,-0.333333,2026-03-01T10:00:00.000001Z,true
,4611686018427387904,100000000000000000000,1970-01-01T00:00:00Z,false
,,,,
`, written(t, f))
	require.Equal(t, "a,b\n", written(t, newFrame(t, frame.Int64s("a", nil, nil), frame.Texts("b", nil, nil))),
		"only the header")
}

func TestCSVProtection(t *testing.T) {
	for text, want := range map[string]string{
		"": `""`, "plain": "plain", "a=1": "a=1", "=1+1": "'=1+1", "+cmd": "'+cmd", "-": "'-", "@x": "'@x",
		"\tx": "'\tx", "'x": "''x", "'": "''",
		"\rx": "\"'\rx\"", "=a,b": `"'=a,b"`, "=\"x\"": `"'=""x"""`,
		"-5": "-5", "+5": "+5", "-5.5": "-5.5", "+.5": "+.5", "-5.": "-5.", "-1e5": "-1e5", "-1E+05": "-1E+05",
		"-1.5e-3": "-1.5e-3",
		"-5a":     "'-5a", "-1e": "'-1e", "-.": "'-.", "+-5": "'+-5", "-5-5": "'-5-5", "-1e5.5": "'-1e5.5",
		"- 5": "'- 5", "-1,5": `"'-1,5"`, "-٣": "'-٣",
		"=5": "'=5", "@5": "'@5",
		"\n=1": "\"'\n=1\"", "\uFEFF=1": "'\uFEFF=1", "\uFEFF\n\n@x": "\"'\uFEFF\n\n@x\"", "\nx": "\"\nx\"",
		"\uFEFF":   "\uFEFF",
		"\uFEFF-5": "\uFEFF-5", "\n'": "\"\n'\"",
	} {
		require.Equal(t, "t\n"+want+"\n", written(t, newFrame(t, frame.Texts("t", []string{text}, nil))), "%q", text)
		if text != "" {
			require.Equal(t, want+"\n", written(t, newFrame(t, frame.Texts(text, nil, nil))), "%q: a column's name",
				text)
		}
	}
}

var (
	number  = regexp.MustCompile(`^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$`)
	aNumber = rapid.StringMatching(`[-+]?[0-9]{0,2}\.?[0-9]{0,2}[eE]?[-+]?[0-9]{0,2}`)
	aText   = rapid.OneOf(aNumber, rapid.StringOf(rapid.SampledFrom([]rune("=+-@\t\r\n'\",1.eé"))), rapid.String())
)

// FuzzCSV: what is written reads as the text again, by encoding/csv and
// Unprotect, and no cell is left that a spreadsheet would run.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{"", "=1+1", "a,b", "\"\"", "'", "''=", "-5", "-5a", "\r", "\n", "\r\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { requireRoundTrip(t, []string{text}) })
}

func TestCSVRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { requireRoundTrip(t, rapid.SliceOf(aText).Draw(t, "texts")) })
}

func requireRoundTrip(t require.TestingT, texts []string) {
	column := frame.Texts("text", texts, nil)
	requireTexts(t, texts, written(t, newFrame(t, column)))
	requireTexts(t, texts, written(t, newFrame(t, column, frame.Int64s("n", make([]int64, len(texts)), nil))))
}

func requireTexts(t require.TestingT, texts []string, out string) {
	records, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	require.NoError(t, err)
	require.Len(t, records, len(texts)+1)
	for i, text := range texts {
		cell := records[i+1][0]
		if seen := strings.TrimLeft(cell, "\n\uFEFF"); seen != "" && strings.ContainsRune("=+-@\t\r", rune(seen[0])) {
			require.Regexp(t, number, seen, "it would be run")
		}
		plain := strings.ReplaceAll(text, "\r\n", "\n") // encoding/csv reads it so
		require.Equal(t, plain, cells.Unprotect(cell))
		if cell != plain {
			require.Equal(t, "'"+plain, cell)
			require.NotRegexp(t, number, text)
		}
	}
}

// A number that has no text is an error, wherever it is; a null is not looked at.
func TestCSVNotFinite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64(), 1, 6).Draw(t, "values")
		at := rapid.IntRange(0, len(values)-1).Draw(t, "at")
		values[at] = rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1)}).Draw(t, "value")
		for i := range at {
			values[i] = 1
		}
		null := rapid.Bool().Draw(t, "null")
		valid := frame.NewBitmap(len(values))
		for i := range values {
			if i < at || i == at && !null {
				valid.Set(i)
			}
		}
		var b bytes.Buffer
		err := rundir.CSV(&b, newFrame(t, frame.Float64s("x", values, valid)))
		if null {
			require.NoError(t, err)
			return
		}
		require.ErrorContains(t, err, fmt.Sprintf(`column "x", row %d: %v`, at+1, values[at]))
		require.Empty(t, b.String())
	})
}

func TestUnprotect(t *testing.T) {
	for cell, want := range map[string]string{"": "", "x": "x", "'=1": "=1", "''x": "'x", "'": "", "-5": "-5"} {
		require.Equal(t, want, cells.Unprotect(cell))
	}
}

func TestCSVWriteError(t *testing.T) {
	stop := errors.New("stop")
	require.ErrorIs(t, rundir.CSV(failing{stop}, newFrame(t, frame.Int64s("a", []int64{1}, nil))), stop)
	_, err := rundir.NewRejectWriter(failing{stop})
	require.ErrorIs(t, err, stop)
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// A rejected record is kept byte for byte, whatever is in it.
func TestRejectWriter(t *testing.T) {
	var b bytes.Buffer
	w, err := rundir.NewRejectWriter(&b)
	require.NoError(t, err)
	require.NoError(t, w.Write(&source.Reject{Input: "a,b.csv", Line: 3, Reason: verdict.BadQuote,
		Record: []byte(`1,"x`)}))
	require.NoError(t, w.Write(&source.Reject{Input: "m.csv", Line: 1 << 40, Reason: verdict.FieldCount,
		Record: []byte("=1+1\xff\r")}))
	require.NoError(t, w.Write(&source.Reject{Input: "m.csv", Line: 5, Reason: verdict.MissingValue}))
	require.Equal(t, "input,line,reason,record\n\"a,b.csv\",3,bad_quote,\"1,\"\"x\"\nm.csv,1099511627776,field_count,\"=1+1\xff\r\"\nm.csv,5,missing_value,\n", b.String())
}
