package ids

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/ids/idstest"

	"github.com/sav-analytics/sav/internal/idtext"
	"github.com/sav-analytics/sav/internal/naive"
	"github.com/sav-analytics/sav/internal/swar"
)

// A text that is a word comes back from it; words are equal, sort and are read as the texts
// are, and no word is an integer.
func TestWords(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := idstest.Word.Draw(t, "a"), idstest.Word.Draw(t, "b")
		x, ok := WordOf([]byte(a))
		if !ok {
			requireNoWord(t, a)
			return
		}
		require.Equal(t, a, string(x.appendText(nil)))
		require.False(t, idtext.IsInteger(a) || naive.ID(a) != a, "%q", a)
		for _, end := range []string{"", ",", "\n", `"`, "\r\n", ";", " ", "é"} {
			w, n := ReadWord(append([]byte("??"+a+end), make([]byte, swar.Padding)...), 2)
			require.Equal(t, len(a), n, "%q before %q", a, end)
			require.Equal(t, x, w)
		}
		y, ok := WordOf([]byte(b))
		if !ok {
			return
		}
		require.Equal(t, a == b, x == y)
		if x.form == y.form {
			require.Equal(t, strings.Compare(a, b), x.compare(y), "%q and %q", a, b)
		}
	})
}

// requireNoWord: only texts that the description of a word leaves out are none.
func requireNoWord(t require.TestingT, s string) {
	of := func(s string, characters string) bool { return strings.Trim(s, characters) == "" }
	const digits, lower, upper = "0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	short := len(s) >= 5 && len(s) <= 16 && of(s, digits+lower+upper+"_-./:") && !of(s, digits+"-./:")
	require.False(t, short, "%q is a short word", s)
	if len(s) == 36 && s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-' {
		plain := s[:8] + s[9:13] + s[14:18] + s[19:23] + s[24:]
		require.False(t, of(plain, digits+lower[:6]) || of(plain, digits+upper[:6]), "%q is a UUID", s)
	}
	hex := (len(s) == 24 || len(s) == 32) && (of(s, digits+lower[:6]) || of(s, digits+upper[:6])) && !of(s, digits)
	require.False(t, hex, "%q is of hexadecimal digits", s)
}

// Nothing but the padding is looked at behind a text.
func TestReadWordAtTheEnd(t *testing.T) {
	t.Parallel()
	for n := range 40 {
		for _, of := range []string{"a", "-", "1", "01234567-0123-0123-0123-0123456789ab"} {
			text := []byte(strings.Repeat(of, 40)[:n])
			require.NotPanics(t, func() { ReadWord(append(bytes.Clone(text), make([]byte, swar.Padding)...), n) })
			for p := range n {
				require.NotPanics(t, func() { ReadWord(append(bytes.Clone(text), make([]byte, swar.Padding)...), p) })
			}
		}
	}
}
