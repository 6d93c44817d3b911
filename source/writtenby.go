package source

// WrittenBy is who wrote a message, by what its row says in a word. The zero value is that
// nothing is said.
type WrittenBy uint8

// Values of WrittenBy.
const (
	ByClient    WrittenBy = iota + 1 // the conversation's client
	ByMerchant                       // the conversation's merchant
	ByOther                          // somebody else: the marketplace's staff, the system
	ByAutomatic                      // a machine
)
