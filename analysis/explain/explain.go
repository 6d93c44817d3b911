// Package explain tells how one conversation comes to its numbers.
//
//	explain.go  finds a conversation's rows, and what a policy says of it
//	rows.go     what each row does, by the engine's own order and kernel
package explain

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/inside"
	"github.com/sav-analytics/sav/internal/analysis/pair"
	"github.com/sav-analytics/sav/internal/analysis/promise"
	"github.com/sav-analytics/sav/internal/analysis/waits"
	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/micros"
	"github.com/sav-analytics/sav/internal/source/verdict"
	"github.com/sav-analytics/sav/policy"
	"github.com/sav-analytics/sav/source"
)

// A Trace tells how one conversation comes to its numbers.
type Trace struct {
	Conversation string    // as a frame of pairs shows it
	AsOf         time.Time // zero if the input has no message
	// Rows are all of the conversation's thread in the order in which its messages
	// count; those without a time come last, in the order of the input.
	Rows []Row
	// Contacts are all conversations of the thread, in order: this one alone, unless
	// Options.NewAfter says otherwise. Contact is the number of this one, from 1.
	Contacts []Contact
	Contact  int
	// Status is [analysis.StatusAnswered], [analysis.StatusUnanswered], merchant_only (no client
	// wrote by as-of) or no_message (neither did a merchant).
	Status   string
	InWindow bool // C is in the window of the options, so that the report counts the conversation

	// Of C; empty where there is none.
	Country, Merchant, Client string
	// Opening and Response are the places of C and M in Rows, or -1.
	Opening, Response int

	Waited   time.Duration // until M, or until when the conversation was watched
	Dt       time.Duration // of an answered conversation
	ExchNr   int64         // of an answered conversation
	Turns    int64
	TurnTime time.Duration // of all turns together

	// Promised is what Options.Policy says of the conversation; nil if there is no policy, or no C.
	Promised *Promised

	// Unplaced are the rejected rows whose conversation nobody can tell, by
	// reason: some of them may belong to this one.
	Unplaced map[string]int64
}

// A Contact is a conversation of a thread.
type Contact struct {
	Conversation string // as a frame of pairs shows it
	Begins       int    // the place in Trace.Rows of its first message
	// Silence is how long nobody had written before: more than Options.NewAfter; 0 for
	// the first contact.
	Silence time.Duration
}

// A Row is a row of a conversation, and its effect. C and M are the first client message and
// the first answer. A message is before_c (a merchant's), c, m, client or merchant (after C or
// M), or of another contact of the thread: other_contact. A row that is only counted is
// rejected, private, automatic, other_sender, no_reply_needed, duplicate or after_as_of.
type Row struct {
	Input          string // as in source.Reject; empty where the source does not say
	Line           int64
	At             time.Time // zero if it has none that can be read
	AmbiguousLocal bool      // At was a local time that occurs twice or never
	MessageID      string
	Sender         string
	Effect         string
	Contact        int           // the number of the contact that the message is of; 0 if it is of none
	Reason         source.Reason // if it is rejected
	// Exchange is the message's number among those that exch_nr counts; 0 if it
	// does not count it.
	Exchange int64
	// Opens and Closes are the number of the turn that the message opens, or
	// closes; 0 if none. A turn that no message closes does not count.
	Opens, Closes int64
	TurnTime      time.Duration // of the turn that it closes
}

// A NotFoundError says that no row names the conversation that was asked for.
type NotFoundError struct {
	Conversation string
	Rows         int64 // that were read
	Unplaced     int64 // rejected rows whose conversation is not known
	Pairs        bool  // the input has no conversation_id
}

func (e *NotFoundError) Error() string {
	s := fmt.Sprintf("no row belongs to conversation %q (rows read: %d)", e.Conversation, e.Rows)
	if e.Unplaced > 0 {
		s += fmt.Sprintf("; rejected rows whose conversation is not known: %d", e.Unplaced)
	}
	if e.Pairs {
		s += "; without a conversation_id column, a conversation is named client_user_id/merchant_id"
	}
	return s
}

// Conversation reads all of src and returns how the conversation id comes to its numbers:
// those that [analysis.Run] has for it with the same options, by the same rules. The options
// that count are AsOf, From, To, NewAfter, NewestFirst, Policy and Reject. The error is a
// [NotFoundError] if no row belongs to the conversation.
func Conversation(ctx context.Context, src source.Source, id string, opts analysis.Options) (*Trace, error) {
	if err := opts.Check(); err != nil {
		return nil, err
	}
	if src == nil {
		return nil, analysis.ErrNoSource
	}
	dict := source.NewDict()
	s := &search{wanted: conversationIDs(id, src.Columns(), dict)}
	contact := 1
	if opts.NewAfter > 0 {
		var thread string
		if thread, contact = cutContact(id); contact > 1 {
			s.threads = conversationIDs(thread, src.Columns(), dict)
		}
	}
	err := src.Read(ctx, &source.Receiver{
		Needs: source.Needs{Rows: true}, Dict: dict, Batch: s.add, Reject: opts.Reject,
	})
	if err == nil {
		err = dict.Err()
	}
	if err != nil {
		return nil, err
	}
	rows, err := s.one()
	if err != nil {
		return nil, err
	}
	notFound := &NotFoundError{id, s.rows, s.unplaced.TotalRejected(), !src.Columns().Has(source.ConversationID)}
	if len(rows) == 0 {
		return nil, notFound
	}
	if slices.Contains(s.wanted, rows[0].Conversation) {
		contact = 1 // it is the name of a thread
	}
	t := &Trace{Unplaced: s.unplaced.RejectedBy(), Contact: contact}
	rules := inside.Rules(opts, s.latest)
	if rules.AsOf != 0 {
		t.AsOf = time.UnixMicro(rules.AsOf).UTC()
	}
	tracer := &tracer{Trace: t, rows: rows, rules: &rules, dict: dict,
		hasMessageID: src.Columns().Has(source.MessageID)}
	if !tracer.trace() {
		return nil, notFound
	}
	t.Promised = tracer.promised(opts.Policy)
	return t, nil
}

