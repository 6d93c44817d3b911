// Package sourcetest tests implementations of [source.Source], as testing/fstest does
// those of file systems. Its Test is the contract of a source, written down.
//
// It stands in the flow's first room, below package source:
// source → frame → analysis → sink.
package sourcetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/source"
)

// A Message is what a batch has of a message, with ids as text.
type Message struct {
	At                                        int64
	Role                                      source.Role
	Conversation, MessageID, Merchant, Client string
	Country                                   string
}

// A Reject is where a rejected row stands, and why it is rejected.
type Reject struct {
	Line   int64
	Reason string // as rejects.csv has it
}

// A Reading is all that a source yields, in the order of the input. [Test] does not look at
// Counts.Rejected: the Rejects say it.
type Reading struct {
	Messages []Message
	Rejects  []Reject
	Counts   source.Counts
}

// Test puts a source through its contract. open returns it anew, each time with the
// same rows; t.Cleanup is there to close it. It must yield what want has.
func Test(t *testing.T, open func(t *testing.T) source.Source, want Reading) {
	t.Run("contents", func(t *testing.T) {
		got, err := Read(t.Context(), open(t))
		if err != nil {
			t.Fatalf("Read: %v", err)
		}
		compare(t, got, want)
	})
	t.Run("batches", func(t *testing.T) { testBatches(t, open) })
	t.Run("needs", func(t *testing.T) { testNeeds(t, open) })
	t.Run("twice", func(t *testing.T) { testTwice(t, open(t), want) })
	t.Run("columns", func(t *testing.T) { testColumns(t, open(t), want) })
	t.Run("cancelled", func(t *testing.T) { testCancelled(t, open) })
	t.Run("nothing", func(t *testing.T) { testNothing(t, open) })
	t.Run("errors", func(t *testing.T) { testErrors(t, open, want) })
}

// Read reads all of a source, with clients. An error that a batch gives is one of the
// contract.
func Read(ctx context.Context, src source.Source) (Reading, error) {
	var got Reading
	dict := source.NewDict()
	batches, err := readBatches(ctx, src, &source.Receiver{Dict: dict, Needs: source.Needs{Client: true,
		OwnMessageIDs: true, OwnConversations: true}, Reject: func(r *source.Reject) error {
		got.Rejects = append(got.Rejects, Reject{r.Line, r.Reason.String()})
		return nil
	}})
	for _, b := range batches {
		if err := checkLengths(&b); err != nil {
			return got, err
		}
		got.Counts.Add(&b.Counts)
		for i := range b.At {
			got.Messages = append(got.Messages, Message{b.At[i], b.Role[i], dict.IDText(b.Conversation[i]),
				dict.IDText(b.MessageID[i]),
				dict.IDText(b.Merchant[i]), dict.IDText(b.Client[i]), dict.TextOf(b.Country[i])})
		}
	}
	return got, err
}

// readBatches reads a source, and returns copies of its batches in the order of their
// Seq.
func readBatches(ctx context.Context, src source.Source, r *source.Receiver) ([]source.Batch, error) {
	var mu sync.Mutex
	var all []source.Batch
	read := *r
	read.Batch = func(b *source.Batch) error {
		c := *b
		c.At, c.Role, c.Texts = slices.Clone(b.At), slices.Clone(b.Role), ids.Texts{}
		c.Conversation, c.MessageID, c.Merchant = slices.Clone(b.Conversation), slices.Clone(b.MessageID),
			slices.Clone(b.Merchant)
		c.Country, c.Others, c.Rows = slices.Clone(b.Country), slices.Clone(b.Others), slices.Clone(b.Rows)
		for i, id := range c.Conversation {
			if n, ok := id.InBatch(); ok {
				c.Conversation[i] = r.Dict.ID(b.Texts.Append(nil, n))
			}
		}
		c.Client, c.Sender, c.MerchantUser = slices.Clone(b.Client), slices.Clone(b.Sender),
			slices.Clone(b.MerchantUser)
		mu.Lock()
		all = append(all, c)
		mu.Unlock()
		if r.Batch != nil {
			return r.Batch(b)
		}
		return nil
	}
	err := src.Read(ctx, &read)
	slices.SortStableFunc(all, func(a, b source.Batch) int { return cmp.Compare(a.Seq, b.Seq) })
	return all, err
}

