package rundir

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/analysis/schema"
)

// A file of another kind or version is an error, whatever is in it.
func TestDecodeRefuses(t *testing.T) {
	header := schema.Schema{}.Names()
	cells := strings.Repeat(",", len(header)-1)
	for text, want := range map[string]string{
		"":                                    "header",
		"level\n":                             "header",
		strings.Join(header, ",") + "\n\"\n":  "quote",
		strings.Join(header, ",") + "\nall\n": "fields",
		strings.Join(header, ",") + "\nall" + cells + "\n": "conversations",
	} {
		_, err := decodeReport([]byte(text))
		require.ErrorContains(t, err, want, text)
	}
	for text, want := range map[string]string{
		"": "JSON", "{}": "schema 0", `{"schema":1}`: "schema 1", `{"schema":2}`: "schema",
		`{"schema":2,"zone":3}`: "zone",
	} {
		_, err := decodeDetail([]byte(text))
		require.ErrorContains(t, err, want, text)
	}
}