// cutContact returns the thread and the number of a conversation named ID#2; of any other
// name, the name itself and 1.
func cutContact(id string) (thread string, contact int) {
	at := strings.LastIndexByte(id, '#')
	if at < 0 {
		return id, 1
	}
	n, err := strconv.Atoi(id[at+1:])
	if err != nil || n < 2 || string(pair.AppendContact([]byte(id[:at]), n)) != id {
		return id, 1
	}
	return id[:at], n
}

// conversationIDs returns the ids that a text may stand for: one or, without a
// conversation_id column, that of each pair client/merchant that it can be cut into.
func conversationIDs(text string, has source.Columns, dict *source.Dict) []source.ID {
	parser := intake.NewParser(nil, nil, dict)
	id := func(s string) source.ID {
		clean, _ := intake.Clean([]byte(s))
		return parser.ID(clean)
	}
	if has.Has(source.ConversationID) {
		return []source.ID{id(text)}
	}
	var found []source.ID
	for i, c := range []byte(text) {
		if c != '/' {
			continue
		}
		if client, merchant := id(text[:i]), id(text[i+1:]); client != ids.Absent && merchant != ids.Absent {
			found = append(found, dict.Pair(client, merchant))
		}
	}
	return found
}

// A search picks the rows of a conversation from all batches.
type search struct {
	wanted  []source.ID
	threads []source.ID // one of whose contacts is wanted, if no row is of wanted

	mu       sync.Mutex
	found    []foundRow
	rows     int64
	latest   int64         // time of the latest message; 0 without messages
	unplaced source.Counts // rejected rows without a conversation
}

// A foundRow has its place in the input.
type foundRow struct {
	verdict.Row
	seq   int64
	index int
}

// add takes a batch; it may be called from several goroutines.
func (s *search) add(b *source.Batch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rows += b.Counts.Rows
	for _, at := range b.At {
		s.latest = max(s.latest, at)
	}
	for i := range b.Rows {
		switch row := &b.Rows[i]; {
		case row.Conversation == ids.Absent:
			s.unplaced.Rejected[row.Reason]++
		case slices.Contains(s.wanted, row.Conversation),
			slices.Contains(s.threads, row.Conversation):
			s.found = append(s.found, foundRow{*row, b.Seq, i})
		}
	}
	return nil
}

// one returns the rows in the order of the input, if they are of one conversation.
func (s *search) one() ([]verdict.Row, error) {
	isWanted := func(f foundRow) bool { return slices.Contains(s.wanted, f.Conversation) }
	if slices.ContainsFunc(s.found, isWanted) {
		s.found = slices.DeleteFunc(s.found, func(f foundRow) bool { return !isWanted(f) })
	}
	slices.SortFunc(s.found, func(a, b foundRow) int {
		return cmp.Or(cmp.Compare(a.seq, b.seq), cmp.Compare(a.index, b.index))
	})
	rows := make([]verdict.Row, len(s.found))
	for i, f := range s.found {
		rows[i] = f.Row
		if f.Conversation != rows[0].Conversation {
			return nil, &source.InputError{Input: f.Input, Line: f.Line,
				Err: fmt.Errorf("another conversation of that name than in line %d of %s", rows[0].Line, rows[0].Input)}
		}
	}
	return rows, nil
}

// A Promised is what a policy says of a conversation.
type Promised struct {
	Calendar *policy.Calendar // that of the conversation's merchant and country
	Worked   time.Duration    // the part of Trace.Waited within the hours of Calendar
	Target   time.Duration    // within which an answer was promised; 0 if none was
	Clock    policy.Clock     // of Target
	// Status is [analysis.TargetMet], [analysis.TargetMissed] or [analysis.TargetOpen];
	// empty without a target.
	Status string
	Due    bool // it is met or missed, and Target had run out by as-of
}

// promised returns what a policy says of the conversation, by the rules of a run; nil
// without a policy or without C.
func (t *tracer) promised(p *policy.Policy) *Promised {
	if p == nil || t.Opening == pair.None {
		return nil
	}
	opened, waited := t.Rows[t.Opening].At.UnixMicro(), t.Waited.Microseconds()
	x := waits.Pair{Answered: t.Response != pair.None, Opened: opened, Ended: opened + waited, Worked: waited}
	if book := promise.NewBook(p, t.rules.AsOf, func(groups.Group) groups.Key { return t.key }, t.dict); book != nil {
		book.Judge(&x)
	}
	target, _ := p.Target(t.Merchant, t.Country)
	said := &Promised{Calendar: p.Calendar(t.Merchant, t.Country), Worked: micros.Duration(x.Worked),
		Target: micros.Duration(target), Clock: p.Clock}
	switch x.Outcome {
	case waits.Met, waits.MetAndDue:
		said.Status, said.Due = analysis.TargetMet, x.Outcome == waits.MetAndDue
	case waits.Missed:
		said.Status, said.Due = analysis.TargetMissed, true
	case waits.Open:
		said.Status = analysis.TargetOpen
	}
	return said
}