func compare(t *testing.T, got, want Reading) {
	t.Helper()
	if n, m := len(got.Messages), len(want.Messages); n != m {
		t.Errorf("%d messages, want %d", n, m)
	}
	for i := range min(len(got.Messages), len(want.Messages)) {
		if got.Messages[i] != want.Messages[i] {
			t.Errorf("message %d is %+v, want %+v", i, got.Messages[i], want.Messages[i])
			break
		}
	}
	if !slices.Equal(got.Rejects, want.Rejects) {
		t.Errorf("rejected rows %v, want %v", got.Rejects, want.Rejects)
	}
	got.Counts.Rejected = want.Counts.Rejected // testBatches holds it against the rejects
	if got.Counts != want.Counts {
		t.Errorf("counts %+v, want %+v", got.Counts, want.Counts)
	}
}

// testBatches looks at each batch by itself, and at all of them.
func testBatches(t *testing.T, open func(t *testing.T) source.Source) {
	src, dict := open(t), source.NewDict()
	var rejects source.Counts // what Reject was called with
	batches, err := readBatches(t.Context(), src, &source.Receiver{
		Dict: dict, Needs: source.Needs{Client: true, Others: true},
		Reject: func(r *source.Reject) error { rejects.Rejected[r.Reason]++; return nil },
	})
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	var counts source.Counts
	for i := range batches {
		b := &batches[i]
		counts.Add(&b.Counts)
		if b.Seq < 0 || i > 0 && b.Seq == batches[i-1].Seq {
			t.Errorf("two batches of Seq %d, or one below 0", b.Seq)
		}
		if b.File < 0 || i > 0 && b.File < batches[i-1].File {
			t.Errorf("the batch of Seq %d is of file %d, after one of file %d", b.Seq, b.File, batches[i-1].File)
		}
		checkBatch(t, b, dict)
	}
	if counts.Rejected != rejects.Rejected {
		t.Errorf("Reject was called for %v, but the batches count %v", rejects.RejectedBy(), counts.RejectedBy())
	}
}

// checkLengths returns an error unless each column of a batch that was asked for clients has a
// value for each message.
func checkLengths(b *source.Batch) error {
	for name, m := range map[string]int{"Role": len(b.Role), "Conversation": len(b.Conversation),
		"MessageID": len(b.MessageID), "Merchant": len(b.Merchant), "Country": len(b.Country),
		"Client": len(b.Client)} {
		if n := b.Len(); n != m {
			return fmt.Errorf("batch %d: %d times, %d of %s", b.Seq, n, m, name)
		}
	}
	return nil
}

func checkBatch(t *testing.T, b *source.Batch, dict *source.Dict) {
	if err := checkLengths(b); err != nil {
		t.Fatal(err)
	}
	n := b.Len()
	for i := range n {
		if intake.CheckTime(b.At[i]) != b.At[i] || b.Role[i] > source.FromMerchant {
			t.Errorf("batch %d: message %d has the time %d and the role %d", b.Seq, i, b.At[i], b.Role[i])
		}
		if b.Conversation[i] == ids.Absent || b.Merchant[i] == ids.Absent ||
			dict.IDText(b.Conversation[i]) == "" || dict.TextOf(b.Country[i]) == "" {
			t.Errorf("batch %d: message %d lacks its conversation, merchant or country", b.Seq, i)
		}
	}
	c := &b.Counts
	others := c.TotalRejected() + c.Private + c.Automatic + c.OtherSender + c.NoReplyNeeded
	if c.Rows != int64(n)+others {
		t.Errorf("batch %d: %d rows are counted as %+v and %d messages", b.Seq, c.Rows, *c, n)
	}
	if int64(len(b.Others)) != others {
		t.Errorf("batch %d: %d Others of %d rows", b.Seq, len(b.Others), others)
	}
	if (n > 0) && (b.First == source.MissingTime || b.Last == source.MissingTime) {
		t.Errorf("batch %d: no First or Last of %d messages", b.Seq, n)
	}
}

// testNeeds asks for each column: it comes, or the source says that it has none. Whatever is
// asked, the ids are the same.
func testNeeds(t *testing.T, open func(t *testing.T) source.Source) {
	var ids []string
	for name, needs := range map[string]source.Needs{"nothing": {}, "clients": {Client: true}, "users": {Users: true},
		"rows": {Rows: true}, "own": {OwnMessageIDs: true, OwnConversations: true}} {
		dict := source.NewDict()
		batches, err := readBatches(t.Context(), open(t), &source.Receiver{Dict: dict, Needs: needs})
		if err != nil && name == "nothing" {
			t.Errorf("Read: %v", err)
		}
		if err == nil {
			texts := idTexts(batches, dict)
			if ids == nil {
				ids = texts
			}
			if !slices.Equal(ids, texts) {
				t.Errorf("%s: other ids than without or with other needs", name)
			}
		}
		for i := range batches {
			b := &batches[i]
			for column, has := range map[string][2]int{
				"Client": {len(b.Client), wanted(needs.Client, b.Len())}, "Sender": {len(b.Sender),
					wanted(needs.Users, b.Len())},
				"MerchantUser": {len(b.MerchantUser), wanted(needs.Users, b.Len())},
				"Rows":         {len(b.Rows), wanted(needs.Rows, int(b.Counts.Rows))},
			} {
				if has[0] != has[1] {
					t.Errorf("%s: batch %d has %d of %s, want %d", name, b.Seq, has[0], column, has[1])
				}
			}
		}
	}
}

