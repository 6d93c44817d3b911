package source_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/source"
)

const needed = "created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id"

func TestResolveHeader(t *testing.T) {
	for _, test := range []struct {
		name, header string
		override     map[source.Field]string
		want         map[source.Field]int
	}{
		{"needed ones", needed, nil, map[source.Field]int{source.CreatedAt: 0, source.SenderUserID: 1, source.ClientUserID: 2, source.MerchantUserID: 3,
			source.MerchantID: 4, source.ConversationID: -1, source.MessageID: -1, source.Country: -1, source.IsPublic: -1}},
		{"any order and case, spaces", " Merchant_ID ,CREATED_AT,client_user_id, sender_user_id,body,merchant_user_id", nil,
			map[source.Field]int{source.MerchantID: 0, source.CreatedAt: 1, source.ClientUserID: 2, source.SenderUserID: 3, source.MerchantUserID: 5}},
		{"aliases", "id,SAV_ID,date_creation,author_user_id,customer_user_id,merchant_user_id,merchant_id,country_code,is_public", nil,
			map[source.Field]int{source.MessageID: 0, source.ConversationID: 1, source.CreatedAt: 2, source.SenderUserID: 3, source.ClientUserID: 4, source.Country: 7, source.IsPublic: 8}},
		{"more aliases", "ticket_id,timestamp,from_user_id,client_user_id,merchant_user_id,merchant_id", nil,
			map[source.Field]int{source.ConversationID: 0, source.CreatedAt: 1, source.SenderUserID: 2}},
		{"the canonical name wins over an alias", needed + ",date,id,message_id,thread_id,conversation_id", nil,
			map[source.Field]int{source.CreatedAt: 0, source.MessageID: 7, source.ConversationID: 9}},
		{"an override wins over the canonical name", needed + ",Sent At", map[source.Field]string{source.CreatedAt: "sent at"}, map[source.Field]int{source.CreatedAt: 5}},
		{"an override frees its column of another meaning", needed + ",id", map[source.Field]string{source.ConversationID: "id"},
			map[source.Field]int{source.ConversationID: 5, source.MessageID: -1}},
		{"an override decides between two", needed + ",id,id2,ticket_id,thread_id", map[source.Field]string{source.ConversationID: "ticket_id"},
			map[source.Field]int{source.ConversationID: 7}},
		{"two overrides may name one column", needed + ",x", map[source.Field]string{source.ConversationID: "x", source.MessageID: "X "},
			map[source.Field]int{source.ConversationID: 5, source.MessageID: 5}},
		{"unknown columns may repeat", needed + ",body,body,,", nil, map[source.Field]int{source.MerchantID: 4}},
	} {
		t.Run(test.name, func(t *testing.T) {
			header, err := source.ResolveHeader(strings.Split(test.header, ","), test.override)
			require.NoError(t, err)
			for field, at := range test.want {
				require.Equal(t, at, header.Index[field], field)
			}
			require.Equal(t, header.Index[source.ConversationID] >= 0, header.Columns().Conversation)
			require.Equal(t, header.Index[source.MessageID] >= 0, header.Columns().MessageID)
			require.Equal(t, header.Index[source.Country] >= 0, header.Columns().Country)
			require.Equal(t, header.Index[source.IsPublic] >= 0, header.Columns().Visibility)
		})
	}
}

func TestResolveHeaderErrors(t *testing.T) {
	for _, test := range []struct {
		name, header string
		override     map[source.Field]string
		want         []string
	}{
		{"a needed column is missing", "created_at,from,client_user_id,merchant_user_id,merchant_id", nil,
			[]string{"no column for sender_user_id", "author_user_id, from_user_id", `"from"`, `"merchant_id"`}},
		{"all are", "a,b", nil, []string{"no column for created_at", `"a", "b"`}},
		{"two of one name", needed + ",Merchant_id", nil, []string{"two columns for merchant_id", "column 5", "column 6", "--column merchant_id="}},
		{"two aliases", needed + ",ticket_id,thread_id", nil, []string{"two columns for conversation_id", "ticket_id", "thread_id"}},
		{"an override that is not there", needed, map[source.Field]string{source.Country: "land"}, []string{`no column "land" for country`, `"created_at"`}},
		{"overrides that are not there", needed, map[source.Field]string{source.MessageID: "a", source.Country: "b", source.ConversationID: "c", source.IsPublic: "d"},
			[]string{`no column "c" for conversation_id`}}, // the first in the order of the fields
		{"an override that is there twice", needed + ",x,X", map[source.Field]string{source.Country: "x"}, []string{"two columns for country"}},
		{"very many columns", strings.Repeat("x,", 50) + strings.Repeat("y", 1000), nil, []string{"and 21 more"}},
		{"very long names", strings.Repeat("y", 1000), nil, []string{strings.Repeat("y", 40) + "…"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := source.ResolveHeader(strings.Split(test.header, ","), test.override)
			for _, want := range test.want {
				require.ErrorContains(t, err, want)
			}
			require.Less(t, len(err.Error()), 1000)
		})
	}
}

func TestParseField(t *testing.T) {
	for field := range source.NumFields {
		got, ok := source.ParseField(" " + strings.ToUpper(field.String()))
		require.True(t, ok)
		require.Equal(t, field, got)
	}
	for _, name := range []string{"", "id", "timestamp", "created at"} {
		_, ok := source.ParseField(name)
		require.False(t, ok, name)
	}
}

func TestDifference(t *testing.T) {
	all := source.Columns{Conversation: true, MessageID: true, Country: true, Visibility: true}
	require.Empty(t, all.Difference(all))
	require.Equal(t, "it has conversation_id, it lacks country", source.Columns{Conversation: true}.Difference(source.Columns{Country: true}))
	require.Equal(t, "it lacks message_id, it lacks is_public", source.Columns{}.Difference(source.Columns{MessageID: true, Visibility: true}))
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
