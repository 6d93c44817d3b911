package memory_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/source/verdict"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/memory"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestRead(t *testing.T) {
	src := memory.New([]memory.Message{
		{CreatedAt: noon, SenderUserID: "100", ClientUserID: " 100.0 ", MerchantUserID: "900", MerchantID: "shop\xff",
			ConversationID: "7", MessageID: "1", Country: " fr"},
		{CreatedAt: noon.Add(1500 * time.Nanosecond), SenderUserID: "900", ClientUserID: "100", MerchantUserID: "900",
			MerchantID: "1", ConversationID: "7"},
		{CreatedAt: noon, ClientUserID: "100", MerchantUserID: "900", MerchantID: "1", ConversationID: "7"},
		{CreatedAt: noon, SenderUserID: "100", ClientUserID: "100", MerchantUserID: "900", MerchantID: "1",
			ConversationID: "7", Private: true},
		{SenderUserID: "100", ClientUserID: "100", MerchantUserID: "900", MerchantID: "1", ConversationID: "7"},
		{CreatedAt: noon, SenderUserID: "100", ClientUserID: "100", MerchantUserID: "900", MerchantID: "1"},
		{CreatedAt: noon, SenderUserID: "100", ClientUserID: "100", MerchantUserID: "900", MerchantID: "  ",
			ConversationID: "7"},
		{CreatedAt: noon.AddDate(-50, 0, 0), SenderUserID: "100", ClientUserID: "100", MerchantUserID: "900",
			MerchantID: "1", ConversationID: "7"},
		{CreatedAt: noon, SenderUserID: "100", ClientUserID: "100", MerchantUserID: "100.00", MerchantID: "1",
			ConversationID: "7"},
	})
	for _, field := range []source.Field{source.ConversationID, source.MessageID, source.Country} {
		require.True(t, src.Columns().Has(field), field)
	}
	require.False(t, src.Columns().Has(source.SenderRole))
	require.EqualValues(t, 9, src.EstimateRows())
	for range 2 { // it can be read again
		dict := source.NewDict()
		type reject struct {
			line   int64
			reason source.Reason
		}
		var rejects []reject
		batches := 0
		require.NoError(t, src.Read(t.Context(), &source.Receiver{
			Dict: dict, Needs: source.Needs{Client: true, Users: true},
			Batch: func(b *source.Batch) error {
				batches++
				require.Equal(t, []int64{noon.UnixMicro(), noon.UnixMicro() + 1}, b.At)
				require.Equal(t, []source.Role{source.FromClient, source.FromMerchant}, b.Role)
				require.Equal(t, b.Client[0], b.Sender[0])
				require.Equal(t, b.MerchantUser[1], b.Sender[1])
				require.Equal(t, "100", dict.IDText(b.Client[0]))
				require.Equal(t, "shop\uFFFD", dict.IDText(b.Merchant[0]))
				require.Equal(t, "FR", dict.TextOf(b.Country[0]))
				require.Equal(t, intake.UnknownCountry, dict.TextOf(b.Country[1]))
				require.Equal(t, ids.Absent, b.MessageID[1])
				require.EqualValues(t, 9, b.Counts.Rows)
				require.EqualValues(t, 1, b.Counts.OtherSender)
				require.EqualValues(t, 1, b.Counts.Private)
				return nil
			},
			Reject: func(r *source.Reject) error {
				require.Equal(t, "memory", r.Input)
				require.Empty(t, r.Record)
				rejects = append(rejects, reject{r.Line, r.Reason})
				return nil
			},
		}))
		require.Equal(t, 1, batches)
		require.Equal(t, []reject{{5, verdict.MissingValue}, {6, verdict.MissingValue}, {7, verdict.MissingValue},
			{8, verdict.BadTimestamp}, {9, verdict.AmbiguousSender}}, rejects)
	}
}

func TestColumnsThatNoMessageHas(t *testing.T) {
	require.Zero(t, memory.New(nil).Columns()&source.ColumnsOf(source.ConversationID, source.MessageID, source.Country,
		source.SenderRole))
	src := memory.New([]memory.Message{{CreatedAt: noon, SenderUserID: "1", ClientUserID: "1", MerchantUserID: "2",
		MerchantID: "3"}})
	dict := source.NewDict()
	require.NoError(t, src.Read(t.Context(), &source.Receiver{Dict: dict, Batch: func(b *source.Batch) error {
		require.Equal(t, "1/3", dict.IDText(b.Conversation[0]), "client and merchant, not the merchant's user")
		return nil
	}}))
}

func TestReadEnds(t *testing.T) {
	many := make([]memory.Message, 10_000) // all rejected: nothing in them is there
	stop := errors.New("stop")
	batches := 0
	count := func(*source.Batch) error { batches++; return nil }

	require.NoError(t, memory.New(many).Read(t.Context(), &source.Receiver{Dict: source.NewDict(), Batch: count}))
	require.Equal(t, 3, batches)

	fail := func(*source.Batch) error { return stop }
	require.ErrorIs(t, memory.New(many).Read(t.Context(), &source.Receiver{Dict: source.NewDict(), Batch: fail}), stop)

	reject := func(*source.Reject) error { return stop }
	require.ErrorIs(t, memory.New(many).Read(t.Context(), &source.Receiver{Dict: source.NewDict(), Batch: count,
		Reject: reject}), stop)

	ctx, cancel := context.WithCancel(t.Context())
	batches = 0
	cancelling := func(*source.Batch) error { batches++; cancel(); return nil }
	require.ErrorIs(t, memory.New(many).Read(ctx, &source.Receiver{Dict: source.NewDict(), Batch: cancelling}),
		context.Canceled)
	require.Equal(t, 1, batches)
}
