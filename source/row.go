package source

import "github.com/sav-analytics/sav/internal/ids"

// A Verdict says what became of a row.
type Verdict uint8

const (
	Kept          Verdict = iota // a message of its conversation
	Rejected                     // unusable: Row.Reason says why
	NotPublic                    // put aside and counted as private
	Automatic                    // put aside and counted as automatic
	OtherSender                  // put aside and counted as other_sender
	NoReplyNeeded                // put aside and counted as no_reply_needed
)

// A Row is one row of input and what became of it, for those who look closely
// at some of them: see [Needs].
type Row struct {
	Input   string  // as in [Reject]
	Line    int64   // as in [Reject]
	Message Message // as far as it could be read; its Conversation is absent where none can be told
	Verdict Verdict
	Reason  Reason // if Rejected
	Role    Role   // if Kept
}

// appendRow is Append for a batch that keeps its rows.
func (b *Batch) appendRow(m *Message) Reason {
	before := b.Counts
	b.needs.Rows = false // or Append would come back here
	reason := b.Append(m)
	b.needs.Rows = true

	row := Row{Message: *m, Reason: reason}
	switch last := b.Len() - 1; {
	case reason != Accepted:
		row.Verdict = Rejected
	case b.Counts.Private > before.Private:
		row.Verdict = NotPublic
	case b.Counts.Automatic > before.Automatic:
		row.Verdict = Automatic
	case b.Counts.OtherSender > before.OtherSender:
		row.Verdict = OtherSender
	case b.Counts.NoReplyNeeded > before.NoReplyNeeded:
		row.Verdict = NoReplyNeeded
	default:
		row.Role = b.Role[last]
	}
	for f := range NumFields {
		if row.Message.ID(f) == ids.Cut {
			row.Message.SetID(f, ids.Absent)
		}
	}
	if !b.columns.Has(ConversationID) && row.Message.Client != ids.Absent && row.Message.Merchant != ids.Absent {
		row.Message.Conversation = b.dict.Pair(row.Message.Client, row.Message.Merchant)
	}
	b.Rows = append(b.Rows, row)
	return reason
}

// Place says where the row that was added last stands. It does nothing unless
// the batch keeps its rows and has one.
func (b *Batch) Place(input string, line int64) {
	if b.needs.Rows && len(b.Rows) > 0 {
		last := &b.Rows[len(b.Rows)-1]
		last.Input, last.Line = input, line
	}
}
