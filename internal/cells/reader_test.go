package cells_test

import (
	"encoding/csv"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/cells"
)

// FuzzCSVReader reads what encoding/csv reads, where both are of one mind: it
// skips blank lines and drops carriage returns and byte-order marks.
func FuzzReader(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "\"a\"\"b\",\"c\nd\"\n", "a,\n,b", "\"", "\"a\"b\n", "a\"b\n",
		",,\n\"\",\"\"\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "\r") || strings.HasPrefix(text, "\n") || strings.Contains(text, "\n\n") ||
			strings.HasPrefix(text, "\uFEFF") {
			t.Skip()
		}
		oracle := csv.NewReader(strings.NewReader(text))
		oracle.FieldsPerRecord = -1
		reader := cells.NewReader(strings.NewReader(text))
		for {
			want, wantErr := oracle.Read()
			row, err := reader.Read()
			if wantErr == io.EOF {
				require.ErrorIs(t, err, io.EOF)
				return
			}
			if err != nil {
				require.Error(t, wantErr)
				require.ErrorIs(t, err, cells.ErrCSV)
				return
			}
			if wantErr != nil { // a quote in a bare cell is a character here
				require.ErrorIs(t, wantErr, csv.ErrBareQuote)
				return
			}
			var got []string
			for _, cell := range row {
				got = append(got, string(cell))
			}
			require.Equal(t, want, got)
		}
	})
}
