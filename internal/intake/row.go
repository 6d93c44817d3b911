package intake

import (
	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/source"
)

// appendRow is Append for a batch that keeps its rows.
func (b *Batch) appendRow(m *Message) source.Reason {
	before := b.Counts
	b.needs.Rows = false // or Append would come back here
	reason := b.Append(m)
	b.needs.Rows = true

	row := rowOf(m, reason)
	switch last := b.Len() - 1; {
	case reason != source.Accepted:
	case b.Counts.Private > before.Private:
		row.Aside = "private"
	case b.Counts.Automatic > before.Automatic:
		row.Aside = "automatic"
	case b.Counts.OtherSender > before.OtherSender:
		row.Aside = "other_sender"
	case b.Counts.NoReplyNeeded > before.NoReplyNeeded:
		row.Aside = "no_reply_needed"
	default:
		row.Role = b.Role[last]
	}
	if !b.columns.Has(source.ConversationID) && row.Client != ids.Absent && row.Merchant != ids.Absent {
		row.Conversation = b.dict.Pair(row.Client, row.Merchant)
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

// rowOf returns a row as far as it could be read.
func rowOf(m *Message, reason source.Reason) source.Row {
	whole := func(id source.ID) source.ID {
		if id == ids.Cut {
			return ids.Absent
		}
		return id
	}
	return source.Row{CreatedAt: m.CreatedAt, Sender: whole(m.Sender), Client: whole(m.Client),
		Merchant: whole(m.Merchant), Conversation: whole(m.Conversation), MessageID: whole(m.MessageID), Country: m.Country,
		AmbiguousLocal: m.Flags&FlagAmbiguousLocal != 0, InvalidUTF8: m.Flags&FlagInvalidUTF8 != 0,
		Reason: reason}
}
