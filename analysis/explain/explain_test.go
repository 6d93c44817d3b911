package explain_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/analysis/explain"
	"github.com/sav-analytics/sav/internal/analysis/effect"
	"github.com/sav-analytics/sav/internal/analysistest"
	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/naive"
	"github.com/sav-analytics/sav/internal/quirks"
	"github.com/sav-analytics/sav/internal/source/verdict"
	"github.com/sav-analytics/sav/policy"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/files"
	"github.com/sav-analytics/sav/source/memory"
)

// traceOf explains a conversation of a file on standard input.
func traceOf(t require.TestingT, text, conversation string, opts analysis.Options) (*explain.Trace, error) {
	src, err := files.Open(context.Background(), []string{files.Stdin}, files.Options{Stdin: strings.NewReader(text)})
	require.NoError(t, err)
	defer src.Close()
	return explain.Conversation(context.Background(), src, conversation, opts)
}

// conversationsOf are the conversations that any row of a file names.
func conversationsOf(t require.TestingT, text string) map[string]bool {
	src, err := files.Open(context.Background(), []string{files.Stdin}, files.Options{Stdin: strings.NewReader(text)})
	require.NoError(t, err)
	defer src.Close()
	var mu sync.Mutex
	all, dict := make(map[string]bool), source.NewDict()
	require.NoError(t, src.Read(context.Background(), &source.Receiver{
		Needs: source.Needs{Rows: true}, Dict: dict, Batch: func(b *source.Batch) error {
			mu.Lock()
			defer mu.Unlock()
			for _, row := range b.Rows {
				if id := row.Conversation; id != ids.Absent {
					all[dict.IDText(id)] = true
				}
			}
			return nil
		}}))
	return all
}

// What is explained of each conversation is what the rules say of it, and all
// conversations together are what a run counts.
func TestExplainAgainstTheRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := quirks.Draw(t, quirks.Options{Rejects: true}).CSV(t, false)
		opts, plain := analysistest.DrawOptions(t)
		result, err := analysistest.Run(t, opts, files.Options{Stdin: strings.NewReader(text)})
		require.NoError(t, err)
		in := naive.Read(nil, naive.File{Text: text})
		inWindow, _ := in.Pairs(plain)
		all, _ := in.Pairs(naive.Options{AsOf: plain.AsOf, NewAfter: plain.NewAfter, NewestFirst: plain.NewestFirst})
		window, want := make(map[string]bool), make(map[string]naive.Pair)
		for _, p := range inWindow {
			window[p.Shown] = true
		}
		for _, p := range all {
			want[p.Shown] = p
		}

		effects, statuses := make(map[string]int64), make(map[string]int64)
		rejected := make(map[string]int64)
		for id := range conversationsOf(t, text) {
			trace, err := traceOf(t, text, id, opts)
			require.NoError(t, err)
			for i, name := range contactsOf(trace, id) {
				contact, err := traceOf(t, text, name, opts)
				require.NoError(t, err)
				require.Equal(t, name, contact.Conversation)
				require.Equal(t, i+1, contact.Contact)
				require.Equal(t, trace.Contacts, contact.Contacts)
				pair, opened := want[name]
				require.Equal(t, opened, contact.Opening >= 0)
				require.Equal(t, opened && pair.Answered, contact.Status == analysis.StatusAnswered)
				require.Equal(t, window[name], contact.InWindow)
				require.True(t, contact.AsOf.Equal(result.AsOf))
				if opened {
					requireTrace(t, pair, contact)
					requirePromised(t, plain.Policy, pair, contact)
				}
				statuses[contact.Status]++
			}
			for _, row := range trace.Rows {
				effects[row.Effect]++
				if row.Effect == effect.Rejected {
					rejected[row.Reason.String()]++
				}
			}
			for reason, n := range trace.Unplaced { // the same whatever the conversation
				effects["unplaced "+reason] = n
			}
		}
		if len(statuses) == 0 {
			t.Skip("no row names a conversation")
		}
		for reason, n := range result.Rows.RejectedBy() {
			require.Equal(t, n, rejected[reason]+effects["unplaced "+reason], reason)
		}
		require.Equal(t, result.Rows.Private, effects[effect.Private])
		require.Equal(t, result.Rows.OtherSender, effects[effect.OtherSender])
		require.Equal(t, result.Duplicates, effects[effect.Duplicate])
		require.Equal(t, result.AfterAsOf, effects[effect.AfterAsOf])
		require.Equal(t, result.MerchantOnly, statuses[effect.MerchantOnly])
		require.Equal(t, result.Conversations+result.OutsideWindow,
			statuses[analysis.StatusAnswered]+statuses[analysis.StatusUnanswered])
	})
}

