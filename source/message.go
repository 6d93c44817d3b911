package source

import (
	"fmt"
	"math"

	"github.com/sav-analytics/sav/internal/ids"
)

// A Role is who wrote a message of a conversation.
type Role uint8

const (
	FromClient   Role = iota // the conversation's client
	FromMerchant             // the conversation's merchant
)

// A Reason says why a row was rejected. Of several that hold, the lowest counts.
type Reason uint8

const (
	Accepted        Reason = iota // the row was not rejected
	BadQuote                      // text after a closing quote, or a quote never closed
	BadJSON                       // a line that is no JSON object
	FieldCount                    // not as many fields as the header
	MissingValue                  // a needed value is empty
	CutID                         // an id in scientific notation, which may stand for several
	BadTimestamp                  // created_at is in none of the forms that are read
	BadRole                       // sender_role is a word that says nothing
	AmbiguousSender               // the ids must decide who wrote, and client and merchant are the same user
	BadIsPublic                   // is_public or is_private is neither true nor false
	BadIsAutomatic                // is_automatic is neither true nor false
	BadNeedsReply                 // needs_reply is neither true nor false
	numReasons
)

var reasonNames = [numReasons]string{"accepted", "bad_quote", "bad_json", "field_count", "missing_value", "cut_id",
	"bad_timestamp", "bad_role", "ambiguous_sender", "bad_is_public", "bad_is_automatic", "bad_needs_reply"}

// String returns the reason's name in rejects.csv and run.json.
func (r Reason) String() string {
	if r >= numReasons {
		return fmt.Sprintf("Reason(%d)", uint8(r))
	}
	return reasonNames[r]
}

// Values of Message.CreatedAt that stand for no time.
const (
	MissingTime = math.MinInt64     // the value is empty
	BadTime     = math.MinInt64 + 1 // the value cannot be read
)

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
	Sender, Client, MerchantUser      ID
	Merchant, Conversation, MessageID ID
	Country                           Text
	By                                WrittenBy
	Flags                             Flags
}

// id returns where a field's id is held.
func (m *Message) id(f Field) *ID {
	switch f {
	case SenderUserID:
		return &m.Sender
	case ClientUserID:
		return &m.Client
	case MerchantUserID:
		return &m.MerchantUser
	case MerchantID:
		return &m.Merchant
	case ConversationID:
		return &m.Conversation
	case MessageID:
		return &m.MessageID
	}
	return nil
}

// ID returns the id of a field; Absent if the field is none of ids.
func (m *Message) ID(f Field) ID {
	if place := m.id(f); place != nil {
		return *place
	}
	return ids.Absent
}

// SetID gives m the id of a field; it does nothing if the field is none of ids.
func (m *Message) SetID(f Field, id ID) {
	if place := m.id(f); place != nil {
		*place = id
	}
}

// Take gives m the value of a field that another message has, and the other's flags.
func (m *Message) Take(f Field, from *Message) {
	m.Flags |= from.Flags
	switch f {
	case CreatedAt:
		m.CreatedAt = from.CreatedAt
	case Country:
		m.Country = from.Country
	case SenderRole:
		m.By = from.By
	default:
		m.SetID(f, from.ID(f))
	}
}

// Counts says what became of the rows of an input. Rows is the sum of the messages
// kept and of the others, but AmbiguousLocal and InvalidUTF8, which say more of the
// same rows.
type Counts struct {
	Rows           int64
	Private        int64
	Automatic      int64
	OtherSender    int64
	NoReplyNeeded  int64
	AmbiguousLocal int64
	InvalidUTF8    int64
	Rejected       [numReasons]int64
}

// Add adds what o counted to c.
func (c *Counts) Add(o *Counts) {
	c.Rows += o.Rows
	c.Private += o.Private
	c.Automatic += o.Automatic
	c.OtherSender += o.OtherSender
	c.NoReplyNeeded += o.NoReplyNeeded
	c.AmbiguousLocal += o.AmbiguousLocal
	c.InvalidUTF8 += o.InvalidUTF8
	for i, n := range o.Rejected {
		c.Rejected[i] += n
	}
}

// RejectedBy returns the number of rows rejected for each reason that occurred, by
// its name.
func (c *Counts) RejectedBy() map[string]int64 {
	by := make(map[string]int64)
	for r, n := range c.Rejected {
		if n > 0 {
			by[Reason(r).String()] = n
		}
	}
	return by
}

// TotalRejected returns the number of rows rejected for any reason.
func (c *Counts) TotalRejected() int64 {
	var sum int64
	for _, n := range c.Rejected {
		sum += n
	}
	return sum
}
