package source

import (
	"bytes"
	"cmp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/idtext"
	"github.com/sav-analytics/sav/internal/naive"
	"github.com/sav-analytics/sav/source/internal/swar"
)

// aWord is a text that is a word, or nearly one.
var aWord = rapid.Custom(func(t *rapid.T) string {
	text := rapid.OneOf(
		rapid.StringMatching(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`),
		rapid.StringMatching(`[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}`),
		rapid.StringMatching(`[0-9]{8}-[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{12}`),
		rapid.StringMatching(`[A-Z]{1,3}-[0-9]{0,14}`),
		rapid.StringMatching(`[A-Z]-0{0,17}[0-9]{0,2}`),
		rapid.StringMatching(`[0-9A-Za-z_-]{0,18}`),
		rapid.StringMatching(`-?[0-9]{0,20}`),
		rapid.StringMatching(`[0-9a-f]{24}([0-9a-f]{8})?`),
		rapid.StringMatching(`[0-9A-F]{24}([0-9A-F]{8})?`),
		rapid.StringMatching(`[0-9]{24}([0-9]{8})?`),
		rapid.StringMatching(`[0-9a-f]{15}[a-f][0-9]{8,13}`),
	).Draw(t, "text")
	if len(text) > 0 && rapid.IntRange(0, 3).Draw(t, "odd") == 0 {
		at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
		by := rapid.SampledFrom([]string{"", "a", "F", "g", "o", "O", "-", "_", ".", "/", ":", "@", "[", "`", "{", "@",
			"G", "w", "W", "Z", "z", "\xf7", "\x00",
			"\xb0", "é", " "}).Draw(t, "by")
		text = text[:at] + by + text[at+1:]
	}
	return text
})

// A text that is a word comes back from it; words are equal, sort and are read as the texts
// are, and no word is an integer, a word for nothing or an id that was cut.
func TestWords(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := aWord.Draw(t, "a"), aWord.Draw(t, "b")
		x, ok := wordOf([]byte(a))
		if !ok {
			requireNoWord(t, a)
			return
		}
		require.Equal(t, a, string(x.appendText(nil)))
		require.False(t, idtext.IsInteger(a) || IsNull([]byte(a)) || isCut([]byte(a)) || naive.ID(a) != a, "%q", a)
		for _, end := range []string{"", ",", "\n", `"`, "\r\n", ";", " ", "é"} {
			w, n := ReadWord(append([]byte("??"+a+end), make([]byte, swar.Padding)...), 2)
			require.Equal(t, len(a), n, "%q before %q", a, end)
			require.Equal(t, x, w)
		}
		y, ok := wordOf([]byte(b))
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

// Ids are equal as their texts are, whatever is needed of them: those of messages alone
// once they are shared, those of users within a row.
func TestIDsAsNeeded(t *testing.T) {
	t.Parallel()
	of := rapid.OneOf(aWord, rapid.SampledFrom([]string{"a word", "word-1", "word-2", "Word-1", "word-10", "word-02",
		"17", "007", "a.b",
		"a1.0", "7.0", "a.b:c/d", "0123456789abcdef01234567", "0123456789abcdef0123456789012345",
		"012345678901234567890123",
		"1e+5", "x\x007", "customer_long-000", "customer_long-00", "customer_lon-000",
		"5eed5eed-0000-4000-8000-000000000001"}))
	header, err := ResolveHeader([]string{"conversation_id", "message_id", "sender_user_id", "client_user_id",
		"merchant_user_id", "merchant_id", "created_at"}, &Rules{})
	require.NoError(t, err)
	says := func(text string) string {
		clean, _ := Clean([]byte(text))
		if IsNull(clean) {
			return ""
		}
		return naive.ID(string(clean))
	}
	rapid.Check(t, func(t *rapid.T) {
		dict := NewDict()
		parser := NewParser(header, nil, dict)
		parser.Serve(Needs{OwnMessageIDs: true})
		var ids, later []ID
		var texts, laterTexts []string
		for range rapid.IntRange(1, 30).Draw(t, "rows") {
			var m Message
			var user [3]string
			for i, f := range []Field{SenderUserID, ClientUserID, MerchantUserID} {
				text := of.Draw(t, "user")
				user[i] = says(text)
				parser.Set(&m, f, []byte(text))
			}
			if m.Flags&FlagCutID != 0 {
				continue
			}
			require.Equal(t, user[0] == user[1], m.Sender == m.Client, "%q", user)
			require.Equal(t, user[0] == user[2], m.Sender == m.MerchantUser, "%q", user)
			require.Equal(t, user[1] == user[2], m.Client == m.MerchantUser, "%q", user)
			for _, f := range []Field{MessageID, ConversationID} {
				text := of.Draw(t, "id")
				parser.Set(&m, f, []byte(text))
				if m.Flags&FlagCutID != 0 {
					continue
				}
				if f == ConversationID {
					later, laterTexts = append(later, m.ID(f)), append(laterTexts, says(text))
				} else {
					ids, texts = append(ids, m.ID(f)), append(texts, says(text))
				}
			}
			if rapid.IntRange(0, 9).Draw(t, "batch") == 0 {
				parser.Settle(&Batch{Conversation: later})
				ids, texts = append(ids, later...), append(texts, laterTexts...)
				later, laterTexts = nil, nil
			}
		}
		parser.Settle(&Batch{Conversation: later})
		ids, texts = append(ids, later...), append(texts, laterTexts...)
		for i, a := range ids {
			require.Equal(t, texts[i], dict.IDText(a))
			require.Equal(t, texts[i], dict.IDText(dict.Share(a)))
			for j, b := range ids {
				require.Equal(t, texts[i] == texts[j], dict.Share(a) == dict.Share(b), "%q and %q", texts[i], texts[j])
				require.False(t, texts[i] == texts[j] && a.Differ(b), "%q", texts[i])
				want := naive.CompareIDs(texts[i], texts[j])
				require.Equal(t, cmp.Compare(want, 0), cmp.Compare(dict.Compare(a, b), 0), "%q and %q", texts[i],
					texts[j])
			}
		}
	})
}
