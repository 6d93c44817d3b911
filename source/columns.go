package source

import (
	"fmt"
	"slices"
	"strings"
)

// A Field is one of the meanings that a column of input can have.
type Field uint8

const (
	CreatedAt      Field = iota // when the message was sent
	SenderUserID                // the user who wrote it; empty for a system message
	ClientUserID                // the user who is the client of the conversation
	MerchantUserID              // the user who is the merchant of the conversation
	MerchantID                  // the merchant's own primary key, never compared with user ids
	ConversationID              // the conversation, where a client and a merchant may have several
	MessageID                   // breaks ties in time, and marks duplicates
	Country                     // of the order
	IsPublic                    // false for an internal note
	NumFields                   // how many fields there are
)

// fields describes each Field: its canonical name, other names it goes by, and
// whether an input must have it.
var fields = [NumFields]struct {
	name    string
	aliases []string
	needed  bool
}{
	CreatedAt:      {"created_at", []string{"date_creation", "timestamp", "date"}, true},
	SenderUserID:   {"sender_user_id", []string{"author_user_id", "from_user_id"}, true},
	ClientUserID:   {"client_user_id", []string{"customer_user_id"}, true},
	MerchantUserID: {"merchant_user_id", nil, true},
	MerchantID:     {"merchant_id", nil, true},
	ConversationID: {"conversation_id", []string{"sav_id", "ticket_id", "thread_id"}, false},
	MessageID:      {"message_id", []string{"id"}, false},
	Country:        {"country", []string{"country_code"}, false},
	IsPublic:       {"is_public", nil, false},
}

// String is the field's canonical column name.
func (f Field) String() string { return fields[f].name }

// ParseField returns the field with that canonical name.
func ParseField(name string) (Field, bool) {
	for f := range NumFields {
		if fields[f].name == normalName(name) {
			return f, true
		}
	}
	return 0, false
}

// A Header says which column of an input holds which field.
type Header struct {
	// Index is the column of each field, counted from 0; -1 where the input has none.
	Index [NumFields]int
	// Names are the columns' own names, as they stand in the input.
	Names []string
}

// ResolveHeader finds the columns of an input by their names, which match
// without case and surrounding spaces. A name in override (field → actual name)
// wins over the canonical one, and that over an alias. The error says what was
// looked for and what is there.
func ResolveHeader(names []string, override map[Field]string) (*Header, error) {
	normal := make([]string, len(names))
	for i, name := range names {
		normal[i] = normalName(name)
	}
	h := &Header{Names: names}
	taken := make([]bool, len(names)) // by an override: no other meaning is read into it
	for f := range NumFields {        // in their order, for the same mistakes to give the same error
		actual, ok := override[f]
		if !ok {
			continue
		}
		at, err := find(names, normal, nil, f, []string{normalName(actual)})
		if err != nil {
			return nil, err
		}
		if at < 0 {
			return nil, fmt.Errorf("no column %q for %s; the columns are %s", actual, f, list(names))
		}
		taken[at] = true
	}
	for f := range NumFields {
		h.Index[f] = -1
		candidates := [][]string{{fields[f].name}, fields[f].aliases}
		free := taken
		if actual, ok := override[f]; ok {
			candidates, free = [][]string{{normalName(actual)}}, nil
		}
		for _, wanted := range candidates {
			at, err := find(names, normal, free, f, wanted)
			if err != nil {
				return nil, err
			}
			if at >= 0 {
				h.Index[f] = at
				break
			}
		}
		if h.Index[f] < 0 && fields[f].needed {
			return nil, fmt.Errorf("no column for %s (looked for %s); the columns are %s",
				f, strings.Join(append([]string{fields[f].name}, fields[f].aliases...), ", "), list(names))
		}
	}
	return h, nil
}

// find returns the one column that goes by one of the wanted names and is not
// taken, or -1.
func find(names, normal []string, taken []bool, f Field, wanted []string) (int, error) {
	at := -1
	for i, name := range normal {
		if !slices.Contains(wanted, name) || taken != nil && taken[i] {
			continue
		}
		if at >= 0 {
			return -1, fmt.Errorf("two columns for %s: %q is column %d, %q is column %d; choose one with --column %s=NAME, or rename the other",
				f, names[at], at+1, names[i], i+1, f)
		}
		at = i
	}
	return at, nil
}

// Columns says which optional columns the input has.
func (h *Header) Columns() Columns {
	return Columns{
		Conversation: h.Index[ConversationID] >= 0,
		MessageID:    h.Index[MessageID] >= 0,
		Country:      h.Index[Country] >= 0,
		Visibility:   h.Index[IsPublic] >= 0,
	}
}

func normalName(name string) string { return strings.ToLower(strings.Trim(name, " ")) }

// list shows column names in an error, cut where they are too many or too long.
func list(names []string) string {
	const most, longest = 30, 40
	var b strings.Builder
	for i, name := range names {
		if i == most {
			fmt.Fprintf(&b, " and %d more", len(names)-most)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		if len(name) > longest {
			name = name[:longest] + "…"
		}
		fmt.Fprintf(&b, "%q", name)
	}
	return b.String()
}

// Agree is an error that names input if it has other optional columns, c, than the
// first of several inputs: together they could not be one.
func (c Columns) Agree(input, first string, ofFirst Columns) error {
	if c == ofFirst {
		return nil
	}
	return &InputError{Input: input, Err: fmt.Errorf("has other optional columns than %s: %s", first, c.Difference(ofFirst))}
}

// Difference names the columns that one of c and other has and the other lacks.
func (c Columns) Difference(other Columns) string {
	var diff []string
	for _, column := range []struct {
		field     Field
		has, want bool
	}{
		{ConversationID, c.Conversation, other.Conversation}, {MessageID, c.MessageID, other.MessageID},
		{Country, c.Country, other.Country}, {IsPublic, c.Visibility, other.Visibility},
	} {
		switch {
		case column.has && !column.want:
			diff = append(diff, "it has "+column.field.String())
		case column.want && !column.has:
			diff = append(diff, "it lacks "+column.field.String())
		}
	}
	return strings.Join(diff, ", ")
}