// contactsOf returns the names of a thread's conversations; one without messages has
// that of the thread.
func contactsOf(trace *explain.Trace, thread string) []string {
	names := []string{thread}
	for _, c := range trace.Contacts[min(1, len(trace.Contacts)):] {
		names = append(names, c.Conversation)
	}
	return names
}

// requireTrace compares the numbers of a conversation, and those of its rows
// with them.
func requireTrace(t require.TestingT, want naive.Pair, got *explain.Trace) {
	require.Equal(t, [3]string{want.Country, want.Merchant, want.Client}, [3]string{got.Country, got.Merchant,
		got.Client})
	require.Equal(t, want.Opened, got.Rows[got.Opening].At.UnixMicro())
	require.Equal(t, want.ExchNr, got.ExchNr)
	require.Equal(t, int64(len(want.TurnTimes)), got.Turns)
	if !want.Answered {
		require.Equal(t, want.Observed, got.Waited.Microseconds())
	}
	if want.Answered {
		require.Equal(t, got.Dt, got.Waited)
		require.Equal(t, want.Responded, got.Rows[got.Response].At.UnixMicro())
		require.Equal(t, want.Responded-want.Opened, got.Dt.Microseconds())
	}
	var exchanges, opens int64
	var closed []int64
	var turnTime time.Duration
	for _, row := range got.Rows {
		if row.Exchange > 0 {
			exchanges++
			require.Equal(t, exchanges, row.Exchange)
		}
		if row.Opens > 0 {
			opens++
			require.Equal(t, opens, row.Opens)
		}
		if row.Closes > 0 {
			require.Equal(t, opens, row.Closes)
			closed = append(closed, row.TurnTime.Microseconds())
			turnTime += row.TurnTime
		}
	}
	require.Equal(t, want.ExchNr, exchanges)
	require.Equal(t, want.TurnTimes, closed)
	require.Equal(t, got.TurnTime, turnTime)
}

// requirePromised compares what a policy says of a conversation.
func requirePromised(t require.TestingT, p *naive.Policy, want naive.Pair, got *explain.Trace) {
	require.Equal(t, p != nil, got.Promised != nil)
	if p == nil {
		return
	}
	require.Equal(t, p.Use.Of(want.Merchant, want.Country, "always"), got.Promised.Calendar.Name())
	if len(p.Calendars) > 0 {
		require.Equal(t, p.Worked(&want), got.Promised.Worked.Microseconds())
	}
	target := p.Target(&want)
	if target == nil {
		require.Zero(t, got.Promised.Target)
		require.Empty(t, got.Promised.Status)
		return
	}
	require.Equal(t, target.Micros, got.Promised.Target.Microseconds())
	require.Equal(t, target.Status, got.Promised.Status)
	require.Equal(t, target.Due && target.Status != analysis.TargetOpen, got.Promised.Due)
	require.Equal(t, p.OnWork, got.Promised.Clock == policy.Work)
}

