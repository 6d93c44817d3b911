package record_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/source/record"
)

// A record in each format, and what comes of it.
func TestSplit(t *testing.T) {
	t.Parallel()
	rfc := record.RFC4180
	semicolon := record.Format{Delimiter: ';', LineEnd: '\n'}
	mac := record.Format{Delimiter: ',', LineEnd: '\r'}
	escape := record.Format{Delimiter: ',', LineEnd: '\n', Backslash: true}
	mysql := record.Format{Delimiter: '\t', LineEnd: '\n', NoQuotes: true, Backslash: true}
	space := record.Format{Delimiter: ' ', LineEnd: '\n'}
	for _, test := range []struct {
		name   string
		format record.Format
		text   string
		want   []string // nil: broken
		rest   string
	}{
		{"plain", rfc, "a,b\nc", []string{"a", "b"}, "c"},
		{"CRLF", rfc, "a,b\r\nc", []string{"a", "b"}, "c"},
		{"the end", rfc, "a,b", []string{"a", "b"}, ""},
		{"carriage returns", rfc, "a\r,b\r\r\n", []string{"a\r", "b\r"}, ""},
		{"at the end", rfc, "a\r", []string{"a\r"}, ""},
		{"quoted", rfc, "\"a,\nb\",\"\"\r\n", []string{"a,\nb", ""}, ""},
		{"doubled", rfc, `"a""b",""""`, []string{`a"b`, `"`}, ""},
		{"a quote within", rfc, `a"b",c`, []string{`a"b"`, "c"}, ""},
		{"spaces around quotes", rfc, ` "a" ,  "b"  ` + "\r\n", []string{"a", "b"}, ""},
		{"spaces without quotes", rfc, ` a , b "c" ` + "\n", []string{" a ", ` b "c" `}, ""},
		{"text after a quote", rfc, "\"a\" b\n\"c\"\n", nil, "\"c\"\n"},
		{"quotes after a quote", rfc, "\"a\" \"b\"\nc", nil, "c"},
		{"text after a quote on another line", rfc, "\"a\nb\"c\nd", nil, "b\"c\nd"},
		{"never closed", rfc, "a,\"b\nc\n", nil, "c\n"},
		{"a carriage return after a quote", rfc, "\"a\"\rb\nc", nil, "c"},
		{"semicolons", semicolon, "a,b;\"c;d\"\n", []string{"a,b", "c;d"}, ""},
		{"carriage returns end", mac, "a,b\rc", []string{"a", "b"}, "c"},
		{"line feeds are characters", mac, "a\n,\"b\r\n\"\rc", []string{"a\n", "b\r\n"}, "c"},
		{"a line feed after a quote", mac, "\"a\"\n,b\rc", nil, "c"},
		{"escaped", escape, `a\,b,"c\"d","e\\"` + "\nf", []string{"a,b", `c"d`, `e\`}, "f"},
		{"an escaped quote begins nothing", escape, `\"a\",b`, []string{`"a"`, "b"}, ""},
		{"an escaped line feed", escape, "a\\\nb\nc", []string{"a\nb"}, "c"},
		{"an escaped CRLF", escape, "a\\\r\nb\r\nc", []string{"a\r\nb"}, "c"},
		{"an escaped carriage return", escape, "a\\\rb\r\nc", []string{"a\rb"}, "c"},
		{"null", escape, `\N,"\N", \N,\Na,a\N`, []string{`\N`, `\N`, ` \N`, "Na", "aN"}, ""},
		{"escaped and doubled", escape, `"a""b\"c"`, []string{`a"b"c`}, ""},
		{"a last backslash", escape, `a\`, []string{`a\`}, ""},
		{"a backslash is a character", rfc, `"a\",b\` + "\n", []string{`a\`, `b\`}, ""},
		{"quotes are characters", mysql, "\"a\tb\"\t\"\n", []string{`"a`, `b"`, `"`}, ""},
		{"tabs escaped", mysql, "a\\\tb\tc\\\\\n", []string{"a\tb", `c\`}, ""},
		{"spaces delimit", space, ` "a b" c`, []string{"", "a b", "c"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := record.NewSplitter(test.format, 0)
			next, out := s.Split([]byte(test.text), 0, true)
			require.Equal(t, test.rest, test.text[next:])
			if test.want == nil {
				require.Equal(t, record.Broken, out)
				return
			}
			require.Equal(t, record.Whole, out)
			require.Equal(t, test.want, texts(s.Fields))
		})
	}
}

func texts(fields [][]byte) (texts []string) {
	for _, f := range fields {
		texts = append(texts, string(f))
	}
	return texts
}

func TestBlank(t *testing.T) {
	t.Parallel()
	for text, blank := range map[string]bool{
		"": true, ",,,": true, " , \t,\u00a0,\u3000": true, `"",""`: true, `" "`: true, ",,a": false, "0": false,
		`""""`: false, ",,,,,,,x": false, "\xc2,\x85": false,
	} {
		s := record.NewSplitter(record.RFC4180, 2)
		_, out := s.Split([]byte(text), 0, true)
		require.Equal(t, record.Whole, out)
		require.Equal(t, blank, s.Blank, "%q", text)
		require.LessOrEqual(t, len(s.Fields), 2)
	}
}

// Each maximal ill-formed part of a field becomes one U+FFFD.
func TestTexts(t *testing.T) {
	t.Parallel()
	s := record.NewSplitter(record.RFC4180, 2)
	s.Split([]byte("a\xf0\x9f,\x9f\x98\n"), 0, true)
	require.Equal(t, []string{"a\uFFFD", "\uFFFD\uFFFD"}, s.Texts())
}

func TestFindLineEnd(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]byte{
		"a,b\nc\r": '\n', "a,b\r\nc": '\n', "a,b\rc\n": '\r', "a,b": '\n', "": '\n', "a,b\r": '\r',
		"\"a\rb\",c\nd": '\n', "\"a\nb\",c\rd": '\r',
		"a\"\rb\n": '\r', "\"a\"\"\r\",b\n": '\n', "\"a\"x\r": '\r', "\"never\r": '\n', " \"a\r\" ,b\n": '\n',
		",\"\r\"\n": '\n', "\r": '\r', "\n": '\n',
	} {
		got, ok := record.FindLineEnd([]byte(text), record.RFC4180, true)
		require.True(t, ok, "%q", text)
		require.Equal(t, string(want), string(got), "%q", text)
	}
	for text, want := range map[string]byte{"a\\\rb\n": '\n', "\"a\\\"\r\"\n": '\n', "\"a\r\"\n": '\r', "a\\": '\n'} {
		format := record.Format{Delimiter: ',', NoQuotes: want == '\r', Backslash: true}
		got, ok := record.FindLineEnd([]byte(text), format, true)
		require.True(t, ok, "%q", text)
		require.Equal(t, string(want), string(got), "%q", text)
	}
	for _, text := range []string{"", "a,b", "a\r", "\"a\n", "\"a\""} {
		_, ok := record.FindLineEnd([]byte(text), record.RFC4180, false)
		require.False(t, ok, "%q", text)
	}
}

// FuzzIncomplete: what is split of the beginning of a text is what is split of all of
// it, or nothing is.
func FuzzIncomplete(f *testing.F) {
	for _, text := range []string{"a,b\nc", `"a""b" ,"c` + "\r\n\"\r\n", "\"a\"x\ny", "a\\\r\nb\\", " \"a", ",\r\n"} {
		f.Add(text, byte(','), byte(0))
		f.Add(strings.ReplaceAll(text, ",", ";"), byte(';'), byte(7))
	}
	f.Fuzz(func(t *testing.T, text string, delimiter, kind byte) {
		format := record.Format{Delimiter: delimiter, LineEnd: '\n', NoQuotes: kind&1 > 0, Backslash: kind&2 > 0}
		if kind&4 > 0 {
			format.LineEnd = '\r'
		}
		if len(text) > 200 || strings.ContainsRune("\r\n\"\\", rune(delimiter)) {
			t.Skip("no delimiter, or too long")
		}
		whole := record.NewSplitter(format, 0)
		next, out := whole.Split([]byte(text), 0, true)
		for n := range len(text) {
			part := record.NewSplitter(format, 0)
			partNext, partOut := part.Split([]byte(text[:n]), 0, false)
			if partOut == record.Incomplete {
				continue
			}
			require.Equal(t, out, partOut, "%q of %q", text[:n], text)
			require.Equal(t, next, partNext, "%q of %q", text[:n], text)
			if out == record.Whole {
				require.Equal(t, texts(whole.Fields), texts(part.Fields))
			}
		}
		lineEnd, _ := record.FindLineEnd([]byte(text), format, true)
		for n := range len(text) {
			if got, ok := record.FindLineEnd([]byte(text[:n]), format, false); ok {
				require.Equal(t, lineEnd, got, "%q of %q", text[:n], text)
			}
		}
	})
}
