package explain

import (
	"cmp"
	"slices"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/analysis/effect"
	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/pair"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/micros"
	"github.com/sav-analytics/sav/internal/source/verdict"
	"github.com/sav-analytics/sav/source"
)

// A tracer finds the effects of a thread's rows, which are in the order of the input, and
// the numbers of one of its contacts, by the engine's own order and kernel.
type tracer struct {
	*Trace
	rows         []verdict.Row
	rules        *pair.Rules
	dict         *source.Dict
	hasMessageID bool
	key          groups.Key // of C

	// the messages that count, in order
	sent  []pair.Stamp
	rowOf []int // of each, its index in Trace.Rows
}

// trace fills Trace, and reports whether the thread has the contact.
func (t *tracer) trace() bool {
	order, kept := t.arrange()
	t.Rows = make([]Row, len(order))
	shown := make([]int, len(t.rows)) // of each row, its index in Rows
	for i, r := range order {
		t.Rows[i] = newRow(&t.rows[r], t.dict)
		shown[r] = i
	}
	for _, r := range kept {
		if !t.rules.Knows(t.rows[r].CreatedAt) {
			t.Rows[shown[r]].Effect = effect.AfterAsOf
			continue
		}
		t.sent = append(t.sent, pair.NewStamp(t.rows[r].CreatedAt, t.rows[r].Role))
		t.rowOf = append(t.rowOf, shown[r])
	}
	from, to, ok := t.contacts()
	if !ok {
		return false
	}
	watched := t.rules.AsOf
	if to < len(t.sent) {
		watched = t.sent[to].At()
	}
	t.count(t.sent[from:to], t.rowOf[from:to], watched)
	if t.Opening != pair.None {
		c := &t.rows[order[t.Opening]]
		t.key = groups.Key{Merchant: c.Merchant, Client: c.Client, Country: c.Country}
		t.Country, t.Merchant, t.Client = t.dict.TextOf(c.Country), t.dict.IDText(c.Merchant), t.dict.IDText(c.Client)
		t.InWindow = t.rules.InWindow(c.CreatedAt)
	}
	return true
}

// contacts finds the contacts of the thread, and returns the messages of the one that
// is asked for.
func (t *tracer) contacts() (from, to int, ok bool) {
	thread := t.dict.IDText(t.rows[0].Conversation)
	name := func(n int) string { return string(pair.AppendContact([]byte(thread), n)) }
	if t.Conversation = name(t.Contact); len(t.sent) == 0 {
		return 0, 0, t.Contact == 1
	}
	for begin := 0; begin < len(t.sent); {
		end := t.rules.ContactEnd(t.sent, begin)
		c := Contact{Conversation: name(len(t.Contacts) + 1), Begins: t.rowOf[begin]}
		if begin > 0 {
			c.Silence = micros.Duration(t.sent[begin].At() - t.sent[begin-1].At())
		}
		t.Contacts = append(t.Contacts, c)
		for _, at := range t.rowOf[begin:end] {
			t.Rows[at].Contact, t.Rows[at].Effect = len(t.Contacts), effect.OtherContact
		}
		if len(t.Contacts) == t.Contact {
			from, to, ok = begin, end, true
		}
		begin = end
	}
	return from, to, ok
}

// count runs the kernel over the messages of the contact, and marks their rows. watched is
// when the watching of an unanswered contact ended.
func (t *Trace) count(sent []pair.Stamp, rowOf []int, watched int64) {
	for i, at := range rowOf {
		t.Rows[at].Effect = effect.Merchant
		if sent[i].FromClient() {
			t.Rows[at].Effect = effect.Client
		}
	}
	x := pair.Find(sent)
	t.Opening, t.Response = pair.None, pair.None
	switch {
	case len(sent) == 0:
		t.Status = effect.NoMessage
	case x.Opening == pair.None:
		t.Status = effect.MerchantOnly
	case x.Response == pair.None:
		t.Status = analysis.StatusUnanswered
		t.Waited = micros.Duration(watched - sent[x.Opening].At())
	default:
		t.Status = analysis.StatusAnswered
		t.Response = rowOf[x.Response]
		t.Rows[t.Response].Effect = effect.M
		t.ExchNr = x.ExchNr
		t.Dt = micros.Duration(sent[x.Response].At() - sent[x.Opening].At())
		t.Waited = t.Dt
	}
	t.Turns, t.TurnTime = x.Turns, micros.Duration(x.TurnTime)
	exchanges := int64(0)
	for i, s := range rowOf {
		switch row := &t.Rows[s]; {
		case x.Opening == pair.None || i < x.Opening:
			row.Effect = effect.BeforeC
		case i < x.Response && row.Effect == effect.Client:
			exchanges++
			row.Exchange = exchanges
		}
	}
	if x.Opening != pair.None {
		t.Opening = rowOf[x.Opening]
		t.Rows[t.Opening].Effect = effect.C
	}
	t.markTurns(sent, rowOf)
}

