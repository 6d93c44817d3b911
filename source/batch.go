package source

// A Batch is some messages of clients and merchants, in the order of the
// input, as columns of one length. Rows that were rejected, private or written
// by somebody else are only counted.
type Batch struct {
	// Seq is the batch's place in the input: all its rows stand before those
	// of a batch with a greater Seq.
	Seq int64

	At           []int64 // created_at, µs since 1970 UTC
	Role         []Role
	Conversation []ID // never absent; that of Dict.Pair where the input has no conversation_id
	MessageID    []ID // all absent where the input has none
	Merchant     []ID
	Country      []Text

	// Client, Sender and MerchantUser are filled if Needs asks for them.
	Client       []ID
	Sender       []ID
	MerchantUser []ID

	Rows []Row // every row, be it kept or not, if Needs asks for them

	Counts Counts

	needs   Needs
	columns Columns
	dict    *Dict
}

// Needs are columns that a receiver wants beyond those that it always gets.
type Needs struct {
	Client bool // Batch.Client
	Users  bool // Batch.Sender and Batch.MerchantUser, and rows by other senders' stay counted only
	Rows   bool // Batch.Rows: slower, for looking closely at some rows
}

// Columns says which optional columns an input has.
type Columns struct {
	Conversation, MessageID, Country, Visibility bool
}

// NewBatch returns an empty batch for rows of an input with these columns,
// whose texts are interned in dict.
func NewBatch(columns Columns, needs Needs, dict *Dict) *Batch {
	return &Batch{needs: needs, columns: columns, dict: dict}
}

// Reset empties the batch and keeps its memory.
func (b *Batch) Reset(seq int64) {
	b.Seq = seq
	b.At, b.Role = b.At[:0], b.Role[:0]
	b.Conversation, b.MessageID, b.Merchant = b.Conversation[:0], b.MessageID[:0], b.Merchant[:0]
	b.Country = b.Country[:0]
	b.Client, b.Sender, b.MerchantUser = b.Client[:0], b.Sender[:0], b.MerchantUser[:0]
	b.Rows = b.Rows[:0]
	b.Counts = Counts{}
}

// Len is the number of messages in the batch.
func (b *Batch) Len() int { return len(b.At) }

// Append judges m and adds it to the batch, or counts why it does not. This is
// the one place that knows what makes a row unusable and who its sender is.
func (b *Batch) Append(m *Message) Reason {
	if b.needs.Rows {
		return b.appendRow(m)
	}
	b.Counts.Rows++
	switch {
	case m.CreatedAt == MissingTime || m.Client == Absent || m.MerchantUser == Absent || m.Merchant == Absent ||
		m.Conversation == Absent && b.columns.Conversation:
		return b.reject(MissingValue)
	case m.CreatedAt == BadTime:
		return b.reject(BadTimestamp)
	case m.Client == m.MerchantUser:
		return b.reject(AmbiguousSender)
	case m.Visibility == BadVisibility:
		return b.reject(BadIsPublic)
	}
	if m.AmbiguousLocal {
		b.Counts.AmbiguousLocal++
	}
	if m.Visibility == Private {
		b.Counts.Private++
		return Accepted
	}
	// Clients and merchants take turns as no branch predictor can tell: whether the
	// sender is neither is one comparison, which goes the same way almost always.
	fromClient, fromMerchant := m.Sender^m.Client, m.Sender^m.MerchantUser // 0 if so
	if min(fromClient, fromMerchant) != 0 {
		b.Counts.OtherSender++
		return Accepted
	}
	role := FromClient
	if fromMerchant == 0 {
		role = FromMerchant
	}
	conversation := m.Conversation
	if !b.columns.Conversation {
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

// Reject counts a row that is unusable as a whole: BadQuote or FieldCount.
func (b *Batch) Reject(r Reason) {
	b.Counts.Rows++
	b.reject(r)
	if b.needs.Rows {
		b.Rows = append(b.Rows, Row{Message: Message{CreatedAt: MissingTime}, Verdict: Rejected, Reason: r})
	}
}

func (b *Batch) reject(r Reason) Reason {
	b.Counts.Rejected[r]++
	return r
}
