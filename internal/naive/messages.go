package naive

import (
	"slices"
	"strings"
	"time"
)

// A File is a CSV file.
type File struct{ Name, Text string }

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
	// Counts of rows: rows_read, private, other_sender, ambiguous_local.
	Counts map[string]int64
}

var names = map[string][]string{
	"created_at":       {"date_creation", "timestamp", "date"},
	"sender_user_id":   {"author_user_id", "from_user_id"},
	"client_user_id":   {"customer_user_id"},
	"merchant_user_id": {},
	"merchant_id":      {},
	"conversation_id":  {"sav_id", "ticket_id", "thread_id"},
	"message_id":       {"id"},
	"country":          {"country_code"},
	"is_public":        {},
}

// columns finds the columns of a header by their names or aliases.
func columns(header []string) map[string]int {
	at := make(map[string]int)
	for name, aliases := range names {
		for i, h := range header {
			h = strings.ToLower(strings.Trim(h, " "))
			if h == name {
				at[name] = i
				break
			}
			if slices.Contains(aliases, h) {
				at[name] = i
			}
		}
	}
	return at
}

// Read reads files as one input.
func Read(zone *time.Location, files ...File) Input {
	in := Input{Counts: make(map[string]int64)}
	for _, file := range files {
		records := Records(file.Text)
		column := columns(records[0].Fields)
		for _, record := range records[1:] {
			in.Counts["rows_read"]++
			if reason := in.add(record.Fields, len(records[0].Fields), column, zone); reason != "" {
				in.Rejects = append(in.Rejects, Reject{file.Name, record.Line, reason, record.Raw})
			}
		}
	}
	return in
}

// add judges a row, and takes it or says why it cannot be used.
func (in *Input) add(fields []string, want int, column map[string]int, zone *time.Location) (reason string) {
	switch {
	case fields == nil:
		return "bad_quote"
	case len(fields) != want:
		return "field_count"
	}
	value := func(name string) string {
		i, ok := column[name]
		if !ok {
			return ""
		}
		return Valid(strings.Trim(fields[i], " "))
	}
	_, hasConversation := column["conversation_id"]
	client, merchantUser := ID(value("client_user_id")), ID(value("merchant_user_id"))
	m := Message{ID: ID(value("message_id")), Country: Country(value("country")), Client: client, Merchant: ID(value("merchant_id"))}
	m.Shown = ID(value("conversation_id"))
	m.Conversation = m.Shown
	if value("created_at") == "" || client == "" || merchantUser == "" || m.Merchant == "" || hasConversation && m.Shown == "" {
		return "missing_value"
	}
	at, ambiguous, ok := Time(value("created_at"), zone)
	if !ok {
		return "bad_timestamp"
	}
	if client == merchantUser {
		return "ambiguous_sender"
	}
	m.At = at
	public := true
	switch strings.ToLower(ID(value("is_public"))) {
	case "", "true", "t", "1", "yes", "y", "on":
	case "false", "f", "0", "no", "n", "off":
		public = false
	default:
		return "bad_is_public"
	}
	if ambiguous {
		in.Counts["ambiguous_local"]++
	}
	if !hasConversation {
		m.Conversation = client + "\x00" + m.Merchant
		m.Shown = client + "/" + m.Merchant
	}
	switch sender := ID(value("sender_user_id")); {
	case !public:
		in.Counts["private"]++
		return ""
	case sender == merchantUser:
		m.FromMerchant = true
	case sender != client:
		in.Counts["other_sender"]++
		return ""
	}
	in.Messages = append(in.Messages, m)
	return ""
}
