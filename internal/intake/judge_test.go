package intake_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/instant"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/naive"
	"github.com/sav-analytics/sav/internal/quirks"
	"github.com/sav-analytics/sav/internal/source/verdict"
	"github.com/sav-analytics/sav/internal/tally"
	"github.com/sav-analytics/sav/source"
)

// The examples of the Unicode standard, tables 3-8 to 3-11 (version 15), and a
// few of its well-formed limits.
func TestClean(t *testing.T) {
	const r = "\uFFFD"
	for _, test := range []struct{ name, text, want string }{
		{"plain", "abc", "abc"},
		{"spaces around", "  a b  ", "a b"},
		{"other space around", "\t\n\u2003a\u3000b\u00a0\u0085", "a\u3000b"},
		{"no white space", "\u200ba\ufeff", "\u200ba\ufeff"},
		{"nothing but spaces", "   ", ""},
		{"table 3-8: non-shortest forms", "\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", strings.Repeat(r, 8) + "A"},
		{"table 3-9: surrogates", "\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", strings.Repeat(r, 8) + "A"},
		{"table 3-10: other ill-formed sequences", "\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", r + r + r + r + r + "A" +
			r + r + "B"},
		{"table 3-11: truncated sequences", "\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", r + r + r + r + "A"},
		{"cut off at the end", "a\xF0\x9F\x98", "a" + r},
		{"cut off, then a space", "\xF0\x9F\x98 b", r + " b"},
		{"a lone byte", "\xff", r},
		{"the limits are well-formed", "\u0080\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff",
			"\u0080\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff"},
	} {
		t.Run(test.name, func(t *testing.T) {
			clean, valid := intake.Clean([]byte(test.text))
			require.Equal(t, test.want, string(clean))
			require.Equal(t, utf8.ValidString(test.text), valid)
		})
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", " a ", "\xC0\xAF", "\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", "\xF4\x90\x80\x80"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, s []byte) {
		clean, _ := intake.Clean(s)
		require.Equal(t, strings.TrimSpace(naive.Valid(string(s))), string(clean))
	})
}

func TestCleanAgainstTheTable(t *testing.T) {
	part := rapid.SampledFrom([]byte{'a', 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed,
		0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5})
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SliceOf(part).Draw(t, "bytes")
		clean, _ := intake.Clean(s)
		require.Equal(t, strings.TrimSpace(naive.Valid(string(s))), string(clean))
	})
}

func TestFlagsOf(t *testing.T) {
	yes := []string{"true", "TRUE", "tRuE", "t", "T", "1", "yes", "Yes", "y", "on", "ON", "1.0", "1.00"}
	no := []string{"false", "False", "f", "F", "0", "no", "NO", "n", "off", "Off", "0.0", "0.000"}
	empty := []string{"", "null", "NULL", "None", "NaN", "nan", "<NA>", "NA", "N/A", "#N/A", `\N`}
	bad := []string{"2", "-1", "maybe", "truee", "tru", "falsefalse", "00", "1.5", "1.", ".0", "Null", "oui", "\xff",
		"ŷ", "y es"}
	for field, want := range map[source.Field]struct{ yes, no, bad intake.Flags }{
		source.IsPublic:    {0, intake.FlagPrivate, intake.FlagBadPublic},
		source.IsPrivate:   {intake.FlagPrivate, 0, intake.FlagBadPublic},
		source.IsAutomatic: {intake.FlagAutomatic, 0, intake.FlagBadAutomatic},
		source.NeedsReply:  {0, intake.FlagNoReply, intake.FlagBadReply},
		source.Country:     {}, intake.NumFields: {},
	} {
		for texts, flags := range map[*[]string]intake.Flags{&yes: want.yes, &no: want.no, &empty: 0, &bad: want.bad} {
			for _, text := range *texts {
				require.Equal(t, flags, intake.FlagsOf(field, []byte(text)), "%s %q", field, text)
			}
		}
	}
}

