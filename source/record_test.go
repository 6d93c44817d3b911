package source_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/naive"
	"github.com/sav-analytics/sav/source"
)

// The examples of the Unicode standard, tables 3-8 to 3-11 (version 15), and a
// few of its well-formed limits.
func TestClean(t *testing.T) {
	const r = "\uFFFD"
	for _, test := range []struct{ name, text, want string }{
		{"plain", "abc", "abc"},
		{"spaces around", "  a b  ", "a b"},
		{"other space is kept", "\ta\u00a0", "\ta\u00a0"},
		{"nothing but spaces", "   ", ""},
		{"table 3-8: non-shortest forms", "\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", strings.Repeat(r, 8) + "A"},
		{"table 3-9: surrogates", "\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", strings.Repeat(r, 8) + "A"},
		{"table 3-10: other ill-formed sequences", "\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", r + r + r + r + r + "A" + r + r + "B"},
		{"table 3-11: truncated sequences", "\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", r + r + r + r + "A"},
		{"cut off at the end", "a\xF0\x9F\x98", "a" + r},
		{"cut off, then a space", "\xF0\x9F\x98 b", r + " b"},
		{"a lone byte", "\xff", r},
		{"the limits are well-formed", "\u0080\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff", "\u0080\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff"},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.want, string(source.Clean([]byte(test.text))))
		})
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", " a ", "\xC0\xAF", "\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", "\xF4\x90\x80\x80"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, s []byte) {
		require.Equal(t, naive.Valid(strings.Trim(string(s), " ")), string(source.Clean(s)))
	})
}

func TestCleanAgainstTheTable(t *testing.T) {
	part := rapid.SampledFrom([]byte{'a', 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5})
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SliceOf(part).Draw(t, "bytes")
		require.Equal(t, naive.Valid(string(s)), string(source.Clean(s)))
	})
}

func TestParseVisibility(t *testing.T) {
	for visibility, texts := range map[source.Visibility][]string{
		source.Public:        {"", "true", "TRUE", "tRuE", "t", "T", "1", "yes", "Yes", "y", "on", "ON", "1.0", "1.00"},
		source.Private:       {"false", "False", "f", "F", "0", "no", "NO", "n", "off", "Off", "0.0", "0.000"},
		source.BadVisibility: {"2", "-1", "maybe", "truee", "tru", "falsefalse", "00", "1.5", "1.", ".0", "null", "oui", "\xff", "ŷ", "y es"},
	} {
		for _, text := range texts {
			require.Equal(t, visibility, source.ParseVisibility([]byte(text)), "%q", text)
		}
	}
}

func TestCountry(t *testing.T) {
	dict := source.NewDict()
	parser := &source.Parser{Dict: dict}
	for text, want := range map[string]string{"": "unknown", "fr": "FR", "Fr": "FR", "FR": "FR", "fra": "fra", "f": "f", "F": "F", "f1": "f1", "[{": "[{",
		"@A": "@A", "`a": "`a", "é": "é", "==": "==", "  ": "  ", "unknown": "unknown"} {
		for range 2 { // looked up, then remembered
			require.Equal(t, want, dict.TextOf(parser.Country([]byte(text))), "%q", text)
		}
	}
	require.Equal(t, parser.Country([]byte("fr")), parser.Country([]byte("FR")))
	require.Equal(t, parser.Country(nil), parser.Country([]byte("unknown")))
}

