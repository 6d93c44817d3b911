package source

// WrittenBy is who wrote a message, by what its row says in a word.
type WrittenBy uint8

// Values of WrittenBy.
const (
	ByIDs       WrittenBy = iota // nothing is said: the ids decide
	ByClient                     // the conversation's client
	ByMerchant                   // the conversation's merchant
	ByOther                      // somebody else: the marketplace's staff, the system
	ByAutomatic                  // a machine
	ByUnknown                    // the word says none of these
)
