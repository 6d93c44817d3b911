package jsonfile_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/source/jsonfile"
)

// FuzzValid: what is JSON to encoding/json is to us, and nothing else.
func FuzzValid(f *testing.F) {
	for _, text := range []string{"{}", "[]", "[1, 2]", `{"a": [true, false, null], "b": {"c": "\u00e9\"\\"}}`,
		"-0.5e+10", "01", "1.", ".5", "1e", "--1", "nul", "tru",
		`"\x"`, `"\u12"`, "\"\x00\"", "\"\x1f\"", "\"\x7f\xff\"", `"a`, `{"a"}`, `{"a":}`, `{"a":1,}`, "[1,]", "[,1]",
		"{,}", "", " ", "\t\r\n 1 \n", "1 2", `{1:2}`,
		strings.Repeat("[", 100) + strings.Repeat("]", 100), strings.Repeat(`{"a":`, 50) + "1" + strings.Repeat("}",
			50), `"` + strings.Repeat("x", 40) + `"`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "NaN") {
			t.Skip("which we know")
		}
		require.Equal(t, json.Valid([]byte(text)), jsonfile.Valid([]byte(text)), "%q", text)
	})
}

// FuzzUnescape: a string is what encoding/json makes of it.
func FuzzUnescape(f *testing.F) {
	for _, text := range []string{"", "plain", `\"\\\/\b\f\n\r\t`, `\u00e9\ud83d\ude00`, `\ud83d`, `\ud83dx`,
		`\ud83d\n`, `\ude00\ud83d`, `\ud83d\ud83d\ude00`, `\u0000`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var want string
		if json.Unmarshal([]byte(`"`+text+`"`), &want) != nil {
			t.Skip("no JSON")
		}
		require.Equal(t, want, string([]rune(jsonfile.Unescape(text))), "%q", text)
	})
}

func TestNaN(t *testing.T) {
	t.Parallel()
	for text, valid := range map[string]bool{"NaN": true, `{"a": NaN, "b": [NaN]}`: true, "nan": false, "NaNa": false,
		"Infinity": false, "-NaN": false} {
		require.Equal(t, valid, jsonfile.Valid([]byte(text)), text)
	}
}

func TestDepth(t *testing.T) {
	t.Parallel()
	for _, n := range []int{9_999, 10_000, 10_001, 100_000} {
		text := strings.Repeat("[", n) + strings.Repeat("]", n)
		require.Equal(t, json.Valid([]byte(text)), jsonfile.Valid([]byte(text)), n)
	}
}