// A message of each kind, and what it does.
func TestExplainRows(t *testing.T) {
	const text = `message_id,ticket_id,created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id,country,is_public
1,501,2026-03-01 09:00,20,10,20,7,fr,
2,501,2026-03-01 10:00,10,10,20,7,fr,
2,501.0,2026-03-01 10:00,10,10,20,7,de,
9,502,2026-03-01 10:02,10,10,20,7,fr,
3,501,2026-03-01 10:05,99,10,20,7,fr,
4,501,2026-03-01 10:20,10,10,20,7,fr,
5,501,2026-03-01 10:25,20,10,20,7,fr,no
6,501,2026-03-01 10:30,20,10,20,7,fr,
7,501,yesterday,20,10,20,7,fr,
8,,2026-03-01 10:30,20,10,20,7,fr,
"broken" quote,501
10,501,2026-03-01 11:00,20,10,20,7,fr,
11,501,2026-03-01 11:30,10,10,20,7,fr,
12,501,2026-03-01 13:00,20,10,20,7,fr,
`
	trace, err := traceOf(t, text, " 501.00", analysis.Options{
		AsOf: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), To: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)})
	require.NoError(t, err)
	type row struct {
		line          int64
		id            string
		effect        string
		exchange      int64
		opens, closes int64
		turn          time.Duration
		reason        source.Reason
	}
	var got []row
	for _, r := range trace.Rows {
		require.Equal(t, files.Stdin, r.Input)
		got = append(got, row{r.Line, r.MessageID, r.Effect, r.Exchange, r.Opens, r.Closes, r.TurnTime, r.Reason})
	}
	require.Equal(t, []row{
		{2, "1", effect.BeforeC, 0, 0, 0, 0, 0},
		{3, "2", effect.C, 1, 1, 0, 0, 0},
		{4, "2", effect.Duplicate, 0, 0, 0, 0, 0},
		{6, "3", effect.OtherSender, 0, 0, 0, 0, 0},
		{7, "4", effect.Client, 2, 0, 0, 0, 0},
		{8, "5", effect.Private, 0, 0, 0, 0, 0},
		{9, "6", effect.M, 0, 0, 1, 30 * time.Minute, 0},
		{13, "10", effect.Merchant, 0, 0, 0, 0, 0},
		{14, "11", effect.Client, 0, 2, 0, 0, 0},
		{15, "12", effect.AfterAsOf, 0, 0, 0, 0, 0},
		{10, "7", effect.Rejected, 0, 0, 0, 0, verdict.BadTimestamp},
	}, got)
	require.Equal(t, map[string]int64{"bad_quote": 1, "missing_value": 1}, trace.Unplaced)
	require.Equal(t, "FR", trace.Country)
	require.False(t, trace.InWindow)
	require.Equal(t, 30*time.Minute, trace.Dt)
}

func TestExplainStatus(t *testing.T) {
	at := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	client := memory.Message{CreatedAt: at, SenderUserID: "10", ClientUserID: "10", MerchantUserID: "20",
		MerchantID: "7"}
	merchant := client
	merchant.SenderUserID, merchant.CreatedAt = "20", at.Add(time.Second)
	staff := client
	staff.SenderUserID = "99"
	for _, c := range []struct {
		name     string
		messages []memory.Message
		want     string
	}{
		{"answered", []memory.Message{merchant, client}, analysis.StatusAnswered},
		{"unanswered", []memory.Message{client, client}, analysis.StatusUnanswered},
		{"by the merchant alone", []memory.Message{merchant}, effect.MerchantOnly},
		{"by staff alone", []memory.Message{staff}, effect.NoMessage},
	} {
		t.Run(c.name, func(t *testing.T) {
			trace, err := explain.Conversation(context.Background(), memory.New(c.messages), "10/7", analysis.Options{})
			require.NoError(t, err)
			require.Equal(t, c.want, trace.Status)
			require.Equal(t, "10/7", trace.Conversation)
			require.Equal(t, "memory", trace.Rows[0].Input)
			require.Equal(t, c.want == effect.NoMessage, trace.AsOf.IsZero())
		})
	}
}

