package source

import "github.com/sav-analytics/sav/internal/ids"

// A Batch is some messages of clients and merchants, in the order of the input, as
// columns of one length. Rows that were rejected or put aside are only counted. It
// belongs to the source that yields it: receivers read it.
type Batch struct {
	// Seq is the batch's place in the input: all its rows stand before those of a
	// batch with a greater Seq. The source numbers its batches; no other does.
	Seq int64

	At           []int64 // created_at, µs since 1970 UTC
	Role         []Role
	Conversation []ID // never absent; that of Dict.Pair where the input has no conversation_id
	MessageID    []ID // all absent where the input has none
	Merchant     []ID
	Country      []Text

	// Client, Sender and MerchantUser are filled if Needs asks for them. An id may
	// be absent where the row says in a word who wrote it.
	Client       []ID
	Sender       []ID
	MerchantUser []ID

	Rows []Row // every row, be it kept or not, if Needs asks for them

	Counts Counts

	// File is the number of the file, or other input, that all rows of the batch are
	// of, from 0.
	File int
	// Texts are those of the ids in Conversation that the batch alone knows, if Needs allow
	// them.
	Texts Texts
	// First and Last are the times of the first and the last row with a time that can
	// be read, of whatever row; MissingTime if there is none.
	First, Last int64
	// Others are the rows that are no message, in their order, if Needs asks for them.
	Others []OtherRow

	needs   Needs
	columns Columns
	dict    *Dict
}

// Needs are columns that a receiver wants beyond those that it always gets.
type Needs struct {
	Client bool // Batch.Client
	Users  bool // Batch.Sender and Batch.MerchantUser
	Rows   bool // Batch.Rows: slower, for looking closely at some rows
	Others bool // Batch.Others
	// OwnMessageIDs allows ids in Batch.MessageID that are of one message alone, though
	// others have the same text: [Dict.Share] makes equal ids of them.
	OwnMessageIDs bool
	// OwnConversations allows ids in Batch.Conversation that are known within the batch alone:
	// [ID.InBatch] says of which of Batch.Texts they are. Who makes batches of those of another
	// source hands the texts on, or asks that source for ids of the dictionary.
	OwnConversations bool
}

// An OtherRow is a row that was rejected or put aside.
type OtherRow struct {
	At       int64 // its time; if that cannot be read, that of the row before it in the batch, or MissingTime
	Rejected bool
}

// NewBatch returns an empty batch for rows of an input with these columns,
// whose texts are interned in dict; nil is a new one.
func NewBatch(columns Columns, needs Needs, dict *Dict) *Batch {
	if dict == nil {
		dict = NewDict()
	}
	return &Batch{needs: needs, columns: columns, dict: dict, First: MissingTime, Last: MissingTime}
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
	b.Counts = Counts{}
	b.First, b.Last, b.Others = MissingTime, MissingTime, b.Others[:0]
}

// Len returns the number of messages in the batch.
func (b *Batch) Len() int { return len(b.At) }

// Append judges m and adds it to the batch, or counts why it does not. This is
// the one place that knows what makes a row unusable and who wrote it.
func (b *Batch) Append(m *Message) Reason {
	if b.needs.Rows {
		return b.appendRow(m)
	}
	b.Counts.Rows++
	if m.CreatedAt > BadTime {
		if b.Last == MissingTime {
			b.First = m.CreatedAt
		}
		b.Last = m.CreatedAt
	}
	byIDs := m.By == ByIDs
	switch {
	case m.CreatedAt == MissingTime || m.Merchant == ids.Absent ||
		m.Conversation == ids.Absent && b.columns.Has(ConversationID) ||
		m.Client == ids.Absent && (byIDs || !b.columns.Has(ConversationID)) ||
		byIDs && (m.MerchantUser == ids.Absent || !b.columns.Has(SenderUserID)):
		return b.reject(m, MissingValue)
	case m.Flags != 0 || m.By > ByMerchant || m.CreatedAt == BadTime:
		if reason := b.unusual(m); reason != Accepted {
			return b.reject(m, reason)
		}
		if b.saysAside(m) {
			return Accepted
		}
	case byIDs && m.Client == m.MerchantUser:
		return b.reject(m, AmbiguousSender)
	}
	role := Role(m.By - ByClient)
	if byIDs {
		// Clients and merchants take turns as no branch predictor can tell: whether the
		// sender is neither is one comparison, which goes the same way almost always.
		fromClient, fromMerchant := m.Sender^m.Client, m.Sender^m.MerchantUser // 0 if so
		if min(fromClient, fromMerchant) != 0 {
			return b.putAside(&b.Counts.OtherSender)
		}
		role = FromClient
		if fromMerchant == 0 {
			role = FromMerchant
		}
	}
	if m.Flags&FlagNoReply != 0 && role == FromClient {
		return b.putAside(&b.Counts.NoReplyNeeded)
	}
	conversation := m.Conversation
	if !b.columns.Has(ConversationID) {
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
	return Accepted
}

// unusual returns why a row that has all needed values is rejected, or Accepted,
// and counts what else is unusual about it.
func (b *Batch) unusual(m *Message) Reason {
	switch {
	case m.Flags&FlagCutID != 0:
		return CutID
	case m.CreatedAt == BadTime:
		return BadTimestamp
	}
	if m.Flags&FlagAmbiguousLocal != 0 {
		b.Counts.AmbiguousLocal++
	}
	switch {
	case m.By == ByUnknown:
		return BadRole
	case m.By == ByIDs && m.Client == m.MerchantUser:
		return AmbiguousSender
	case m.Flags&FlagBadPublic != 0:
		return BadIsPublic
	case m.Flags&FlagBadAutomatic != 0:
		return BadIsAutomatic
	case m.Flags&FlagBadReply != 0:
		return BadNeedsReply
	}
	if m.Flags&FlagInvalidUTF8 != 0 {
		b.Counts.InvalidUTF8++
	}
	return Accepted
}

// saysAside puts a row aside, and reports whether it did, for what it says of
// itself.
func (b *Batch) saysAside(m *Message) bool {
	switch {
	case m.Flags&FlagPrivate != 0:
		b.putAside(&b.Counts.Private)
	case m.Flags&FlagAutomatic != 0 || m.By == ByAutomatic:
		b.putAside(&b.Counts.Automatic)
	case m.By == ByOther:
		b.putAside(&b.Counts.OtherSender)
	default:
		return false
	}
	return true
}

// putAside counts a row that is no message.
func (b *Batch) putAside(as *int64) Reason {
	*as++
	if b.needs.Others {
		b.Others = append(b.Others, OtherRow{At: b.Last})
	}
	return Accepted
}

// Reject counts a row that is unusable as a whole: BadQuote, BadJSON or FieldCount, which
// any other reason counts as. Of flags, FlagInvalidUTF8 alone says something.
func (b *Batch) Reject(r Reason, flags Flags) {
	if r != BadQuote && r != BadJSON {
		r = FieldCount
	}
	b.Counts.Rows++
	m := Message{CreatedAt: MissingTime, Flags: flags}
	b.reject(&m, r)
	if b.needs.Rows {
		b.Rows = append(b.Rows, Row{Message: m, Verdict: Rejected, Reason: r})
	}
}

func (b *Batch) reject(m *Message, r Reason) Reason {
	b.Counts.Rejected[r]++
	if b.needs.Others {
		b.Others = append(b.Others, OtherRow{b.Last, true})
	}
	if m.Flags&FlagInvalidUTF8 != 0 {
		b.Counts.InvalidUTF8++
	}
	return r
}
