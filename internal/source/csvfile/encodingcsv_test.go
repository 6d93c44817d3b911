package csvfile_test

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/naive"
	"github.com/sav-analytics/sav/internal/source/csvfile"
)

// FuzzAgainstEncodingCSV: where encoding/csv accepts a text, the fields are the
// same. It accepts less (no quote within a field that did not begin with one),
// and turns CRLF into LF within quotes, where we keep it.
func FuzzAgainstEncodingCSV(f *testing.F) {
	for _, text := range []string{
		"", "\n", "a,b,c\n", "\"a\"\"b\",\"x\ny\",\"c,d\"\n", "a,b,c", "\n\na,b,c\n\n", "\"\",\"\",\"\"\n",
		"é,ü,\"\"\"\"\n", "\"a\r\nb\",c,d\r\n",
		"a,b,c\r\nd,e,f\r\n", "a\r,b,c\n", "a\r\r\n", "\"a\nb,c\n", "a\"b,c,d\n", ",,\n", "\"a\" ,b,c\n", "a\r", "\r",
		"\"a\"\r", "\"\r\"\r\n", "\r\r\n", "\xc2,\x85",
		"\uFEFF\"", "\uFEFFa,b\n", "\uFEFF\uFEFF\"a\"\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := csvfile.Records(text)
		var rules [][]string
		for _, record := range naive.Records("\uFEFF" + text) { // a mark within text is a character
			require.True(t, !ok || record.Fields != nil, "%q", text)
			rules = append(rules, record.Fields)
		}
		if ok {
			require.Equal(t, rules, got, "%q", text)
		}

		reader := csv.NewReader(strings.NewReader(text))
		reader.FieldsPerRecord = -1
		want, err := reader.ReadAll()
		if err != nil || strings.HasSuffix(text, "\r") { // it drops a carriage return that ends the text
			return
		}
		require.True(t, ok, "%q", text)
		want = slices.DeleteFunc(want, naive.Blank)
		if len(want) == 0 {
			want = nil
		}
		for _, record := range got {
			for i := range record {
				record[i] = strings.ReplaceAll(record[i], "\r\n", "\n")
			}
		}
		require.Equal(t, want, got, "%q", text)
	})
}
