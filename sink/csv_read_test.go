package sink_test

import (
	"encoding/csv"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/sink"
)

// FuzzCSVReader reads what encoding/csv reads, where both are of one mind: it
// skips blank lines and drops carriage returns and byte-order marks.
func FuzzCSVReader(f *testing.F) {
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
		reader := sink.NewCSVReader(strings.NewReader(text))
		for {
			want, wantErr := oracle.Read()
			cells, err := reader.Read()
			if wantErr == io.EOF {
				require.ErrorIs(t, err, io.EOF)
				return
			}
			if err != nil {
				require.Error(t, wantErr)
				require.ErrorIs(t, err, sink.ErrCSV)
				return
			}
			if wantErr != nil { // a quote in a bare cell is a character here
				require.ErrorIs(t, wantErr, csv.ErrBareQuote)
				return
			}
			var got []string
			for _, cell := range cells {
				got = append(got, string(cell))
			}
			require.Equal(t, want, got)
		}
	})
}

// What CSV writes is read as it was, carriage returns and blank texts included.
func TestCSVReaderReadsWhatCSVWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOf(aText).Draw(t, "texts")
		name := rapid.SampledFrom([]string{"text", "=1+1", "\"\r\n"}).Draw(t, "name")
		mark := rapid.SampledFrom([]string{"", "\uFEFF"}).Draw(t, "mark")
		in := sink.NewCSVReader(strings.NewReader(mark + written(t, newFrame(t, frame.Texts(name, texts, nil)))))
		for _, want := range append([]string{name}, texts...) {
			cells, err := in.Read()
			require.NoError(t, err)
			require.Len(t, cells, 1)
			require.Equal(t, want, sink.Unprotect(string(cells[0])))
		}
		_, err := in.Read()
		require.ErrorIs(t, err, io.EOF)
	})
}
