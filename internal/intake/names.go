package intake

import (
	"fmt"
	"strings"

	"github.com/sav-analytics/sav/source"
)

// aliases are other names of the fields, in the order in which they win.
var aliases = [NumFields][]string{
	source.CreatedAt: {"date_creation", "date_created", "created_datetime", "sent_at", "created",
		"created_on", "timestamp", "datetime", "date"},
	source.SenderUserID:   {"author_user_id", "from_user_id", "sender_id", "author_id", "from_id"},
	source.ClientUserID:   {"customer_user_id", "client_id", "customer_id", "buyer_id"},
	source.MerchantUserID: {"seller_user_id"},
	source.MerchantID:     {"seller_id", "shop_id", "vendor_id", "store_id"},
	source.ConversationID: {"sav_id", "ticket_id", "thread_id", "chat_id", "case_id"},
	source.MessageID:      {"id", "msg_id"},
	source.Country:        {"country_code"},
	source.IsPublic:       {"public"},
	source.IsPrivate:      {"private", "is_internal", "internal"},
	source.SenderRole:     {"role", "sender_type", "author_type", "direction"},
	source.IsAutomatic:    {"is_auto", "automated", "is_bot"},
}

// ParseField returns the field with that canonical name, in any case and with any signs
// between its words.
func ParseField(name string) (source.Field, bool) {
	normal := normalName(name)
	for f := range NumFields {
		if normalName(f.String()) == normal {
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

// sameInAll are the columns that all of several inputs must have, or none: a rule
// that holds for a part of the rows would give a wrong number.
var sameInAll = source.ColumnsOf(source.ConversationID, source.MessageID, source.SenderRole)

// InAll returns the columns of the set that all of several inputs must have, or
// none.
func InAll(c source.Columns) source.Columns { return c & sameInAll }

// AgreeAll returns the error of [Agree] for the first header that differs from the first one. One without any column
// has no rows. name returns that of an input.
func AgreeAll(headers []*source.Header, name func(i int) string) error {
	first := -1
	for i, h := range headers {
		switch columns := h.Columns(); {
		case columns == 0:
		case first < 0:
			first = i
		default:
			if err := Agree(columns, name(i), name(first), headers[first].Columns()); err != nil {
				return err
			}
		}
	}
	return nil
}

// Agree returns an *InputError that names input if, of the columns that all
// inputs must have or none, its columns c differ from those of the first input.
func Agree(c source.Columns, input, first string, ofFirst source.Columns) error {
	var differ []string
	for f := range InAll(c ^ ofFirst).All() {
		verb := "lacks"
		if c.Has(f) {
			verb = "has"
		}
		differ = append(differ, fmt.Sprintf("%s %s", verb, f))
	}
	if differ == nil {
		return nil
	}
	return &source.InputError{Input: input, Err: fmt.Errorf("%s, unlike %s: all inputs must have the column, or none",
		strings.Join(differ, " and "), first)}
}
