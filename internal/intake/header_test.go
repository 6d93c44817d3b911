package intake_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/source/verdict"
	"github.com/sav-analytics/sav/source"
)

const needed = "created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id"

func TestResolveHeader(t *testing.T) {
	for _, test := range []struct {
		name, header string
		override     map[source.Field]string
		want         map[source.Field]int
	}{
		{"needed ones", needed, nil, map[source.Field]int{source.CreatedAt: 0, source.SenderUserID: 1,
			source.ClientUserID: 2, source.MerchantUserID: 3,
			source.MerchantID: 4, source.ConversationID: -1, source.MessageID: -1, source.Country: -1,
			source.IsPublic: -1}},
		{"any order and case, spaces", " Merchant_ID ,CREATED_AT,client_user_id, sender_user_id,body,merchant_user_id",
			nil,
			map[source.Field]int{source.MerchantID: 0, source.CreatedAt: 1, source.ClientUserID: 2,
				source.SenderUserID: 3, source.MerchantUserID: 5}},
		{"aliases", "id,SAV_ID,date_creation,author_user_id,customer_user_id,merchant_user_id,merchant_id,country_code,is_public", nil,
			map[source.Field]int{source.MessageID: 0, source.ConversationID: 1, source.CreatedAt: 2,
				source.SenderUserID: 3, source.ClientUserID: 4, source.Country: 7, source.IsPublic: 8}},
		{"more aliases", "ticket_id,timestamp,from_user_id,client_user_id,merchant_user_id,merchant_id", nil,
			map[source.Field]int{source.ConversationID: 0, source.CreatedAt: 1, source.SenderUserID: 2}},
		{"the canonical name wins over an alias", needed + ",date,id,message_id,thread_id,conversation_id", nil,
			map[source.Field]int{source.CreatedAt: 0, source.MessageID: 7, source.ConversationID: 9}},
		{"of aliases the first in the list wins", needed[len("created_at,"):] +
			",date,created_on,sent_at,case_id,chat_id", nil,
			map[source.Field]int{source.CreatedAt: 6, source.ConversationID: 8}},
		{"signs and spaces do not matter",
			"Created At,createdBy,sender-user.id,clientUserID,Merchant (user) ID,Merchant#Id", nil,
			map[source.Field]int{source.CreatedAt: 0, source.SenderUserID: 2, source.ClientUserID: 3,
				source.MerchantUserID: 4, source.MerchantID: 5}},
		{"a role stands for the user ids", "created_at,merchant_id,conversation_id,Direction", nil,
			map[source.Field]int{source.SenderRole: 3, source.SenderUserID: -1, source.ClientUserID: -1,
				source.MerchantUserID: -1}},
		{"without conversations, the client is needed too", "created_at,merchant_id,customer_id,role", nil,
			map[source.Field]int{source.ClientUserID: 2}},
		{"an override wins over the canonical name", needed + ",Sent At",
			map[source.Field]string{source.CreatedAt: "sent at"}, map[source.Field]int{source.CreatedAt: 5}},
		{"an override takes the exact name first", needed + ",sent at,Sent At",
			map[source.Field]string{source.CreatedAt: "Sent At"}, map[source.Field]int{source.CreatedAt: 6}},
		{"an override may name what has no letters", needed + ",日期", map[source.Field]string{source.CreatedAt: "日期"},
			map[source.Field]int{source.CreatedAt: 5}},
		{"a column that an override names still serves its own meaning", needed + ",id",
			map[source.Field]string{source.ConversationID: "id"},
			map[source.Field]int{source.ConversationID: 5, source.MessageID: 5}},
		{"an override decides between two", needed + ",id,id2,ticket_id,thread_id",
			map[source.Field]string{source.ConversationID: "ticket_id"},
			map[source.Field]int{source.ConversationID: 7}},
		{"two overrides may name one column", needed + ",x", map[source.Field]string{source.ConversationID: "x",
			source.MessageID: "X "},
			map[source.Field]int{source.ConversationID: 5, source.MessageID: 5}},
		{"unknown columns may repeat", needed + ",body,body,,?,!,", nil, map[source.Field]int{source.MerchantID: 4}},
	} {
		t.Run(test.name, func(t *testing.T) {
			header, err := intake.ResolveHeader(strings.Split(test.header, ","), &source.Rules{Override: test.override})
			require.NoError(t, err)
			for field, at := range test.want {
				require.Equal(t, at, header.Index[field], field)
			}
			for field, at := range header.Index {
				require.Equal(t, at >= 0, header.Columns().Has(source.Field(field)))
				name, ok := header.Serves(source.Field(field))
				require.Equal(t, at >= 0, ok)
				if ok {
					require.Equal(t, header.Names[at], name)
				}
			}
		})
	}
}

