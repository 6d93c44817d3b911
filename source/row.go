package source

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
