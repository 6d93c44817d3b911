package delivery

import (
	"bytes"
	"encoding/json"
	"io"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/analysis/schema"
)

func headerLine() string {
	return strings.Join(schema.Schema{}.Names(), ",") + "\n"
}

const zeros = ",0,0,0,0,,,,,,,,,,,,,,,,,,0,\n" // after the four text cells: no answer

func TestBatchBytes(t *testing.T) {
	report := headerLine() +
		"country_merchant,\"'=1+1,\n\"\"x\"\"\r\n<é>\",007,-1,1,1,0,3,3,1800.25,,,,1800.25,1800.25,,,1800.25,1800.25,1800.25,1800.25,1,0.2,1,1800.25,1,1800.25\n" +
		"merchant,,''quoted,'-a" + zeros
	var got []string
	for batch, err := range Batches(strings.NewReader(report)) {
		require.NoError(t, err)
		require.Equal(t, 1, batch.Number)
		require.Equal(t, 2, batch.Rows)
		got = append(got, string(batch.Body))
	}
	require.Equal(t, []string{`[{"level":"country_merchant","country":"=1+1,\n\"x\"\r\n<é>","merchant_id":"007","client_user_id":"-1",` +
		`"conversations":1,"answered":1,"unanswered":0,"exch_nr":3,"exch_nr_mean":3,"dt_mean_s":1800.25,"dt_std_s":null,` +
		`"dt_ci95_low_s":null,"dt_ci95_high_s":null,"dt_min_s":1800.25,"dt_p50_s":1800.25,"dt_p50_ci95_low_s":null,` +
		`"dt_p50_ci95_high_s":null,"dt_p90_s":1800.25,"dt_p99_s":1800.25,"dt_max_s":1800.25,"dt_km_p50_s":1800.25,` +
		`"km_answered_24h":1,"km_answered_24h_ci95_low":0.2,"km_answered_24h_ci95_high":1,"wait_24h_mean_s":1800.25,"turns":1,"turn_dt_mean_s":1800.25},` +
		`{"level":"merchant","country":null,"merchant_id":"'quoted","client_user_id":"-a",` +
		`"conversations":0,"answered":0,"unanswered":0,"exch_nr":0,"exch_nr_mean":null,"dt_mean_s":null,"dt_std_s":null,` +
		`"dt_ci95_low_s":null,"dt_ci95_high_s":null,"dt_min_s":null,"dt_p50_s":null,"dt_p50_ci95_low_s":null,` +
		`"dt_p50_ci95_high_s":null,"dt_p90_s":null,"dt_p99_s":null,"dt_max_s":null,"dt_km_p50_s":null,` +
		`"km_answered_24h":null,"km_answered_24h_ci95_low":null,"km_answered_24h_ci95_high":null,"wait_24h_mean_s":null,"turns":0,"turn_dt_mean_s":null}]`}, got)
}