// Each maximal ill-formed part of a name becomes one U+FFFD, as in values.
func TestIllFormedName(t *testing.T) {
	header, err := intake.ResolveHeader(strings.Split(needed+",country\xf0\x9f,\x9f\x98", ","), nil)
	require.NoError(t, err)
	name, _ := header.Serves(source.Country)
	require.Equal(t, "country\uFFFD", name)
	require.Equal(t, "\uFFFD\uFFFD", header.Names[len(header.Names)-1])
}

func TestResolveHeaderErrors(t *testing.T) {
	for _, test := range []struct {
		name, header string
		override     map[source.Field]string
		want         []string
	}{
		{"a needed column is missing", "created_at,from,client_user_id,merchant_user_id,merchant_id", nil,
			[]string{"lacks sender_user_id (is it", "; a column sender_role can",
				`the columns are "created_at", "from"`, `"merchant_id"`}},
		{"all are", "a,b", nil, []string{"lacks created_at, sender_user_id, client_user_id, merchant_user_id and merchant_id", `"a", "b"`}},
		{"near names", "createdat2,sender_usr_id,client_user,merchant_user_id,merchand_id", nil,
			[]string{`created_at (is it "createdat2"?)`, `sender_user_id (is it "sender_usr_id"?)`,
				`client_user_id (is it "client_user"?)`, `merchant_id (is it "merchand_id"?)`}},
		{"with a role and no conversation", "created_at,merchant_id,role", nil,
			[]string{"lacks client_user_id; the columns are"}},
		{"no header", "", nil, []string{"has no header"}},
		{"two of one name", needed + ",Merchant_id", nil, []string{"two columns of one name for merchant_id",
			"column 5", "column 6"}},
		{"two of one alias", needed + ",ticket_id,TicketID", nil,
			[]string{"two columns of one name for conversation_id", "ticket_id", "TicketID"}},
		{"an override that is not there", needed, map[source.Field]string{source.Country: "land"},
			[]string{`no column "land" for country`, `"created_at"`}},
		{"overrides that are not there", needed, map[source.Field]string{source.MessageID: "a", source.Country: "b",
			source.ConversationID: "c", source.IsPublic: "d"},
			[]string{`no column "c" for conversation_id`}}, // the first in the order of the fields
		{"an override that is there twice", needed + ",x,x", map[source.Field]string{source.Country: "x"},
			[]string{"two columns of one name for country"}},
		{"an override that two are like", needed + ",X,x_", map[source.Field]string{source.Country: "x"},
			[]string{"two columns of one name for country"}},
		{"very many columns", strings.Repeat("x,", 50) + strings.Repeat("y", 1000), nil, []string{"and 21 more"}},
		{"very long names", strings.Repeat("y", 1000), nil, []string{strings.Repeat("y", 40) + "…"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := intake.ResolveHeader(strings.Split(test.header, ","), &source.Rules{Override: test.override})
			for _, want := range test.want {
				require.ErrorContains(t, err, want)
			}
			require.Less(t, len(err.Error()), 1000)
		})
	}
}

func TestParseField(t *testing.T) {
	for field := range intake.NumFields {
		got, ok := intake.ParseField(" " + strings.ToUpper(field.String()))
		require.True(t, ok)
		require.Equal(t, field, got)
	}
	for _, name := range []string{"", "id", "timestamp", "créated at"} {
		_, ok := intake.ParseField(name)
		require.False(t, ok, name)
	}
}

func TestAgree(t *testing.T) {
	columns := source.ColumnsOf
	require.NoError(t, intake.Agree(columns(source.Country, source.MessageID), "b", "a", columns(source.MessageID,
		source.IsPublic)))
	err := intake.Agree(columns(source.ConversationID, source.SenderRole), "b", "a", columns(source.MessageID,
		source.SenderRole))
	require.EqualError(t, err, "b: has conversation_id and lacks message_id, unlike a: "+
		"all inputs must have the column, or none")
	var input *source.InputError
	require.ErrorAs(t, err, &input)
}

