package intake

import (
	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/source/verdict"
	"github.com/sav-analytics/sav/source"
)

// A Batch is one of package source, to which rows are added.
type Batch struct {
	source.Batch
	needs   source.Needs
	columns source.Columns
	dict    *source.Dict
}

// NewBatch returns an empty batch for rows of an input with these columns,
// whose texts are interned in dict; nil is a new one.
func NewBatch(columns source.Columns, needs source.Needs, dict *source.Dict) *Batch {
	if dict == nil {
		dict = source.NewDict()
	}
	return &Batch{Batch: source.Batch{First: source.MissingTime, Last: source.MissingTime},
		needs: needs, columns: columns, dict: dict}
}

// Reset empties the batch and keeps its memory.
func (b *Batch) Reset(seq int64) {
	b.Seq = seq
	b.At, b.Role = b.At[:0], b.Role[:0]
	b.Conversation, b.MessageID, b.Merchant = b.Conversation[:0], b.MessageID[:0], b.Merchant[:0]
	b.Country = b.Country[:0]
	b.Client, b.Sender, b.MerchantUser = b.Client[:0], b.Sender[:0], b.MerchantUser[:0]
	b.Rows = b.Rows[:0]
	b.Texts.Reset()
	b.Counts = source.Counts{}
	b.First, b.Last, b.Others = source.MissingTime, source.MissingTime, b.Others[:0]
}

// Append judges m and adds it to the batch, or counts why it does not. This is
// the one place that knows what makes a row unusable and who wrote it.
func (b *Batch) Append(m *Message) source.Reason {
	if b.needs.Rows {
		return b.appendRow(m)
	}
	b.Counts.Rows++
	if m.CreatedAt > BadTime {
		if b.Last == source.MissingTime {
			b.First = m.CreatedAt
		}
		b.Last = m.CreatedAt
	}
	byIDs := m.By == ByIDs
	switch {
	case m.CreatedAt == source.MissingTime || m.Merchant == ids.Absent ||
		m.Conversation == ids.Absent && b.columns.Has(source.ConversationID) ||
		m.Client == ids.Absent && (byIDs || !b.columns.Has(source.ConversationID)) ||
		byIDs && (m.MerchantUser == ids.Absent || !b.columns.Has(source.SenderUserID)):
		return b.reject(m, verdict.MissingValue)
	case m.Flags != 0 || m.By > source.ByMerchant || m.CreatedAt == BadTime:
		if reason := b.unusual(m); reason != verdict.Accepted {
			return b.reject(m, reason)
		}
		if b.saysAside(m) {
			return verdict.Accepted
		}
	case byIDs && m.Client == m.MerchantUser:
		return b.reject(m, verdict.AmbiguousSender)
	}
	role := source.Role(m.By - source.ByClient)
	if byIDs {
		// Clients and merchants take turns as no branch predictor can tell: whether the
		// sender is neither is one comparison, which goes the same way almost always.
		fromClient, fromMerchant := m.Sender^m.Client, m.Sender^m.MerchantUser // 0 if so
		if min(fromClient, fromMerchant) != 0 {
			return b.putAside(&b.Counts.OtherSender)
		}
		role = source.FromClient
		if fromMerchant == 0 {
			role = source.FromMerchant
		}
	}
	if m.Flags&FlagNoReply != 0 && role == source.FromClient {
		return b.putAside(&b.Counts.NoReplyNeeded)
	}
	conversation := m.Conversation
	if !b.columns.Has(source.ConversationID) {
		conversation = b.dict.Pair(m.Client, m.Merchant)
	}
	b.At = append(b.At, m.CreatedAt)
	b.Role = append(b.Role, role)
	b.Conversation = append(b.Conversation, conversation)
	b.MessageID = append(b.MessageID, m.MessageID)
	b.Merchant = append(b.Merchant, m.Merchant)
	b.Country = append(b.Country, m.Country)
	if b.needs.Client {
		b.Client = append(b.Client, m.Client)
	}
	if b.needs.Users {
		b.Sender = append(b.Sender, m.Sender)
		b.MerchantUser = append(b.MerchantUser, m.MerchantUser)
	}
	return verdict.Accepted
}

// unusual returns why a row that has all needed values is rejected, or Accepted,
// and counts what else is unusual about it.
func (b *Batch) unusual(m *Message) source.Reason {
	switch {
	case m.Flags&FlagCutID != 0:
		return verdict.CutID
	case m.CreatedAt == BadTime:
		return verdict.BadTimestamp
	}
	if m.Flags&FlagAmbiguousLocal != 0 {
		b.Counts.AmbiguousLocal++
	}
	switch {
	case m.By == ByUnknown:
		return verdict.BadRole
	case m.By == ByIDs && m.Client == m.MerchantUser:
		return verdict.AmbiguousSender
	case m.Flags&FlagBadPublic != 0:
		return verdict.BadIsPublic
	case m.Flags&FlagBadAutomatic != 0:
		return verdict.BadIsAutomatic
	case m.Flags&FlagBadReply != 0:
		return verdict.BadNeedsReply
	}
	if m.Flags&FlagInvalidUTF8 != 0 {
		b.Counts.InvalidUTF8++
	}
	return verdict.Accepted
}

// saysAside puts a row aside, and reports whether it did, for what it says of
// itself.
func (b *Batch) saysAside(m *Message) bool {
	switch {
	case m.Flags&FlagPrivate != 0:
		b.putAside(&b.Counts.Private)
	case m.Flags&FlagAutomatic != 0 || m.By == source.ByAutomatic:
		b.putAside(&b.Counts.Automatic)
	case m.By == source.ByOther:
		b.putAside(&b.Counts.OtherSender)
	default:
		return false
	}
	return true
}

// putAside counts a row that is no message.
func (b *Batch) putAside(as *int64) source.Reason {
	*as++
	if b.needs.Others {
		b.Others = append(b.Others, verdict.Other{At: b.Last})
	}
	return verdict.Accepted
}

// Reject counts a row that is unusable as a whole: BadQuote, BadJSON or FieldCount, which
// any other reason counts as. Of flags, FlagInvalidUTF8 alone says something.
func (b *Batch) Reject(r source.Reason, flags Flags) {
	if r != verdict.BadQuote && r != verdict.BadJSON {
		r = verdict.FieldCount
	}
	b.Counts.Rows++
	m := Message{CreatedAt: source.MissingTime, Flags: flags}
	b.reject(&m, r)
	if b.needs.Rows {
		b.Rows = append(b.Rows, rowOf(&m, r))
	}
}

func (b *Batch) reject(m *Message, r source.Reason) source.Reason {
	b.Counts.Rejected[r]++
	if b.needs.Others {
		b.Others = append(b.Others, verdict.Other{At: b.Last, Rejected: true})
	}
	if m.Flags&FlagInvalidUTF8 != 0 {
		b.Counts.InvalidUTF8++
	}
	return r
}