func TestCountry(t *testing.T) {
	dict := source.NewDict()
	parser := intake.NewParser(nil, nil, dict)
	for text, want := range map[string]string{"": "unknown", "NULL": "unknown", "N/A": "unknown", "NA": "NA",
		"na": "NA", "<NA>": "unknown", "fr": "FR", "Fr": "FR", "FR": "FR", "fra": "fra", "f": "f", "F": "F", "f1": "f1",
		"[{": "[{",
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
	header, err := intake.ResolveHeader([]string{"created_at", "sender_user_id", "client_user_id", "merchant_user_id",
		"merchant_id", "conversation_id", "is_public"}, nil)
	require.NoError(t, err)
	for _, test := range []struct {
		name, record string
		want         source.Reason
	}{
		{"a client's message", "2026-03-01|1|1|2|3|7|", verdict.Accepted},
		{"a merchant's message", "2026-03-01|2|1|2|3|7|true", verdict.Accepted},
		{"another sender's", "2026-03-01|9|1|2|3|7|yes", verdict.Accepted},
		{"nobody's", "2026-03-01||1|2|3|7|1", verdict.Accepted},
		{"an internal note", "2026-03-01|1|1|2|3|7|0", verdict.Accepted},
		{"the merchant's id is no user", "2026-03-01|3|3|2|3|7|", verdict.Accepted},
		{"one field too few", "2026-03-01|1|1|2|3|7", verdict.FieldCount},
		{"one too many that is empty", "2026-03-01|1|1|2|3|7||", verdict.Accepted},
		{"two too many", "2026-03-01|1|1|2|3|7|||", verdict.FieldCount},
		{"one too many", "2026-03-01|1|1|2|3|7||x", verdict.FieldCount},
		{"no created_at", "|1|1|2|3|7|", verdict.MissingValue},
		{"blank created_at", "  |1|1|2|3|7|", verdict.MissingValue},
		{"no client", "2026-03-01|1||2|3|7|", verdict.MissingValue},
		{"no merchant user", "2026-03-01|1|1||3|7|", verdict.MissingValue},
		{"no merchant", "2026-03-01|1|1|2||7|", verdict.MissingValue},
		{"no conversation", "2026-03-01|1|1|2|3| |", verdict.MissingValue},
		{"bad time", "2026-02-30|1|1|2|3|7|", verdict.BadTimestamp},
		{"client is merchant", "2026-03-01|1|2.0|2|3|7|", verdict.AmbiguousSender},
		{"bad is_public", "2026-03-01|1|1|2|3|7|perhaps", verdict.BadIsPublic},
		{"missing before bad time", "soon|1||2|3|7|", verdict.MissingValue},
		{"bad time before ambiguous sender", "soon|1|2|2|3|7|", verdict.BadTimestamp},
		{"ambiguous sender before bad is_public", "2026-03-01|1|2|2|3|7|perhaps", verdict.AmbiguousSender},
		{"missing before all", "soon|1||2|3|7|perhaps", verdict.MissingValue},
	} {
		t.Run(test.name, func(t *testing.T) {
			dict := source.NewDict()
			batch := intake.NewBatch(header.Columns(), source.Needs{}, dict)
			parser := intake.NewParser(header, nil, dict)
			var record [][]byte
			for field := range strings.SplitSeq(test.record, "|") {
				record = append(record, []byte(field))
			}
			require.Equal(t, test.want, parser.Add(batch, record))
			require.EqualValues(t, 1, batch.Counts.Rows)
			if test.want == verdict.Accepted {
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
	batch := intake.NewBatch(source.ColumnsOf(source.SenderUserID), source.Needs{Users: true}, dict)
	batch.Append(&intake.Message{CreatedAt: 5, Sender: 1, Client: 1, MerchantUser: 2, Merchant: 3,
		Flags: intake.FlagAmbiguousLocal})
	batch.Append(&intake.Message{CreatedAt: 6, Sender: 1, Client: 1, MerchantUser: 2, Merchant: 3,
		Flags: intake.FlagPrivate | intake.FlagAmbiguousLocal})
	batch.Append(&intake.Message{CreatedAt: intake.BadTime, Client: 1, MerchantUser: 2, Merchant: 3,
		Flags: intake.FlagAmbiguousLocal})
	batch.Reject(verdict.BadQuote, intake.FlagInvalidUTF8)
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
	require.EqualValues(t, 2, sum.InvalidUTF8)
	require.EqualValues(t, 4, sum.TotalRejected())
	require.Equal(t, map[string]int64{"bad_quote": 2, "bad_timestamp": 2}, sum.RejectedBy())

	batch.Reset(9)
	require.EqualValues(t, 9, batch.Seq)
	require.Zero(t, batch.Len())
	require.Zero(t, batch.Counts)
	require.Empty(t, batch.Sender)
}

// Rows are judged as the plain rules judge them, whatever they hold, with words and
// values of one's own, too.
func TestJudgeAgainstTheRules(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		table := quirks.Draw(t, quirks.Options{Rejects: true})
		rules, plain := &source.Rules{}, naive.Rules{}
		if rapid.Bool().Draw(t, "roles") {
			rules.Roles = map[string]source.WrittenBy{"Agent": source.ByMerchant, "bo_t": source.ByOther}
			plain.Roles = map[string]string{"Agent": "merchant", "bo_t": "other"}
		}
		has := naive.Columns(table.Header)
		for _, set := range []struct {
			field source.Field
			value string
		}{{source.Country, "it"}, {source.NeedsReply, "0"}, {source.ConversationID, "one"}} {
			if _, ok := has[set.field.String()]; !ok && rapid.Bool().Draw(t, set.field.String()) {
				if rules.Set == nil {
					rules.Set, plain.Set = make(map[source.Field]string), make(map[string]string)
				}
				rules.Set[set.field], plain.Set[set.field.String()] = set.value, set.value
			}
		}
		in := plain.Read(naive.File{Name: "m.csv", Text: table.Strictly()})
		header, err := intake.ResolveHeader(table.Header, rules)
		require.NoError(t, err)
		dict := source.NewDict()
		batch := intake.NewBatch(header.Columns(), source.Needs{Client: true}, dict)
		parser := intake.NewParser(header, rules, dict)
		var want, got []string
		for _, row := range table.Rows {
			var record [][]byte
			for _, cell := range row {
				record = append(record, []byte(cell))
			}
			if naive.Blank(row) {
				continue // a reader skips such a row
			}
			if reason := parser.Add(batch, record); reason != verdict.Accepted {
				got = append(got, reason.String())
			}
		}
		for _, r := range in.Rejects {
			want = append(want, r.Reason)
		}
		require.Equal(t, want, got)
		c := &batch.Counts
		for name, n := range map[string]int64{"rows_read": c.Rows, "private": c.Private, "automatic": c.Automatic,
			"other_sender":    c.OtherSender,
			"no_reply_needed": c.NoReplyNeeded, "ambiguous_local": c.AmbiguousLocal, "invalid_utf8": c.InvalidUTF8} {
			require.Equal(t, in.Counts[name], n, name)
		}
		require.Equal(t, len(in.Messages), batch.Len())
		for i, m := range in.Messages {
			require.Equal(t, m, naive.Message{At: batch.At[i], FromMerchant: batch.Role[i] == source.FromMerchant,
				Conversation: m.Conversation,
				Shown:        dict.IDText(batch.Conversation[i]), ID: dict.IDText(batch.MessageID[i]),
				Country:  dict.TextOf(batch.Country[i]),
				Merchant: dict.IDText(batch.Merchant[i]), Client: dict.IDText(batch.Client[i])})
		}
	})
}

// What is nil or out of range is no fault.
func TestZeroValues(t *testing.T) {
	t.Parallel()
	parser := intake.NewParser(nil, nil, nil)
	batch := intake.NewBatch(0, source.Needs{}, nil)
	require.NotPanics(t, func() {
		var m intake.Message
		parser.Start(&m)
		for f := range intake.NumFields + 9 {
			parser.Set(&m, f, []byte("x"))
			m.SetID(f, m.ID(f))
			m.Take(f, &m)
			_ = f.String()
		}
		batch.Append(&m)
		batch.Append(&intake.Message{Client: 1, Merchant: 1, CreatedAt: 1, By: source.ByClient})
		batch.Reject(99, 0)
		batch.Place("x", 1)
		parser.Add(batch, [][]byte{nil, nil})
		parser.BlameRecord(&source.Reject{Reason: 99}, nil)
		for _, r := range []source.Reason{verdict.MissingValue, verdict.CutID, verdict.BadRole, 99} {
			parser.BlameRecord(&source.Reject{Reason: r}, nil)
			_ = r.String()
		}
		instant.GuessFormats(nil)
		(*source.TimeFormat)(nil).Parse(nil, nil)
		new(source.TimeFormat).Parse([]byte("x"), nil)
		_, _ = intake.ResolveHeader(nil, nil)
		(&source.Header{}).Serves(99)
		intake.Nearest(&source.Header{}, 99)
		tally.New(tally.Options{}).Add(&batch.Batch)
	})
	require.EqualValues(t, 2, batch.Counts.Rejected[verdict.FieldCount])
	require.Error(t, source.Concat(nil).Read(t.Context(), &source.Receiver{Dict: source.NewDict(),
		Batch: func(*source.Batch) error { return nil }}))
	require.Zero(t, source.Concat(nil).Columns())
}
