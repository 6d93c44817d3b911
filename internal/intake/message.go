package intake

import (
	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/source/verdict"
	"github.com/sav-analytics/sav/source"
)

// NumFields is the number of fields.
const NumFields = source.NeedsReply + 1

// IsID reports whether a field's values are ids.
func IsID(f source.Field) bool { return f >= source.SenderUserID && f <= source.MessageID }

// IsFlag reports whether a field's values are true or false.
func IsFlag(f source.Field) bool {
	return f == source.IsPublic || f == source.IsPrivate || f == source.IsAutomatic || f == source.NeedsReply
}

// BadTime is the CreatedAt of a [Message] whose value cannot be read. An empty one is
// source.MissingTime.
const BadTime = source.MissingTime + 1

// Flags are what a row says with yes or no. Without any, it is an ordinary message.
type Flags uint16

// The flags.
const (
	FlagPrivate        Flags = 1 << iota // an internal note
	FlagAutomatic                        // written by a machine
	FlagNoReply                          // wants no answer
	FlagAmbiguousLocal                   // CreatedAt was a local time that occurs twice or never
	FlagInvalidUTF8                      // some column's text is ill-formed
	FlagCutID                            // some id is in scientific notation
	FlagBadPublic                        // is_public or is_private cannot be read
	FlagBadAutomatic                     // is_automatic cannot be read
	FlagBadReply                         // needs_reply cannot be read
)

// A Message is one row of input with its values typed, before it is judged. It is
// the size of a cache line.
type Message struct {
	CreatedAt                         int64 // µs since 1970 UTC, MissingTime or BadTime
	Sender, Client, MerchantUser      source.ID
	Merchant, Conversation, MessageID source.ID
	Country                           source.Text
	By                                source.WrittenBy
	Flags                             Flags
}

// id returns where a field's id is held.
func (m *Message) id(f source.Field) *source.ID {
	switch f {
	case source.SenderUserID:
		return &m.Sender
	case source.ClientUserID:
		return &m.Client
	case source.MerchantUserID:
		return &m.MerchantUser
	case source.MerchantID:
		return &m.Merchant
	case source.ConversationID:
		return &m.Conversation
	case source.MessageID:
		return &m.MessageID
	}
	return nil
}

// ID returns the id of a field; Absent if the field does not hold ids.
func (m *Message) ID(f source.Field) source.ID {
	if place := m.id(f); place != nil {
		return *place
	}
	return ids.Absent
}

// SetID gives m the id of a field; it does nothing if the field does not hold ids.
func (m *Message) SetID(f source.Field, id source.ID) {
	if place := m.id(f); place != nil {
		*place = id
	}
}

// Take gives m the value of a field that another message has, and the other's flags.
func (m *Message) Take(f source.Field, from *Message) {
	m.Flags |= from.Flags
	switch f {
	case source.CreatedAt:
		m.CreatedAt = from.CreatedAt
	case source.Country:
		m.Country = from.Country
	case source.SenderRole:
		m.By = from.By
	default:
		m.SetID(f, from.ID(f))
	}
}

// appendRow is Append for a batch that keeps its rows.
func (b *Batch) appendRow(m *Message) source.Reason {
	before := b.Counts
	b.needs.Rows = false // or Append would come back here
	reason := b.Append(m)
	b.needs.Rows = true

	row := rowOf(m, reason)
	switch last := b.Len() - 1; {
	case reason != verdict.Accepted:
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
func rowOf(m *Message, reason source.Reason) verdict.Row {
	whole := func(id source.ID) source.ID {
		if id == ids.Cut {
			return ids.Absent
		}
		return id
	}
	return verdict.Row{CreatedAt: m.CreatedAt, Sender: whole(m.Sender), Client: whole(m.Client),
		Merchant: whole(m.Merchant), Conversation: whole(m.Conversation), MessageID: whole(m.MessageID),
		Country: m.Country, AmbiguousLocal: m.Flags&FlagAmbiguousLocal != 0, InvalidUTF8: m.Flags&FlagInvalidUTF8 != 0,
		Reason: reason}
}
