package analysis

import (
	"time"

	"github.com/sav-analytics/sav/source"
)

// trace works out the effects of a conversation's rows, which are in the order of
// the input, and its numbers. It asks the engine's own order and kernel.
func (t *Trace) trace(rows []source.Row, lim *limits, dict *source.Dict) {
	order, kept := arrangeRows(rows, dict)
	t.Rows = make([]TracedRow, len(order))
	place := make([]int, len(rows)) // of each row in Rows
	for i, r := range order {
		t.Rows[i] = newTracedRow(&rows[r], dict)
		place[r] = i
	}
	var sent []stamp
	var places []int // of each of sent, in Rows
	for _, r := range kept {
		row := &t.Rows[place[r]]
		if !lim.knows(rows[r].Message.CreatedAt) {
			row.Effect = EffectAfterAsOf
			continue
		}
		row.Effect = EffectMerchant
		if rows[r].Role == source.FromClient {
			row.Effect = EffectClient
		}
		sent = append(sent, newStamp(rows[r].Message.CreatedAt, rows[r].Role))
		places = append(places, place[r])
	}
	t.count(sent, places)
	if t.Opening == none {
		return
	}
	c := &rows[order[t.Opening]].Message
	t.Country, t.Merchant, t.Client = dict.TextOf(c.Country), dict.IDText(c.Merchant), dict.IDText(c.Client)
}

// count runs the kernel over the messages that are known as of then, and marks
// the rows they stand in.
func (t *Trace) count(sent []stamp, places []int) {
	x := pair(sent)
	t.Opening, t.Response = none, none
	switch {
	case len(sent) == 0:
		t.Status = StatusNoMessage
	case x.opening == none:
		t.Status = StatusMerchantOnly
	case x.response == none:
		t.Status = StatusUnanswered
	default:
		t.Status = StatusAnswered
		t.Response = places[x.response]
		t.Rows[t.Response].Effect = EffectM
		t.ExchNr = x.exchNr
		t.Dt = microseconds(sent[x.response].at() - sent[x.opening].at())
	}
	t.Turns, t.TurnTime = x.turns, microseconds(x.turnTime)
	exchanges := int64(0)
	for i, s := range places {
		switch row := &t.Rows[s]; {
		case x.opening == none || i < x.opening:
			row.Effect = EffectBeforeC
		case i < x.response && row.Effect == EffectClient:
			exchanges++
			row.Exchange = exchanges
		}
	}
	if x.opening != none {
		t.Opening = places[x.opening]
		t.Rows[t.Opening].Effect = EffectC
	}
	t.markTurns(sent, places)
}

// markTurns follows the turns: each is the opening exchange of what is left of
// the conversation after the turn before.
func (t *Trace) markTurns(sent []stamp, places []int) {
	for turn, from := int64(1), 0; ; turn++ {
		x := pair(sent[from:])
		if x.opening == none {
			return
		}
		t.Rows[places[from+x.opening]].Opens = turn
		if x.response == none {
			return
		}
		closing := &t.Rows[places[from+x.response]]
		closing.Closes = turn
		closing.TurnTime = microseconds(sent[from+x.response].at() - sent[from+x.opening].at())
		from += x.response + 1
	}
}

// arrangeRows orders the rows of one conversation as the engine does. It
// returns the order of all of them and that of those that are messages and no
// duplicates, as indices of rows.
func arrangeRows(rows []source.Row, dict *source.Dict) (order, kept []int) {
	var timed, untimed, messages []int
	for i := range rows {
		if at := rows[i].Message.CreatedAt; at == source.MissingTime || at == source.BadTime {
			untimed = append(untimed, i)
			continue
		}
		timed = append(timed, i)
	}
	c := fill(rows, timed, dict)
	c.sort()
	for _, i := range c.tag {
		order = append(order, int(i))
		if rows[i].Verdict == source.Kept {
			messages = append(messages, int(i))
		}
	}
	if len(messages) > 0 {
		c = fill(rows, messages, dict)
		c.arrange()
		for _, i := range c.tag {
			kept = append(kept, int(i))
		}
	}
	return append(order, untimed...), kept
}

// fill returns a conversation of some rows, whose tags are their indices.
func fill(rows []source.Row, of []int, dict *source.Dict) *conversation {
	c := &conversation{dict: dict}
	for _, i := range of {
		m := &rows[i].Message
		c.message = append(c.message, m.MessageID)
		c.sent = append(c.sent, newStamp(m.CreatedAt, rows[i].Role))
		c.tag = append(c.tag, tag(i))
	}
	return c
}

// newTracedRow describes a row by itself; a message is a duplicate until it is known
// to be none.
func newTracedRow(row *source.Row, dict *source.Dict) TracedRow {
	m := &row.Message
	s := TracedRow{
		Input: row.Input, Line: row.Line, AmbiguousLocal: m.AmbiguousLocal, Reason: row.Reason,
		MessageID: dict.IDText(m.MessageID), Sender: dict.IDText(m.Sender),
	}
	if m.CreatedAt != source.MissingTime && m.CreatedAt != source.BadTime {
		s.At = time.UnixMicro(m.CreatedAt).UTC()
	}
	s.Effect = map[source.Verdict]Effect{
		source.Kept: EffectDuplicate, source.Rejected: EffectRejected,
		source.NotPublic: EffectPrivate, source.OtherSender: EffectOtherSender,
	}[row.Verdict]
	return s
}

func microseconds(n int64) time.Duration { return time.Duration(n) * time.Microsecond }