// A value that is set stands for a column; one that no row could have is refused, as
// is one for a column that is there, under whatever name.
func TestSet(t *testing.T) {
	rules := &source.Rules{Set: map[source.Field]string{source.MerchantID: "72", source.Country: " it "}}
	require.NoError(t, intake.Check(rules))
	header, err := intake.ResolveHeader([]string{"created_at", "conversation_id", "role"}, rules)
	require.NoError(t, err)
	require.True(t, header.Columns().Has(source.MerchantID))
	by, _ := header.Serves(source.MerchantID)
	require.Equal(t, "=72", by)
	dict := source.NewDict()
	batch := intake.NewBatch(header.Columns(), source.Needs{}, dict)
	require.Equal(t, verdict.Accepted, intake.NewParser(header, rules, dict).Add(batch, [][]byte{[]byte("2026-03-01"),
		[]byte("1"), []byte("c")}))
	require.Equal(t, "72", dict.IDText(batch.Merchant[0]))
	require.Equal(t, "IT", dict.TextOf(batch.Country[0]))

	_, err = intake.ResolveHeader([]string{"created_at", "conversation_id", "role", "Shop ID"}, rules)
	require.ErrorAs(t, err, new(source.RulesError))
	require.ErrorContains(t, err, `merchant_id, but the input has the column "Shop ID"`)

	// So it is where other columns are doubled, or where it is itself.
	for _, names := range []string{"date,date,shop_id", "created_at,shop_id,shop_id"} {
		_, err = intake.ResolveHeader(strings.Split(names, ","), rules)
		require.ErrorAs(t, err, new(source.RulesError), names)
	}

	for field, values := range map[source.Field][]string{
		source.MerchantID: {"", " ", "NULL", "1e+5"}, source.MessageID: {""}, source.CreatedAt: {"", "soon"},
		source.IsAutomatic: {"maybe"}, source.IsPublic: {"2"}, source.IsPrivate: {"-"}, source.NeedsReply: {"later"},
		source.SenderRole: {"agent"},
	} {
		for _, value := range values {
			rules := &source.Rules{Set: map[source.Field]string{field: value}}
			require.ErrorAs(t, intake.Check(rules), new(source.RulesError), "%s=%q", field, value)
		}
	}
	rules = &source.Rules{Set: map[source.Field]string{source.SenderRole: "agent"},
		Roles: map[string]source.WrittenBy{"Agent": source.ByMerchant}}
	require.NoError(t, intake.Check(rules))
}

func TestUnused(t *testing.T) {
	header, err := intake.ResolveHeader(strings.Split(needed+",date,thread_id,chat_id,body,id", ","), nil)
	require.NoError(t, err)
	require.Equal(t, []string{"date", "chat_id"}, intake.Unused(header))
}

func TestInputError(t *testing.T) {
	cause := fmt.Errorf("cause: %w", fs.ErrInvalid)
	for want, err := range map[string]*source.InputError{
		"f.csv: cause: invalid argument":     {Input: "f.csv", Err: cause},
		"f.csv:3: cause: invalid argument":   {Input: "f.csv", Line: 3, Err: cause},
		"f.csv:3:9: cause: invalid argument": {Input: "f.csv", Line: 3, Column: 9, Err: cause},
	} {
		require.EqualError(t, err, want)
		require.True(t, errors.Is(err, fs.ErrInvalid))
	}
}

// A header that nobody filled in has no columns to say anything of, and is no cause to panic.
func TestZeroHeader(t *testing.T) {
	t.Parallel()
	var h source.Header
	for f := range intake.NumFields + 1 {
		_, ok := h.Serves(f)
		require.False(t, ok, f)
		require.Empty(t, intake.Nearest(&h, f))
	}
	require.Empty(t, intake.Unused(&h))
	h.Columns()
	batch := intake.NewBatch(0, source.Needs{}, nil)
	parser := intake.NewParser(&h, nil, nil)
	require.Equal(t, verdict.MissingValue, parser.Add(batch, nil))
	parser.BlameRecord(&source.Reject{Reason: verdict.MissingValue}, nil)
}
