package record_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/source/record"
)

func TestLine(t *testing.T) {
	for want, fields := range map[string][]string{
		"":                    nil,
		"1,,fr":               {"1", "", "fr"},
		`"a,b","say ""hi"""`:  {"a,b", `say "hi"`},
		"\"two\nlines\",last": {"two\nlines", "last"},
	} {
		require.Equal(t, want, string(record.Line(fields)))
		var bytes [][]byte
		for _, field := range fields {
			bytes = append(bytes, []byte(field))
		}
		require.Equal(t, want, string(record.Line(bytes)))
	}
}
