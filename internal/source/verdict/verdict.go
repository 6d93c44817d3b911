// Package verdict says what becomes of a row of input: a message of a client or a merchant,
// put aside, or rejected, and why.
//
// It stands in the flow's first room, below package source, whose callers see reasons and
// roles: source → frame → analysis → sink.
package verdict

import (
	"fmt"

	"github.com/sav-analytics/sav/internal/ids"
)

// A Role is who wrote a message of a conversation.
type Role uint8

// The roles.
const (
	FromClient   Role = iota // the conversation's client
	FromMerchant             // the conversation's merchant
)

// A Reason says why a row was rejected. Of several that hold, the lowest counts.
type Reason uint8

// The reasons.
const (
	Accepted        Reason = iota // the row was not rejected
	BadQuote                      // text after a closing quote, or a quote never closed
	BadJSON                       // a line that is no JSON object
	FieldCount                    // another number of fields than the header
	MissingValue                  // a needed value is empty
	CutID                         // an id in scientific notation, which may stand for several
	BadTimestamp                  // created_at is in none of the forms that are read
	BadRole                       // sender_role is a word that says nothing
	AmbiguousSender               // the ids must decide who wrote, and client and merchant are the same user
	BadIsPublic                   // is_public or is_private is neither true nor false
	BadIsAutomatic                // is_automatic is neither true nor false
	BadNeedsReply                 // needs_reply is neither true nor false
	NumReasons                    // the number of reasons
)

var reasonNames = [NumReasons]string{"accepted", "bad_quote", "bad_json", "field_count", "missing_value", "cut_id",
	"bad_timestamp", "bad_role", "ambiguous_sender", "bad_is_public", "bad_is_automatic", "bad_needs_reply"}

// String returns the reason's name in rejects.csv and run.json.
func (r Reason) String() string {
	if r >= NumReasons {
		return fmt.Sprintf("Reason(%d)", uint8(r))
	}
	return reasonNames[r]
}

// A Row is one row of input and what became of it, for a closer look at some of them.
type Row struct {
	Input string // the file's name, or what else the row comes from
	Line  int64  // the line on which the record starts, from 1

	// What could be read of it. Conversation is absent where it is not known.
	CreatedAt                int64 // µs since 1970 UTC, source.MissingTime or intake.BadTime
	Sender, Client, Merchant ids.ID
	Conversation, MessageID  ids.ID
	Country                  ids.Text
	AmbiguousLocal           bool // CreatedAt was a local time that occurs twice or never
	InvalidUTF8              bool // some column's text is ill-formed

	Reason Reason // why it was rejected, or Accepted
	Aside  string // what it was put aside and counted as, as run.json has it; empty of the others
	Role   Role   // of a message
}

// An Other is a row that is no message: rejected, or put aside.
type Other struct {
	At       int64 // its time; if that cannot be read, that of the row before it in the batch, or source.MissingTime
	Rejected bool
}
