//go:build lint

package lint_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The code that notebook 4 asks of its reader is one cell of less than 40 lines.
func TestOwnCodeOfTheReaderIsShort(t *testing.T) {
	type cell struct {
		Type   string   `json:"cell_type"`
		Source []string `json:"source"`
	}
	var notebook struct{ Cells []cell }
	require.NoError(t, json.Unmarshal([]byte(read(t, "notebooks/4-first-a-then-b.ipynb")), &notebook))
	cells := notebook.Cells
	asked := slices.IndexFunc(cells, func(c cell) bool {
		return strings.HasPrefix(strings.Join(c.Source, ""), "## What you would write\n")
	})
	require.GreaterOrEqual(t, asked, 0)
	own := cells[asked+1]
	require.Equal(t, "code", own.Type)
	require.Less(t, len(own.Source), 40)
}