// Each reason to reject a row, alone and where several hold.
func TestReasons(t *testing.T) {
	header, err := source.ResolveHeader([]string{"created_at", "sender_user_id", "client_user_id", "merchant_user_id", "merchant_id", "conversation_id", "is_public"}, nil)
	require.NoError(t, err)
	for _, test := range []struct {
		name, record string
		want         source.Reason
	}{
		{"a client's message", "2026-03-01|1|1|2|3|7|", source.Accepted},
		{"a merchant's message", "2026-03-01|2|1|2|3|7|true", source.Accepted},
		{"another sender's", "2026-03-01|9|1|2|3|7|yes", source.Accepted},
		{"nobody's", "2026-03-01||1|2|3|7|1", source.Accepted},
		{"an internal note", "2026-03-01|1|1|2|3|7|0", source.Accepted},
		{"the merchant's id is no user", "2026-03-01|3|3|2|3|7|", source.Accepted},
		{"one field too few", "2026-03-01|1|1|2|3|7", source.FieldCount},
		{"one too many", "2026-03-01|1|1|2|3|7||", source.FieldCount},
		{"no created_at", "|1|1|2|3|7|", source.MissingValue},
		{"blank created_at", "  |1|1|2|3|7|", source.MissingValue},
		{"no client", "2026-03-01|1||2|3|7|", source.MissingValue},
		{"no merchant user", "2026-03-01|1|1||3|7|", source.MissingValue},
		{"no merchant", "2026-03-01|1|1|2||7|", source.MissingValue},
		{"no conversation", "2026-03-01|1|1|2|3| |", source.MissingValue},
		{"bad time", "2026-02-30|1|1|2|3|7|", source.BadTimestamp},
		{"client is merchant", "2026-03-01|1|2.0|2|3|7|", source.AmbiguousSender},
		{"bad is_public", "2026-03-01|1|1|2|3|7|perhaps", source.BadIsPublic},
		{"missing before bad time", "soon|1||2|3|7|", source.MissingValue},
		{"bad time before ambiguous sender", "soon|1|2|2|3|7|", source.BadTimestamp},
		{"ambiguous sender before bad is_public", "2026-03-01|1|2|2|3|7|perhaps", source.AmbiguousSender},
		{"missing before all", "soon|1||2|3|7|perhaps", source.MissingValue},
	} {
		t.Run(test.name, func(t *testing.T) {
			dict := source.NewDict()
			batch := source.NewBatch(header.Columns(), source.Needs{}, dict)
			parser := &source.Parser{Header: header, Dict: dict}
			var record [][]byte
			for field := range strings.SplitSeq(test.record, "|") {
				record = append(record, []byte(field))
			}
			require.Equal(t, test.want, parser.Add(batch, record))
			require.EqualValues(t, 1, batch.Counts.Rows)
			if test.want == source.Accepted {
				require.Zero(t, batch.Counts.TotalRejected())
				require.EqualValues(t, 1, batch.Counts.Private+batch.Counts.OtherSender+int64(batch.Len()))
				require.Empty(t, batch.Counts.RejectedBy())
				return
			}
			require.Zero(t, batch.Len())
			require.Equal(t, map[string]int64{test.want.String(): 1}, batch.Counts.RejectedBy())
		})
	}
}

// Batches that add up, and are used again.
func TestBatch(t *testing.T) {
	dict := source.NewDict()
	batch := source.NewBatch(source.Columns{}, source.Needs{Users: true}, dict)
	batch.Append(&source.Message{CreatedAt: 5, Sender: 1, Client: 1, MerchantUser: 2, Merchant: 3, AmbiguousLocal: true})
	batch.Append(&source.Message{CreatedAt: 6, Sender: 1, Client: 1, MerchantUser: 2, Merchant: 3, Visibility: source.Private, AmbiguousLocal: true})
	batch.Append(&source.Message{CreatedAt: source.BadTime, Client: 1, MerchantUser: 2, Merchant: 3, AmbiguousLocal: true})
	batch.Reject(source.BadQuote)
	require.Equal(t, 1, batch.Len())
	require.Equal(t, dict.Pair(1, 3), batch.Conversation[0])
	require.Equal(t, []source.ID{2}, batch.MerchantUser)
	require.Empty(t, batch.Client)
	var sum source.Counts
	sum.Add(&batch.Counts)
	sum.Add(&batch.Counts)
	require.EqualValues(t, 8, sum.Rows)
	require.EqualValues(t, 4, sum.AmbiguousLocal, "rejected rows have no time")
	require.EqualValues(t, 2, sum.Private)
	require.EqualValues(t, 4, sum.TotalRejected())
	require.Equal(t, map[string]int64{"bad_quote": 2, "bad_timestamp": 2}, sum.RejectedBy())

	batch.Reset(9)
	require.EqualValues(t, 9, batch.Seq)
	require.Zero(t, batch.Len())
	require.Zero(t, batch.Counts)
	require.Empty(t, batch.Sender)
}
