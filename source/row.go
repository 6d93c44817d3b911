package source

// A Verdict says what became of a row.
type Verdict uint8

const (
	Kept          Verdict = iota // a message of its conversation
	Rejected                     // unusable: Row.Reason says why
	NotPublic                    // put aside and counted as private
	Automatic                    // put aside and counted as automatic
	OtherSender                  // put aside and counted as other_sender
	NoReplyNeeded                // put aside and counted as no_reply_needed
)

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

	Verdict Verdict
	Reason  Reason // if Rejected
	Role    Role   // if Kept
}