func TestBatchesRefuse(t *testing.T) {
	tests := []struct{ name, report, want string }{
		{"empty", "", "not even a header"},
		{"another file's header", "a,b\n", "2 columns"},
		{"columns in another order", strings.Replace(headerLine(), "level,country", "country,level", 1),
			`column 1 is "country"`},
		{"CRLF", strings.Replace(headerLine(), "\n", "\r\n", 1), "turn_dt_mean_s"},
		{"short row", headerLine() + "all,,\n", "line 2: 3 cells instead of 27"},
		{"blank line", headerLine() + "\n", "line 2: 1 cells"},
		{"quote left open", headerLine() + "all,\"x\n\n", "line 2: a quote is never closed"},
		{"text after a quote", headerLine() + "all,\"x\"y,\n", "line 2: text stands after a closing quote"},
		{"text for a number", headerLine() + "all,,,,many" + zeros[2:], `conversations is "many"`},
		{"not a JSON number", headerLine() + "all,,,,01" + zeros[2:], `conversations is "01"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := lastError(test.report)
			require.ErrorIs(t, err, ErrReport)
			require.ErrorContains(t, err, test.want)
		})
	}
}

func lastError(report string) (last error) {
	for _, err := range Batches(strings.NewReader(report)) {
		last = err
	}
	return last
}

// failing is a disk that breaks in the middle of a file.
type failing struct{ r io.Reader }

func (f failing) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err == io.EOF {
		err = io.ErrNoProgress
	}
	return n, err
}

func TestBatchesReadError(t *testing.T) {
	for cut := range len(headerLine()) {
		for _, err := range Batches(failing{strings.NewReader(headerLine()[:cut])}) {
			require.ErrorIs(t, err, io.ErrNoProgress)
		}
	}
}

// plain is what a cell that a spreadsheet would not run looks like, by the
// report's definition.
var plain = regexp.MustCompile(`^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$`)

// protect writes text as a cell of the report, before quoting.
func protect(text string) string {
	if text != "" && strings.ContainsAny(text[:1], "=+-@\t\r'") && !plain.MatchString(text) {
		return "'" + text
	}
	return text
}

// TestBatchesGiveBackTheText writes reports in the plainest way, and finds
// every text and every number in the batches again, ten rows at a time.
func TestBatchesGiveBackTheText(t *testing.T) {
	text := rapid.OneOf(
		rapid.StringOfN(rapid.SampledFrom([]rune("=+-@\t\r\n'\",1.eé\u2028<&>a")), 0, 8, -1),
		rapid.String(), // any characters
	)
	number := rapid.OneOf(rapid.Just(""), rapid.Map(rapid.Float64Range(0, 1e12), func(f float64) string {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}))
	rapid.Check(t, func(t *rapid.T) {
		var report strings.Builder
		report.WriteString(headerLine())
		var want [][]string
		for range rapid.IntRange(0, 35).Draw(t, "rows") {
			var cells []string
			for i, column := range (schema.Schema{}).Columns() {
				cell := ""
				switch column.Kind {
				case schema.Text:
					cell = text.Draw(t, column.Name)
				case schema.Count:
					cell = strconv.Itoa(rapid.IntRange(0, 1e9).Draw(t, column.Name))
				default:
					cell = number.Draw(t, column.Name)
				}
				cells = append(cells, cell)
				if i > 0 {
					report.WriteByte(',')
				}
				if column.Kind == schema.Text {
					cell = protect(cell)
				}
				report.WriteString(`"` + strings.ReplaceAll(cell, `"`, `""`) + `"`)
			}
			report.WriteByte('\n')
			want = append(want, cells)
		}
		var got [][]string
		number := 0
		for batch, err := range Batches(strings.NewReader(report.String())) {
			require.NoError(t, err)
			number++
			require.Equal(t, number, batch.Number)
			require.Equal(t, min(BatchSize, len(want)-len(got)), batch.Rows)
			got = append(got, decode(t, batch)...)
		}
		require.True(t, reflect.DeepEqual(want, got), "want %q\ngot  %q", want, got)
	})
}

// TestLongCell is longer than any buffer.
func TestLongCell(t *testing.T) {
	long := strings.Repeat("x\n", 100_000)
	rows := 0
	for batch, err := range Batches(strings.NewReader(headerLine() + "merchant,\"" + long + "\",1," + zeros)) {
		require.NoError(t, err)
		rows += batch.Rows
		require.Contains(t, string(batch.Body), strings.Repeat(`x\n`, 100_000))
	}
	require.Equal(t, 1, rows)
}

// decode reads a batch as its receiver would.
func decode(t *rapid.T, batch Batch) (rows [][]string) {
	var entries []map[string]any
	in := json.NewDecoder(bytes.NewReader(batch.Body))
	in.UseNumber()
	require.NoError(t, in.Decode(&entries))
	require.Len(t, entries, batch.Rows)
	for _, entry := range entries {
		require.Len(t, entry, len(schema.Schema{}.Columns()))
		var cells []string
		for _, column := range (schema.Schema{}).Columns() {
			switch v := entry[column.Name].(type) {
			case nil:
				cells = append(cells, "")
			case string:
				require.Equal(t, schema.Text, column.Kind)
				cells = append(cells, v)
			case json.Number:
				require.NotEqual(t, schema.Text, column.Kind)
				cells = append(cells, v.String())
			}
		}
		rows = append(rows, cells)
	}
	return rows
}

func BenchmarkBatches(b *testing.B) {
	row := "merchant,,123456,,3,2,1,2,1,1800.5,,,,1800,1800,,,1800,1800,1801,1800,0.5,0.1,0.9,3600,1,1800\n"
	report := headerLine() + strings.Repeat(row, 10_000)
	b.SetBytes(int64(len(report)))
	for b.Loop() {
		for _, err := range Batches(strings.NewReader(report)) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}
