package inspect

import (
	"time"

	"github.com/sav-analytics/sav/internal/tally"
	"github.com/sav-analytics/sav/source"
)

// A Report is what was found out about some files.
type Report struct {
	Inputs  []Input  `json:"inputs"`
	Columns []Column `json:"columns"`
	Unused  []string `json:"unused"`  // columns that serve nothing
	Missing []string `json:"missing"` // fields that are needed and that nothing serves, as they are
	Times   Times    `json:"times"`
	Roles   []Role   `json:"roles"`

	// Counts and Facts are those of the rows that were looked at, by the guesses.
	Counts        source.Counts `json:"-"`
	Facts         tally.Facts   `json:"-"`
	Rows          int64         `json:"rows"` // that were looked at
	More          bool          `json:"more"` // there are more
	Clients       int64         `json:"client_messages"`
	Merchants     int64         `json:"merchant_messages"`
	Duplicates    int64         `json:"duplicates"`
	Conversations int           `json:"conversations"`
	Answered      int           `json:"answered"` // conversations in which both sides write
	ClientIDs     int           `json:"clients"`  // 0: rows do not say
	MerchantIDs   int           `json:"merchants"`
	Several       int           `json:"conversations_of_several_merchants"`
	Rejected      []Rejected    `json:"rejected"`
	First         [][]string    `json:"first_rows"` // of Names
	Names         []string      `json:"names"`

	Notes   []string `json:"notes"`
	Guesses []Guess  `json:"guesses"`
	// Fits reports whether an analysis could run as it was asked for, without guesses;
	// Why says why not.
	Fits bool   `json:"fits"`
	Why  string `json:"why,omitempty"`
	// MaxRejectRate is the share of rejected rows that the guesses need; 0 is the usual.
	MaxRejectRate float64 `json:"max_reject_rate,omitempty"`
}

// An Input says what a file is.
type Input struct {
	Name        string `json:"name"`
	Format      string `json:"format"`
	Compression string `json:"compression,omitempty"`
	Encoding    string `json:"encoding,omitempty"`
	Mark        bool   `json:"byte_order_mark,omitempty"`
	Delimiter   string `json:"delimiter,omitempty"`
	LineEnds    string `json:"line_ends,omitempty"`
	HeaderLine  int64  `json:"header_line,omitempty"`
}

// A Column says what serves a field, and why.
type Column struct {
	Field   string `json:"field"`
	By      string `json:"by"`                // the column, or = and a value; "" is nothing
	Why     string `json:"why"`               // its name, an alias, given or guessed
	Needed  bool   `json:"needed,omitempty"`  // nothing serves it, and something must
	Nearest string `json:"nearest,omitempty"` // the column whose name is near, if it is needed
}

// Times says which forms times have.
type Times struct {
	Forms []Form     `json:"forms"`
	First *time.Time `json:"first"`
	Last  *time.Time `json:"last"`
}

// A Form is one in which times are written.
type Form struct {
	Example string `json:"example"`
	Count   int    `json:"count"`
	Read    bool   `json:"read"`
}

// A Role is a word of sender_role.
type Role struct {
	Word    string `json:"word"`
	Count   int    `json:"count"`
	Meaning string `json:"meaning"` // client, merchant, other, automatic; "" is none
	Why     string `json:"why"`
}

// Rejected is a reason for which rows are rejected.
type Rejected struct {
	Reason string `json:"reason"`
	Count  int64  `json:"count"`
	Input  string `json:"input"`
	Line   int64  `json:"line"`             // of the first
	Column string `json:"column,omitempty"` // the field to blame; "" is the row as a whole
	Value  string `json:"value,omitempty"`  // what stands there
	Record string `json:"record"`
}
