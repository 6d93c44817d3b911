package intake_test

import (
	"encoding/binary"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/naive"
	"github.com/sav-analytics/sav/source"
)

// FuzzHeader: whatever the names, the columns that are found are those that the plain
// rule finds, or it is said why there are none.
func FuzzHeader(f *testing.F) {
	for _, s := range []string{needed, "Created At|createdAt", "id|ID|msg-id", "date|timestamp|sent_at|created_at",
		"日期|role|merchant_id|", "a||", "\xff|é"} {
		f.Add(strings.ReplaceAll(s, ",", "|"), "")
	}
	f.Add("created_at|role|merchant_id|x|X", "x")
	f.Fuzz(func(t *testing.T, names, override string) {
		header := strings.Split(names, "|")
		// Whatever is missing otherwise is there.
		header = append(header, "created_at", "merchant_id", "conversation_id", "sender_role")
		rules := &source.Rules{}
		if override != "" {
			rules.Override = map[source.Field]string{source.Country: override}
		}
		h, err := intake.ResolveHeader(header, rules)
		if err != nil {
			require.Regexp(t, `two columns of one name|no column`, err.Error())
			return
		}
		want := naive.Columns(header)
		for field := range intake.NumFields {
			i, ok := want[field.String()]
			switch {
			case field == source.Country && override != "":
				name := strings.TrimSpace(string(intake.ValidUTF8([]byte(header[h.Index[field]]))))
				require.True(t, name == strings.TrimSpace(override) || naive.Normal(name) == naive.Normal(override),
					"%q for %q", name, override)
			case ok:
				require.Equal(t, i, h.Index[field], "%s of %q", field, header)
			default:
				require.Equal(t, -1, h.Index[field], "%s of %q", field, header)
			}
		}
	})
}

// FuzzRole: whatever the word, it says what the plain rule makes of it.
func FuzzRole(f *testing.F) {
	for _, s := range []string{"client", "End-User", "c_l_i e n t", "agent", "AGENT ", "auto reply", "ſeller", "K",
		"\xff", "", "null"} {
		f.Add(s, "agent", "merchant")
	}
	f.Add("Händler", "HÄNDLER", "client")
	f.Add("a=b", "a", "b=client")
	f.Add("c"+strings.Repeat("_", 99), "", "") // no word is added
	f.Fuzz(func(t *testing.T, word, added, as string) {
		roles, rules := map[string]string{}, &source.Rules{}
		pair := added + "=" + as
		if w, by, err := intake.ParseRole(pair); err == nil {
			at := strings.LastIndexByte(pair, '=') // a word may have more of them
			added, as = pair[:at], pair[at+1:]
			require.Equal(t, added, w)
			roles[added] = strings.ToLower(strings.NewReplacer(" ", "", "_", "", "-", "").Replace(as))
			rules.Roles = map[string]source.WrittenBy{w: by}
		}
		clean, _ := intake.Clean([]byte(word))
		want := naive.Role(naive.Null(string(clean)), roles)
		parser := intake.NewParser(nil, rules, source.NewDict())
		for range 2 { // looked up, then remembered
			got := parser.By(clean)
			require.Equal(t, map[string]source.WrittenBy{"": intake.ByIDs, "client": source.ByClient,
				"merchant": source.ByMerchant,
				"other":    source.ByOther, "automatic": source.ByAutomatic, "unknown": intake.ByUnknown}[want], got,
				"%q", clean)
		}
		text := append(append([]byte{}, clean...), ", and more"...)
		by, n := parser.KnownRole(binary.LittleEndian.Uint64(text))
		if word := regexp.MustCompile("^[A-Za-z]{1,8}$"); word.Match(clean) && want != "" {
			require.Equal(t, len(clean), n, "%q", clean)
		} else if n > 0 { // a word that the text begins with was asked for before
			require.Equal(t, string(clean), string(text[:n]))
		}
		if n > 0 {
			require.Equal(t, parser.By(text[:n]), by, "%q", clean)
		}
	})
}
