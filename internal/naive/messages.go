package naive

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// A File is a CSV file, in whatever dialect.
type File struct {
	Name, Text string
	Dialect
}

// A Reject is a row that cannot be used.
type Reject struct {
	Input          string
	Line           int
	Reason, Record string
}

// A Message is a row by a client or a merchant.
type Message struct {
	At           int64 // µs since 1970
	FromMerchant bool
	Conversation string // what tells conversations apart
	Shown        string // the conversation's id in pairs
	ID           string
	Country      string
	Merchant     string
	Client       string
}

// Input is all that was read.
type Input struct {
	Messages []Message
	Rejects  []Reject
	// Counts of rows: rows_read, private, automatic, other_sender, no_reply_needed,
	// ambiguous_local, invalid_utf8; those that are not 0.
	Counts map[string]int64
	// HasMessageID says that there is a column of them.
	HasMessageID bool
}

// names has the canonical names of columns, each with its aliases in the order in
// which they win.
var names = map[string]string{
	"created_at":       "date_creation date_created created_datetime sent_at created created_on timestamp datetime date",
	"sender_user_id":   "author_user_id from_user_id sender_id author_id from_id",
	"client_user_id":   "customer_user_id client_id customer_id buyer_id",
	"merchant_user_id": "seller_user_id",
	"merchant_id":      "seller_id shop_id vendor_id store_id",
	"conversation_id":  "sav_id ticket_id thread_id chat_id case_id",
	"message_id":       "id msg_id",
	"country":          "country_code",
	"is_public":        "public",
	"is_private":       "private is_internal internal",
	"sender_role":      "role sender_type author_type direction",
	"is_automatic":     "is_auto automated is_bot",
	"needs_reply":      "",
}

var signs = regexp.MustCompile(`[^A-Za-z0-9]`)

// Normal returns the part of a column's name that is compared.
func Normal(name string) string { return strings.ToLower(signs.ReplaceAllString(name, "")) }

// Columns finds the columns of a header by their names or aliases.
func Columns(header []string) map[string]int {
	at := make(map[string]int)
	normal := make([]string, len(header))
	for i, name := range header {
		normal[i] = Normal(name)
	}
	for name, aliases := range names {
		for _, wanted := range append([]string{name}, strings.Fields(aliases)...) {
			i := slices.Index(normal, Normal(wanted))
			if i >= 0 {
				at[name] = i
				break
			}
		}
	}
	return at
}

// Rules say how values are read.
type Rules struct {
	Zone  *time.Location    // of times without an offset; nil is UTC
	Roles map[string]string // words of sender_role beyond those that are known
	Set   map[string]string // columns that the input does not have
}

// Read reads files as one input.
func Read(zone *time.Location, files ...File) Input { return Rules{Zone: zone}.Read(files...) }

// Read reads files as one input.
func (r Rules) Read(files ...File) Input {
	in := Input{Counts: make(map[string]int64)}
	for _, file := range files {
		records := file.Records(file.Text)
		header := records[0].Fields
		if len(header) > 1 && header[len(header)-1] == "" {
			header = header[:len(header)-1]
		}
		column := Columns(header)
		_, in.HasMessageID = column["message_id"]
		for _, record := range records[1:] {
			fields := record.Fields
			if len(fields) == len(header)+1 && fields[len(header)] == "" {
				fields = fields[:len(header)]
			}
			in.Counts["rows_read"]++
			if fields == nil && !utf8.ValidString(record.Raw) ||
				slices.ContainsFunc(fields, func(f string) bool { return !utf8.ValidString(f) }) {
				in.Counts["invalid_utf8"]++
			}
			if reason := in.add(fields, len(header), column, r); reason != "" {
				in.Rejects = append(in.Rejects, Reject{file.Name, record.Line, reason, Valid(record.Raw)})
			}
		}
	}
	for key, n := range in.Counts {
		if n == 0 {
			delete(in.Counts, key)
		}
	}
	return in
}

// Null returns s, or "" if s is a null word.
func Null(s string) string {
	switch s {
	case `\N`, "NULL", "null", "None", "NaN", "nan", "<NA>", "NA", "N/A", "#N/A":
		return ""
	}
	return s
}

// add judges a row, and takes it or says why it cannot be used.
func (in *Input) add(fields []string, want int, column map[string]int, rules Rules) (reason string) {
	switch {
	case fields == nil:
		return "bad_quote"
	case len(fields) != want:
		return "field_count"
	}
	has := func(name string) bool {
		_, there := column[name]
		_, set := rules.Set[name]
		return there || set
	}
	value := func(name string) string {
		text := rules.Set[name]
		if i, ok := column[name]; ok {
			text = fields[i]
		}
		text = strings.TrimSpace(Valid(text))
		if name == "country" && text == "NA" {
			return text
		}
		return Null(text)
	}
	sender, client := ID(value("sender_user_id")), ID(value("client_user_id"))
	merchantUser := ID(value("merchant_user_id"))
	m := Message{ID: ID(value("message_id")), Country: Country(value("country")), Client: client,
		Merchant: ID(value("merchant_id"))}
	m.Shown = ID(value("conversation_id"))
	m.Conversation = m.Shown
	role := Role(value("sender_role"), rules.Roles)
	switch {
	case value("created_at") == "", m.Merchant == "":
		return "missing_value"
	case has("conversation_id") && m.Shown == "", !has("conversation_id") && client == "":
		return "missing_value"
	case role == "" && (client == "" || merchantUser == "" || !has("sender_user_id")):
		return "missing_value"
	}
	for _, name := range []string{"sender_user_id", "client_user_id", "merchant_user_id", "merchant_id",
		"conversation_id", "message_id"} {
		if cutID.MatchString(value(name)) {
			return "cut_id"
		}
	}
	at, ambiguous, ok := Time(value("created_at"), rules.Zone)
	if !ok {
		return "bad_timestamp"
	}
	m.At = at
	if ambiguous {
		in.Counts["ambiguous_local"]++
	}
	if role == "unknown" {
		return "bad_role"
	}
	if role == "" {
		if client == merchantUser {
			return "ambiguous_sender"
		}
		role = map[string]string{client: "client", merchantUser: "merchant"}[sender]
		role = cmp.Or(role, "other")
	}
	flags := make(map[string]string)
	for _, name := range []string{"is_public", "is_private", "is_automatic", "needs_reply"} {
		switch strings.ToLower(ID(value(name))) {
		case "true", "t", "1", "yes", "y", "on":
			flags[name] = "true"
		case "false", "f", "0", "no", "n", "off":
			flags[name] = "false"
		case "":
		default:
			return "bad_" + strings.Replace(name, "is_private", "is_public", 1)
		}
	}
	if !has("conversation_id") {
		m.Conversation = client + "\x00" + m.Merchant
		m.Shown = client + "/" + m.Merchant
	}
	m.FromMerchant = role == "merchant"
	switch {
	case flags["is_public"] == "false" || flags["is_private"] == "true":
		in.Counts["private"]++
	case flags["is_automatic"] == "true" || role == "automatic":
		in.Counts["automatic"]++
	case role == "other":
		in.Counts["other_sender"]++
	case role == "client" && flags["needs_reply"] == "false":
		in.Counts["no_reply_needed"]++
	default:
		in.Messages = append(in.Messages, m)
	}
	return ""
}