// idTexts returns the texts of the ids that all batches have.
func idTexts(batches []source.Batch, dict *source.Dict) []string {
	texts := []string{}
	for i := range batches {
		for j, id := range batches[i].Conversation {
			texts = append(texts, dict.IDText(id), dict.IDText(batches[i].MessageID[j]),
				dict.IDText(batches[i].Merchant[j]))
		}
	}
	return texts
}

func wanted(asked bool, n int) int {
	if asked {
		return n
	}
	return 0
}

// testTwice reads the same source again: it gives the same, or an error.
func testTwice(t *testing.T, src source.Source, want Reading) {
	if _, err := Read(t.Context(), src); err != nil {
		t.Fatalf("Read: %v", err)
	}
	if got, err := Read(t.Context(), src); err == nil {
		compare(t, got, want)
	}
}

// testColumns holds what a source says of itself to what it yields.
func testColumns(t *testing.T, src source.Source, want Reading) {
	columns := src.Columns()
	if h, ok := src.(source.Headed); ok {
		var all source.Columns
		for _, header := range h.Headers() {
			all |= header.Columns()
		}
		if all&^columns != 0 {
			t.Errorf("Headers have columns that Columns has not: %b", all&^columns)
		}
	}
	if s, ok := src.(source.Sizer); ok && s.EstimateRows() < 0 {
		t.Errorf("EstimateRows is %d", s.EstimateRows())
	}
	if _, err := Read(t.Context(), src); err != nil {
		t.Fatalf("Read: %v", err)
	}
	if src.Columns() != columns {
		t.Errorf("Columns are %b before Read, %b after it", columns, src.Columns())
	}
	for _, m := range want.Messages {
		if m.MessageID != "" && !columns.Has(source.MessageID) {
			t.Errorf("a message has an id, but Columns no message_id")
			break
		}
	}
}

// testCancelled reads with a context that is done before, and one that is done by the
// first batch.
func testCancelled(t *testing.T, open func(t *testing.T) source.Source) {
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	got, err := Read(ctx, open(t))
	if rows := got.Counts.Rows; rows > 0 && !isDone(err, cause) {
		t.Errorf("a context that was done gave %d rows and: %v", rows, err)
	}
	ctx, cancel = context.WithCancelCause(t.Context())
	defer cancel(nil)
	var mu sync.Mutex
	returned, late := false, false
	_, err = readBatches(ctx, open(t), &source.Receiver{Dict: source.NewDict(), Batch: func(*source.Batch) error {
		mu.Lock()
		defer mu.Unlock()
		late = late || returned
		cancel(cause)
		return nil
	}})
	mu.Lock()
	returned = true
	mu.Unlock()
	if err != nil && !isDone(err, cause) {
		t.Errorf("a context done by a batch gave: %v", err)
	}
	if late {
		t.Error("a batch came after Read returned")
	}
}

func isDone(err, cause error) bool { return errors.Is(err, cause) || errors.Is(err, context.Canceled) }

// testNothing reads into nothing, which is an error.
func testNothing(t *testing.T, open func(t *testing.T) source.Source) {
	for _, r := range []*source.Receiver{nil, {}, {Dict: source.NewDict()},
		{Batch: func(*source.Batch) error { return nil }}} {
		if err := open(t).Read(t.Context(), r); err == nil {
			t.Errorf("Read into %+v gave no error", r)
		}
	}
}

// testErrors has the receiver fail.
func testErrors(t *testing.T, open func(t *testing.T) source.Source, want Reading) {
	stop := errors.New("stop")
	if want.Counts.Rows > 0 {
		err := open(t).Read(t.Context(), &source.Receiver{Dict: source.NewDict(),
			Batch: func(*source.Batch) error { return stop }})
		if !errors.Is(err, stop) {
			t.Errorf("Batch failed with %v, Read with %v", stop, err)
		}
	}
	if len(want.Rejects) > 0 {
		err := open(t).Read(t.Context(), &source.Receiver{Dict: source.NewDict(),
			Batch:  func(*source.Batch) error { return nil },
			Reject: func(*source.Reject) error { return stop }})
		if !errors.Is(err, stop) {
			t.Errorf("Reject failed with %v, Read with %v", stop, err)
		}
	}
}
