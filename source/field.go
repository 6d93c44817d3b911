package source

import (
	"fmt"
	"iter"
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
	numFields                   // the number of fields
)

// fieldNames has each field's canonical name.
var fieldNames = [numFields]string{CreatedAt: "created_at",
	SenderUserID:   "sender_user_id",
	ClientUserID:   "client_user_id",
	MerchantUserID: "merchant_user_id",
	MerchantID:     "merchant_id",
	ConversationID: "conversation_id",
	MessageID:      "message_id",
	Country:        "country",
	IsPublic:       "is_public",
	IsPrivate:      "is_private",
	SenderRole:     "sender_role",
	IsAutomatic:    "is_automatic",
	NeedsReply:     "needs_reply",
}

// String returns the field's canonical column name.
func (f Field) String() string {
	if f >= numFields {
		return fmt.Sprintf("Field(%d)", uint8(f))
	}
	return fieldNames[f]
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
		for f := range numFields {
			if c.Has(f) && !yield(f) {
				return
			}
		}
	}
}

// A Header says which column of an input holds which field.
type Header struct {
	// Index is the column of each field, counted from 0; -1 where the input has none.
	Index [numFields]int
	// Names are the columns' own names, without white space around them. An empty
	// last one, of a line that ends with a delimiter, is dropped.
	Names []string
	// Set is the value that each row has in fields that Rules.Set gives.
	Set map[Field]string
}

// Columns returns the fields that the input has, be it by a column or a value that
// is set.
func (h *Header) Columns() Columns {
	var c Columns
	for f := range numFields {
		if _, set := h.Set[f]; set || h.Index[f] >= 0 {
			c |= ColumnsOf(f)
		}
	}
	return c
}

// Serves returns what serves a field: the name of a column, or "=" and the value
// that is set. ok is false where nothing does.
func (h *Header) Serves(f Field) (by string, ok bool) {
	if value, set := h.Set[f]; set {
		return "=" + value, true
	}
	if f >= numFields {
		return "", false
	}
	if i := h.Index[f]; i >= 0 && i < len(h.Names) {
		return h.Names[i], true
	}
	return "", false
}
