package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseDelimiter(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]byte{",": ',', "tab": '\t', "TAB": '\t', "\t": '\t', `\t`: '\t', "#": '#', "": 0,
		"ab": 0, "é": 0, "\"": 0, "\n": 0, "\x00": 0} {
		got, err := parseDelimiter(text)
		require.Equal(t, want == 0, err != nil, "%q: %v", text, err)
		if err == nil {
			require.Equal(t, want, got)
		}
	}
}