// markTurns follows the turns: each is the opening exchange of what is left of
// the conversation after the turn before.
func (t *Trace) markTurns(sent []pair.Stamp, rowOf []int) {
	for turn, from := int64(1), 0; ; turn++ {
		x := pair.Find(sent[from:])
		if x.Opening == pair.None {
			return
		}
		t.Rows[rowOf[from+x.Opening]].Opens = turn
		if x.Response == pair.None {
			return
		}
		closing := &t.Rows[rowOf[from+x.Response]]
		closing.Closes = turn
		closing.TurnTime = micros.Duration(sent[from+x.Response].At() - sent[from+x.Opening].At())
		from += x.Response + 1
	}
}

// arrange orders the rows of the thread as the engine orders messages. Rows that are not
// messages come after the messages of their time, in the order of the input; those without
// a time come last. It returns, as indices of rows, the order of all of them, and that of
// the messages that are not duplicates.
func (t *tracer) arrange() (order, kept []int) {
	var messages, others, untimed []int
	for i := range t.rows {
		switch row := &t.rows[i]; {
		case row.CreatedAt == source.MissingTime || row.CreatedAt == intake.BadTime:
			untimed = append(untimed, i)
		case row.Reason == verdict.Accepted && row.Aside == "":
			messages = append(messages, i)
		default:
			others = append(others, i)
		}
	}
	if len(messages) > 0 {
		all := t.conversation(messages)
		all.Sort()
		order = all.indices()
		distinct := t.conversation(messages)
		distinct.Arrange()
		kept = distinct.indices()
	}
	order = append(order, others...)
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(t.rows[a].CreatedAt, t.rows[b].CreatedAt)
	})
	return append(order, untimed...), kept
}

// messages are a conversation whose Ref are indices of rows.
type messages struct{ pair.Conversation }

// conversation returns some of the rows as messages.
func (t *tracer) conversation(of []int) *messages {
	c := &messages{pair.Conversation{Dict: t.dict, HasMessageID: t.hasMessageID, NewestFirst: t.rules.NewestFirst}}
	for _, i := range of {
		m := &t.rows[i]
		c.MessageID = append(c.MessageID, m.MessageID)
		c.Sent = append(c.Sent, pair.NewStamp(m.CreatedAt, m.Role))
		c.Ref = append(c.Ref, uint32(i))
	}
	return c
}

// indices returns the rows of the messages.
func (m *messages) indices() []int {
	all := make([]int, len(m.Ref))
	for i, r := range m.Ref {
		all[i] = int(r)
	}
	return all
}

// newRow describes a row by itself. Every message counts as a duplicate until the rows of
// its thread are known.
func newRow(row *verdict.Row, dict *source.Dict) Row {
	s := Row{
		Input: row.Input, Line: row.Line, AmbiguousLocal: row.AmbiguousLocal, Reason: row.Reason,
		MessageID: dict.IDText(row.MessageID), Sender: dict.IDText(row.Sender),
	}
	if row.CreatedAt != source.MissingTime && row.CreatedAt != intake.BadTime {
		s.At = time.UnixMicro(row.CreatedAt).UTC()
	}
	switch {
	case row.Reason != verdict.Accepted:
		s.Effect = effect.Rejected
	case row.Aside != "":
		s.Effect = row.Aside
	default:
		s.Effect = effect.Duplicate
	}
	return s
}
