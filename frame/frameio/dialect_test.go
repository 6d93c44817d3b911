package frameio_test

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/frameio"
)

// CSV in any dialect (delimiters, line ends, a byte-order mark, quotes where they need not be, words for null) is read
// as encoding/csv reads it; records with too few or too many fields are an error of both.
func TestDialectsAgainstEncodingCSV(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		delimiter := rapid.SampledFrom([]byte{',', ';', '\t', '|', ' ', '-', 'x', '0'}).Draw(t, "delimiter")
		end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "line end")
		field := rapid.SampledFrom([]string{
			"", "a", "NULL", "7", "0.5", "-1", "x", " ", "a b", "a,b", "a;b", "\"", "a\"\"b", "a\nb", "\n", "é",
			"\ufeff", "\x00",
		})
		width := rapid.IntRange(1, 4).Draw(t, "columns")
		var text strings.Builder
		if rapid.Bool().Draw(t, "mark") {
			text.WriteString("\ufeff")
		}
		quoted := make(map[[2]int]bool)
		write := func(row int, fields []string) {
			for k, f := range fields {
				if k > 0 {
					text.WriteByte(delimiter)
				}
				// else blank
				needs := strings.ContainsAny(f, "\"\r\n"+string(delimiter)) || row == 0 || len(fields) == 1
				if needs || rapid.IntRange(0, 3).Draw(t, "quotes") == 0 {
					quoted[[2]int{row, k}] = true
					f = `"` + strings.ReplaceAll(f, `"`, `""`) + `"`
				}
				text.WriteString(f)
			}
			text.WriteString(end)
		}
		o := frameio.ReadOptions{Delimiter: delimiter, Nulls: []string{"NULL"}, Types: make(map[string]frame.Type)}
		names := []string{"a", "b\n", "\"c", "d,;"}[:width]
		for _, name := range names {
			o.Types[name] = frame.Text
		}
		write(0, names)
		for row := range rapid.IntRange(0, 5).Draw(t, "rows") {
			n := width
			if rapid.IntRange(0, 30).Draw(t, "ragged") == 0 {
				n = rapid.IntRange(1, 5).Draw(t, "fields")
			}
			write(row+1, rapid.SliceOfN(field, n, n).Draw(t, "fields"))
		}

		oracle := csv.NewReader(strings.NewReader(strings.TrimPrefix(text.String(), "\ufeff")))
		oracle.Comma = rune(delimiter)
		want, wrong := oracle.ReadAll()
		got, err := frameio.ReadCSV(strings.NewReader(text.String()), o)
		if wrong != nil {
			require.ErrorContains(t, wrong, "wrong number of fields")
			require.ErrorContains(t, err, "fields, the header has")
			return
		}
		require.NoError(t, err)
		require.Equal(t, len(want)-1, got.Len())
		for i := range got.Len() {
			for k, v := range got.Row(i) {
				cell := want[i+1][k]
				if !quoted[[2]int{i + 1, k}] && (cell == "" || cell == "NULL") {
					require.Nil(t, v)
					continue
				}
				require.Equal(t, cell, v)
			}
		}
	})
}
