package source_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

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
		h, err := source.ResolveHeader(header, rules)
		if err != nil {
			require.Regexp(t, `two columns of one name|no column`, err.Error())
			return
		}
		want := naive.Columns(header)
		for field := range source.NumFields {
			i, ok := want[field.String()]
			switch {
			case field == source.Country && override != "":
				name := strings.TrimSpace(strings.ToValidUTF8(header[h.Index[field]], "\uFFFD"))
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
	f.Fuzz(func(t *testing.T, word, added, as string) {
		roles, rules := map[string]string{}, &source.Rules{}
		pair := added + "=" + as
		if w, by, err := source.ParseRole(pair); err == nil {
			at := strings.LastIndexByte(pair, '=') // a word may have more of them
			added, as = pair[:at], pair[at+1:]
			require.Equal(t, added, w)
			roles[added] = strings.ToLower(strings.NewReplacer(" ", "", "_", "", "-", "").Replace(as))
			rules.Roles = map[string]source.WrittenBy{w: by}
		}
		clean, _ := source.Clean([]byte(word))
		want := naive.Role(naive.Null(string(clean)), roles)
		parser := source.NewParser(nil, rules, source.NewDict())
		for range 2 { // looked up, then remembered
			got := parser.By(clean)
			require.Equal(t, map[string]source.WrittenBy{"": source.ByIDs, "client": source.ByClient,
				"merchant": source.ByMerchant,
				"other":    source.ByOther, "automatic": source.ByAutomatic, "unknown": source.ByUnknown}[want], got,
				"%q", clean)
		}
	})
}

// FuzzTimeFormat: a format that is read reads what package time writes in it, and
// whatever the text, a time that is read is one of the years that are.
func FuzzTimeFormat(f *testing.F) {
	for _, s := range []string{"%d/%m/%Y %H:%M", "%m/%d/%y %I:%M:%S %p", "%A, %d %B %Y", "%Y%m%d",
		"%d.%m.%Y %H:%M:%S.%f %z", "%b %d %Y%Z", "%Y-%%-%m-%d", "%", "%q"} {
		f.Add(s, "03/02/2025 10:00", int64(1772359200))
	}
	f.Fuzz(func(t *testing.T, text, value string, seconds int64) {
		format, err := source.ParseTimeFormat(text)
		if err != nil {
			require.ErrorIs(t, err, source.ErrRules)
			return
		}
		if at, _, ok := format.Parse([]byte(value), nil); ok {
			year := time.UnixMicro(at).UTC().Year()
			require.True(t, year >= 1989 && year <= 2100, "%q in %q", value, text)
		}
		when := time.Unix(seconds, 0).UTC()
		if when.Year() < 1990 || when.Year() > 2089 || openEnded.MatchString(format.String()) {
			return
		}
		written := strftime(format.String(), when)
		at, _, ok := format.Parse([]byte(written), nil)
		require.True(t, ok, "%q in %q", written, text)
		require.Equal(t, when.Format(time.DateOnly), time.UnixMicro(at).UTC().Format(time.DateOnly), "%q in %q",
			written, text)
	})
}

// openEnded matches formats in which it is not certain where a conversion ends.
var openEnded = regexp.MustCompile(`%[fzZ][^ ]`)

// strftime writes a time in a format.
func strftime(format string, t time.Time) string {
	layouts := map[byte]string{'Y': "2006", 'y': "06", 'm': "01", 'd': "02", 'H': "15", 'I': "03", 'M': "04", 'S': "05",
		'f': "000000",
		'p': "PM", 'b': "Jan", 'B': "January", 'a': "Mon", 'A': "Monday", 'z': "-0700", 'Z': "MST"}
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		switch {
		case format[i] != '%':
			b.WriteByte(format[i])
		case format[i+1] == '%':
			b.WriteByte('%')
			i++
		case format[i+1] == 'f':
			b.WriteString("000000")
			i++
		default:
			b.WriteString(t.Format(layouts[format[i+1]]))
			i++
		}
	}
	return b.String()
}
