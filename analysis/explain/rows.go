package explain

import (
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/analysis/internal/pair"
	"github.com/sav-analytics/sav/internal/micros"
	"github.com/sav-analytics/sav/source"
)

// trace works out the effects of a conversation's rows, which are in the order of
// the input, and its numbers. It asks the engine's own order and kernel.
func (t *Trace) trace(rows []source.Row, lim *pair.Limits, dict *source.Dict) {
	order, kept := arrangeRows(rows, dict)
	t.Rows = make([]Row, len(order))
	place := make([]int, len(rows)) // of each row in Rows
	for i, r := range order {
		t.Rows[i] = newRow(&rows[r], dict)
		place[r] = i
	}
	var sent []pair.Stamp
	var places []int // of each of sent, in Rows
	for _, r := range kept {
		row := &t.Rows[place[r]]
		if !lim.Knows(rows[r].Message.CreatedAt) {
			row.Effect = EffectAfterAsOf
			continue
		}
		row.Effect = EffectMerchant
		if rows[r].Role == source.FromClient {
			row.Effect = EffectClient
		}
		sent = append(sent, pair.NewStamp(rows[r].Message.CreatedAt, rows[r].Role))
		places = append(places, place[r])
	}
	t.count(sent, places)
	if t.Opening == pair.None {
		return
	}
	c := &rows[order[t.Opening]].Message
	t.Country, t.Merchant, t.Client = dict.TextOf(c.Country), dict.IDText(c.Merchant), dict.IDText(c.Client)
}

// count runs the kernel over the messages that are known as of then, and marks
// the rows they stand in.
func (t *Trace) count(sent []pair.Stamp, places []int) {
	x := pair.Find(sent)
	t.Opening, t.Response = pair.None, pair.None
	switch {
	case len(sent) == 0:
		t.Status = StatusNoMessage
	case x.Opening == pair.None:
		t.Status = StatusMerchantOnly
	case x.Response == pair.None:
		t.Status = analysis.StatusUnanswered
	default:
		t.Status = analysis.StatusAnswered
		t.Response = places[x.Response]
		t.Rows[t.Response].Effect = EffectM
		t.ExchNr = x.ExchNr
		t.Dt = micros.Duration(sent[x.Response].At() - sent[x.Opening].At())
	}
	t.Turns, t.TurnTime = x.Turns, micros.Duration(x.TurnTime)
	exchanges := int64(0)
	for i, s := range places {
		switch row := &t.Rows[s]; {
		case x.Opening == pair.None || i < x.Opening:
			row.Effect = EffectBeforeC
		case i < x.Response && row.Effect == EffectClient:
			exchanges++
			row.Exchange = exchanges
		}
	}
	if x.Opening != pair.None {
		t.Opening = places[x.Opening]
		t.Rows[t.Opening].Effect = EffectC
	}
	t.markTurns(sent, places)
}

// markTurns follows the turns: each is the opening exchange of what is left of
// the conversation after the turn before.
func (t *Trace) markTurns(sent []pair.Stamp, places []int) {
	for turn, from := int64(1), 0; ; turn++ {
		x := pair.Find(sent[from:])
		if x.Opening == pair.None {
			return
		}
		t.Rows[places[from+x.Opening]].Opens = turn
		if x.Response == pair.None {
			return
		}
		closing := &t.Rows[places[from+x.Response]]
		closing.Closes = turn
		closing.TurnTime = micros.Duration(sent[from+x.Response].At() - sent[from+x.Opening].At())
		from += x.Response + 1
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
	c.Sort()
	for _, i := range c.Ref {
		order = append(order, int(i))
		if rows[i].Verdict == source.Kept {
			messages = append(messages, int(i))
		}
	}
	if len(messages) > 0 {
		c = fill(rows, messages, dict)
		c.Arrange()
		for _, i := range c.Ref {
			kept = append(kept, int(i))
		}
	}
	return append(order, untimed...), kept
}

// fill returns a conversation of some rows, whose tags are their indices.
func fill(rows []source.Row, of []int, dict *source.Dict) *pair.Conversation {
	c := &pair.Conversation{Dict: dict}
	for _, i := range of {
		m := &rows[i].Message
		c.MessageID = append(c.MessageID, m.MessageID)
		c.Sent = append(c.Sent, pair.NewStamp(m.CreatedAt, rows[i].Role))
		c.Ref = append(c.Ref, uint32(i))
	}
	return c
}

// newRow describes a row by itself; a message is a duplicate until it is known
// to be none.
func newRow(row *source.Row, dict *source.Dict) Row {
	m := &row.Message
	s := Row{
		Input: row.Input, Line: row.Line, AmbiguousLocal: m.Flags&source.FlagAmbiguousLocal != 0, Reason: row.Reason,
		MessageID: dict.IDText(m.MessageID), Sender: dict.IDText(m.Sender),
	}
	if m.CreatedAt != source.MissingTime && m.CreatedAt != source.BadTime {
		s.At = time.UnixMicro(m.CreatedAt).UTC()
	}
	s.Effect = map[source.Verdict]Effect{
		source.Kept: EffectDuplicate, source.Rejected: EffectRejected,
		source.NotPublic: EffectPrivate, source.Automatic: EffectAutomatic, source.OtherSender: EffectOtherSender,
		source.NoReplyNeeded: EffectNoReplyNeeded,
	}[row.Verdict]
	return s
}
