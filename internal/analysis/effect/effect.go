// Package effect has the words that say what a row of a conversation does, and what
// became of a conversation that is in no pairs: package explain gives them as texts.
package effect

// What rows do. Those that are counters of an analysis.Result have no other effect than to
// be counted there.
const (
	Rejected      = "rejected"
	Private       = "private"
	Automatic     = "automatic"
	OtherSender   = "other_sender"
	NoReplyNeeded = "no_reply_needed"
	Duplicate     = "duplicate"
	AfterAsOf     = "after_as_of"
	OtherContact  = "other_contact" // of the thread's, before or after this one
	BeforeC       = "before_c"      // by the merchant, before C
	C             = "c"             // is C
	M             = "m"             // is M
	Client        = "client"        // by the client, after C
	Merchant      = "merchant"      // by the merchant, after M
)

// Values of explain.Trace.Status beside those of pairs.
const (
	MerchantOnly = "merchant_only" // no client wrote by as-of
	NoMessage    = "no_message"    // neither did a merchant
)
