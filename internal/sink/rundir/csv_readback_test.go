package rundir_test

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/cells"
)

// What CSV writes is read as it was, carriage returns and blank texts included.
func TestCSVReaderReadsWhatCSVWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOf(aText).Draw(t, "texts")
		name := rapid.SampledFrom([]string{"text", "=1+1", "\"\r\n"}).Draw(t, "name")
		mark := rapid.SampledFrom([]string{"", "\uFEFF"}).Draw(t, "mark")
		in := cells.NewReader(strings.NewReader(mark + written(t, newFrame(t, frame.Texts(name, texts, nil)))))
		for _, want := range append([]string{name}, texts...) {
			row, err := in.Read()
			require.NoError(t, err)
			require.Len(t, row, 1)
			require.Equal(t, want, cells.Unprotect(string(row[0])))
		}
		_, err := in.Read()
		require.ErrorIs(t, err, io.EOF)
	})
}