func TestExplainUnknown(t *testing.T) {
	const header = "created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id"
	for _, c := range []struct{ name, text, conversation, want string }{
		{"another id", header + ",conversation_id\n2026-03-01,1,1,2,3,501\nx,,,,,\n", "1501",
			`no row belongs to conversation "1501" (rows read: 2); rejected rows whose conversation is not known: 1`},
		{"no slash", header + "\n2026-03-01,1,1,2,3\n", "501",
			`no row belongs to conversation "501" (rows read: 1); without a conversation_id column, a conversation is named client_user_id/merchant_id`},
		{"half a pair", header + "\n2026-03-01,1,1,2,3\n", "1/",
			`no row belongs to conversation "1/" (rows read: 1); without a conversation_id column, a conversation is named client_user_id/merchant_id`},
		{"no id", header + ",conversation_id\n2026-03-01,1,1,2,3,501\n2026-03-01,1,1,2,3,\n", " ",
			`no row belongs to conversation " " (rows read: 2); rejected rows whose conversation is not known: 1`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := traceOf(t, c.text, c.conversation, analysis.Options{})
			var notFound *explain.NotFoundError
			require.ErrorAs(t, err, &notFound)
			require.EqualError(t, err, c.want)
		})
	}
	_, err := traceOf(t, header+"\n2026-03-01,a,a,2,b/c\n2026-03-01,a/b,a/b,2,c\n", "a/b/c", analysis.Options{})
	require.EqualError(t, err, "-:3: another conversation of that name than in line 2 of -")
}

// What cannot be explained is an error.
func TestNothingToExplain(t *testing.T) {
	_, err := explain.Conversation(context.Background(), analysistest.Conversations("1"), "1",
		analysis.Options{Levels: []analysis.Level{77}})
	require.ErrorContains(t, err, "unknown level 77")
	_, err = explain.Conversation(context.Background(), nil, "1", analysis.Options{})
	require.ErrorIs(t, err, analysis.ErrNoSource)
}

// Where a contact of a thread begins, and why; a conversation may be called like one.
func TestExplainContacts(t *testing.T) {
	const text = `conversation_id,created_at,sender_role,merchant_id,country
9,2026-03-01 09:00,m,7,FR
9,2026-03-03 10:00,c,7,FR
9,2026-03-04 10:00,c,7,FR
9,2026-03-05 10:00:01,c,8,DE
9,2026-03-05 11:00,m,8,DE
9#3,2026-03-05 11:00,c,8,DE
`
	opts := analysis.Options{NewAfter: 24 * time.Hour}
	first, err := traceOf(t, text, "9", opts)
	require.NoError(t, err)
	require.Equal(t, []explain.Contact{{Conversation: "9"}, {Conversation: "9#2", Begins: 3,
		Silence: 24*time.Hour + time.Second}}, first.Contacts)
	require.Equal(t, analysis.StatusUnanswered, first.Status)
	require.Equal(t, 48*time.Hour+time.Second, first.Waited, "until the next one begins")
	require.Equal(t, 1, first.Opening, "what stands before is of the thread's first contact")
	require.Equal(t, effect.OtherContact, first.Rows[3].Effect)
	second, err := traceOf(t, text, "9#2", opts)
	require.NoError(t, err)
	require.Equal(t, "9#2", second.Conversation)
	require.Equal(t, [2]string{"8", "DE"}, [2]string{second.Merchant, second.Country})
	require.Equal(t, 3, second.Opening)
	require.Equal(t, effect.OtherContact, second.Rows[1].Effect)
	thread, err := traceOf(t, text, "9#3", opts)
	require.NoError(t, err)
	require.Len(t, thread.Rows, 1)
	for _, name := range []string{"9#4", "9#1", "9#02", "9#", "#2"} {
		_, err = traceOf(t, text, name, opts)
		var notFound *explain.NotFoundError
		require.ErrorAs(t, err, &notFound, name)
	}
	_, err = traceOf(t, text, "9#2", analysis.Options{})
	require.Error(t, err, "contacts are told apart only if asked for")
}
