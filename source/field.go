package source

import (
	"fmt"
	"iter"
	"strings"
)

// A Field is one of the meanings that a column of input can have.
type Field uint8

// The fields, in the order in which documents list them.
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
	IsPrivate                   // true for an internal note
	SenderRole                  // who wrote it, in a word; decides where it is not empty
	IsAutomatic                 // true for a message of a machine
	NeedsReply                  // false for a client's message that wants no answer
	NumFields                   // the number of fields
)

// fields has each field's canonical name and its aliases in the order in which
// they win.
var fields = [NumFields]struct {
	name    string
	aliases []string
}{
	CreatedAt: {"created_at", []string{"date_creation", "date_created", "created_datetime", "sent_at", "created",
		"created_on", "timestamp", "datetime", "date"}},
	SenderUserID:   {"sender_user_id", []string{"author_user_id", "from_user_id", "sender_id", "author_id", "from_id"}},
	ClientUserID:   {"client_user_id", []string{"customer_user_id", "client_id", "customer_id", "buyer_id"}},
	MerchantUserID: {"merchant_user_id", []string{"seller_user_id"}},
	MerchantID:     {"merchant_id", []string{"seller_id", "shop_id", "vendor_id", "store_id"}},
	ConversationID: {"conversation_id", []string{"sav_id", "ticket_id", "thread_id", "chat_id", "case_id"}},
	MessageID:      {"message_id", []string{"id", "msg_id"}},
	Country:        {"country", []string{"country_code"}},
	IsPublic:       {"is_public", []string{"public"}},
	IsPrivate:      {"is_private", []string{"private", "is_internal", "internal"}},
	SenderRole:     {"sender_role", []string{"role", "sender_type", "author_type", "direction"}},
	IsAutomatic:    {"is_automatic", []string{"is_auto", "automated", "is_bot"}},
	NeedsReply:     {"needs_reply", nil},
}

// String returns the field's canonical column name.
func (f Field) String() string {
	if f >= NumFields {
		return fmt.Sprintf("Field(%d)", uint8(f))
	}
	return fields[f].name
}

// IsID reports whether the field's values are ids.
func (f Field) IsID() bool { return f >= SenderUserID && f <= MessageID }

// IsFlag reports whether the field's values are true or false.
func (f Field) IsFlag() bool {
	return f == IsPublic || f == IsPrivate || f == IsAutomatic || f == NeedsReply
}

// ParseField returns the field with that canonical name, in any case and with
// whatever signs between its words.
func ParseField(name string) (Field, bool) {
	normal := normalName(name)
	for f := range NumFields {
		if normalName(fields[f].name) == normal {
			return f, true
		}
	}
	return 0, false
}

// normalName returns what of a name is compared: its ASCII letters, in lower case,
// and its digits.
func normalName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			return r
		}
		return -1
	}, name)
}

// Columns is a set of fields: those that an input has.
type Columns uint16

// ColumnsOf returns the set of some fields.
func ColumnsOf(fields ...Field) Columns {
	var c Columns
	for _, f := range fields {
		c |= 1 << f
	}
	return c
}

// Has reports whether the set contains a field.
func (c Columns) Has(f Field) bool { return c>>f&1 == 1 }

// All yields the fields of the set, in their order.
func (c Columns) All() iter.Seq[Field] {
	return func(yield func(Field) bool) {
		for f := range NumFields {
			if c.Has(f) && !yield(f) {
				return
			}
		}
	}
}

// sameInAll are the columns that all of several inputs must have, or none: a rule
// that holds for a part of the rows would give a wrong number.
var sameInAll = ColumnsOf(ConversationID, MessageID, SenderRole)

// InAll returns the columns of the set that all of several inputs must have, or
// none.
func (c Columns) InAll() Columns { return c & sameInAll }

// Agree returns an *InputError that names input if, of the columns that all
// inputs must have or none, its columns c differ from those of the first input.
func (c Columns) Agree(input, first string, ofFirst Columns) error {
	var differ []string
	for f := range (c ^ ofFirst).InAll().All() {
		verb := "lacks"
		if c.Has(f) {
			verb = "has"
		}
		differ = append(differ, fmt.Sprintf("%s %s", verb, f))
	}
	if differ == nil {
		return nil
	}
	return &InputError{Input: input, Err: fmt.Errorf("%s, unlike %s: all inputs must have the column, or none",
		strings.Join(differ, " and "), first)}
}
