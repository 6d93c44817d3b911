package intake

import (
	"github.com/sav-analytics/sav/source"

	"cmp"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/ids/idstest"
	"github.com/sav-analytics/sav/internal/naive"
)

// No word is a word for nothing or an id that was cut.
func TestWordsSaySomething(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(idstest.Word.Draw(t, "text"))
		if _, ok := ids.WordOf(text); ok {
			require.False(t, IsNull(text) || isCut(text), "%q", text)
		}
	})
}

// Ids are equal as their texts are, whatever is needed of them: those of messages alone
// once they are shared, those of users within a row.
func TestIDsAsNeeded(t *testing.T) {
	t.Parallel()
	of := rapid.OneOf(idstest.Word, rapid.SampledFrom([]string{"a word", "word-1", "word-2", "Word-1", "word-10",
		"word-02", "17", "007", "a.b",
		"a1.0", "7.0", "a.b:c/d", "0123456789abcdef01234567", "0123456789abcdef0123456789012345",
		"012345678901234567890123",
		"1e+5", "x\x007", "customer_long-000", "customer_long-00", "customer_lon-000",
		"5eed5eed-0000-4000-8000-000000000001", "an id of more than 16 bytes", "an id of more than 16 bytes.",
		"conversation:2026-03-01/5eed5eed-0000-4000-8000-000000000001", "-123456789012345678901234567890"}))
	header, err := ResolveHeader([]string{"conversation_id", "message_id", "sender_user_id", "client_user_id",
		"merchant_user_id", "merchant_id", "created_at"}, &source.Rules{})
	require.NoError(t, err)
	says := func(text string) string {
		clean, _ := Clean([]byte(text))
		if IsNull(clean) {
			return ""
		}
		return naive.ID(string(clean))
	}
	rapid.Check(t, func(t *rapid.T) {
		dict := source.NewDict()
		parser := NewParser(header, nil, dict)
		parser.Serve(source.Needs{OwnMessageIDs: true, OwnConversations: true})
		var all, later []source.ID
		var texts, laterTexts []string
		settle := func() {
			var b Batch
			parser.Settle(&b)
			again := &ids.Texts{}
			for i, id := range later {
				n, ok := id.InBatch()
				if !ok {
					continue
				}
				text := b.Texts.Append(nil, n)
				later[i] = dict.ID(text)
				k, ok := again.Add(dict, later[i])
				require.True(t, ok)
				require.Equal(t, b.Texts.Hash(n), again.Hash(k))
				require.Equal(t, string(text), string(again.Append(nil, k)))
				require.Equal(t, dict.Hash(later[i]), ids.HashText(text))
			}
			all, texts = append(all, later...), append(texts, laterTexts...)
			later, laterTexts = nil, nil
		}
		for range rapid.IntRange(1, 30).Draw(t, "rows") {
			var m Message
			var user [3]string
			for i, f := range []source.Field{source.SenderUserID, source.ClientUserID, source.MerchantUserID} {
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
			for _, f := range []source.Field{source.MessageID, source.ConversationID} {
				text := of.Draw(t, "id")
				parser.Set(&m, f, []byte(text))
				if m.Flags&FlagCutID != 0 {
					continue
				}
				if f == source.ConversationID {
					later, laterTexts = append(later, m.ID(f)), append(laterTexts, says(text))
				} else {
					all, texts = append(all, m.ID(f)), append(texts, says(text))
				}
			}
			if rapid.IntRange(0, 9).Draw(t, "batch") == 0 {
				settle()
			}
		}
		settle()
		for i, a := range all {
			require.Equal(t, texts[i], dict.IDText(a))
			require.Equal(t, texts[i], dict.IDText(dict.Share(a)))
			for j, b := range all {
				require.Equal(t, texts[i] == texts[j], dict.Share(a) == dict.Share(b), "%q and %q", texts[i], texts[j])
				require.False(t, texts[i] == texts[j] && a.Differ(b), "%q", texts[i])
				want := naive.CompareIDs(texts[i], texts[j])
				require.Equal(t, cmp.Compare(want, 0), cmp.Compare(dict.Compare(a, b), 0), "%q and %q", texts[i],
					texts[j])
			}
		}
	})
}
