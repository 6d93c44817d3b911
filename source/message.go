package source

import (
	"fmt"
	"math"
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

// A Row is one row of input and what became of it, for those who look closely
// at some of them: see [Needs].
type Row struct {
	Input string // as in [Reject]
	Line  int64  // as in [Reject]

	// What could be read of it. Conversation is absent where none can be told.
	CreatedAt                int64 // µs since 1970 UTC, MissingTime or BadTime
	Sender, Client, Merchant ID
	Conversation, MessageID  ID
	Country                  Text
	AmbiguousLocal           bool // CreatedAt was a local time that occurs twice or never
	InvalidUTF8              bool // some column's text is ill-formed

	Reason Reason // why it was rejected, or Accepted
	Aside  string // what it was put aside and counted as, as run.json has it; empty of the others
	Role   Role   // of a message
}
