package source

import "math"

// A Role is who wrote a message of a conversation.
type Role uint8

const (
	FromClient   Role = iota // the sender is the conversation's client
	FromMerchant             // the sender is the conversation's merchant
)

// A Reason says why a row was rejected. Of several that hold, the lowest counts.
type Reason uint8

const (
	Accepted        Reason = iota // the row was not rejected
	BadQuote                      // text after a closing quote, or a quote never closed
	FieldCount                    // not as many fields as the header
	MissingValue                  // a needed value is empty
	BadTimestamp                  // created_at is in none of the forms that are read
	AmbiguousSender               // client and merchant are the same user
	BadIsPublic                   // is_public is neither true nor false
	numReasons
)

var reasonNames = [numReasons]string{"accepted", "bad_quote", "field_count", "missing_value",
	"bad_timestamp", "ambiguous_sender", "bad_is_public"}

// String is the reason's name in rejects.csv and run.json.
func (r Reason) String() string { return reasonNames[r] }

// A Visibility says whether a message is public, an internal note, or neither
// by any spelling that is known.
type Visibility uint8

const (
	Public        Visibility = iota // a message, or nothing is said
	Private                         // an internal note
	BadVisibility                   // neither can be read of it
)

// Values of Message.CreatedAt that stand for no time.
const (
	MissingTime = math.MinInt64     // the value is empty
	BadTime     = math.MinInt64 + 1 // the value cannot be read
)

// A Message is one row of input with its values typed, before it is judged.
type Message struct {
	CreatedAt                         int64 // µs since 1970 UTC, MissingTime or BadTime
	Sender, Client, MerchantUser      ID
	Merchant, Conversation, MessageID ID
	Country                           Text
	Visibility                        Visibility
	AmbiguousLocal                    bool // CreatedAt was a local time that occurs twice or never
}

// Counts says what became of the rows of an input. Rows is the sum of the
// others, of which AmbiguousLocal is no part, and of the messages kept.
type Counts struct {
	Rows           int64
	Private        int64
	OtherSender    int64
	AmbiguousLocal int64
	Rejected       [numReasons]int64
}

// Add adds what o counted to c.
func (c *Counts) Add(o *Counts) {
	c.Rows += o.Rows
	c.Private += o.Private
	c.OtherSender += o.OtherSender
	c.AmbiguousLocal += o.AmbiguousLocal
	for i, n := range o.Rejected {
		c.Rejected[i] += n
	}
}

// RejectedBy is the number of rows rejected for each reason that occurred, by
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

// TotalRejected is the number of rows rejected for any reason.
func (c *Counts) TotalRejected() int64 {
	var sum int64
	for _, n := range c.Rejected {
		sum += n
	}
	return sum
}
