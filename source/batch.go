package source

import (
	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/source/verdict"
)

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

	Rows []verdict.Row // every row, be it kept or not, if Needs asks for them

	Counts Counts

	// File is the number of the file, or other input, that all rows of the batch are
	// of, from 0.
	File int
	// Texts are those of the ids in Conversation that the batch alone knows, if Needs allow
	// them.
	Texts ids.Texts
	// First and Last are the times of the first and the last row with a time that can
	// be read, of whatever row; MissingTime if there is none.
	First, Last int64
	// Others are the rows that are no message, in their order, if Needs asks for them.
	Others []verdict.Other
}

// Needs are columns that a receiver wants beyond those that it always gets.
type Needs struct {
	Client bool // Batch.Client
	Users  bool // Batch.Sender and Batch.MerchantUser
	Rows   bool // Batch.Rows: slower, for looking closely at some rows
	Others bool // Batch.Others
	// OwnMessageIDs allows ids in Batch.MessageID that are of one message alone, though
	// others have the same text: Dict.Share makes equal ids of them.
	OwnMessageIDs bool
	// OwnConversations allows ids in Batch.Conversation that are known within the batch alone:
	// ID.InBatch says of which of Batch.Texts they are. Who makes batches of those of another
	// source hands the texts on, or asks that source for ids of the dictionary.
	OwnConversations bool
}

// Len returns the number of messages in the batch.
func (b *Batch) Len() int { return len(b.At) }

// An ID stands for the text of an id: two ids of one [Dict] are equal when their texts are.
// The zero ID is that of an empty value. Where a receiver allows it ([Needs]), ids of some
// fields are equal only within a row, or only after Dict.Share.
type ID = ids.ID

// A Text is the code of a text in a [Dict]. Equal texts have equal codes; codes have no
// order that means anything.
type Text = ids.Text

// A Dict holds the texts of an input once each. It may be used from several goroutines at once.
//
// Receivers ask it for texts: IDText(ID) string, TextOf(Text) string; and for the order of two ids,
// Compare(a, b ID) int: integers by value, before other texts. Share(ID) ID makes ids of one text
// equal that are of one message alone (see Needs).
//
// Sources ask it for ids: ID([]byte) ID of a text, which must be trimmed and UTF-8, Int(int64) ID
// of an integer, and Pair(client, merchant ID) ID of a conversation that has no id of its own; and
// Text([]byte) Text for the code of a country.
type Dict = ids.Dict

// NewDict returns an empty dictionary.
func NewDict() *Dict { return ids.NewDict() }
