package generate

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf16"
)

// delimiters says how a delimited dialect is written.
type delimiters struct {
	begin, delimiter, end string // before all, between fields, of lines
	time                  string // the layout of times
	null                  string
	yes, no               string
	roles                 bool   // the columns are those of rolesCSV
	index                 bool   // each line begins with its number
	integer               string // behind an id of a column where one is missing
	field                 func(string) string
	utf16                 bool
	rows                  int
}

var names = []string{"message_id", "conversation_id", "created_at", "sender_user_id", "client_user_id",
	"merchant_user_id", "merchant_id", "country",
	"is_public", "body"}

var delimited = map[Dialect]*delimiters{
	excelFrench: {begin: "\uFEFF", delimiter: ";", end: "\r\n", time: "02/01/2006 15:04:05", yes: "1", no: "0",
		field: quoteIf(";\"\r\n")},
	excelUnicode: {begin: "\uFEFF", delimiter: "\t", end: "\r\n", yes: "TRUE", no: "FALSE",
		field: quoteIf("\t\"\r\n"), utf16: true},
	mysqlDump: {delimiter: "\t", end: "\n", null: `\N`, yes: "1", no: "0",
		field: strings.NewReplacer(`\`, `\\`, "\t", "\\\t", "\n", "\\\n", "\r", "\\\r").Replace},
	pandasCSV: {delimiter: ",", end: "\n", time: "2006-01-02 15:04:05+00:00", yes: "True", no: "False",
		index: true, integer: ".0", field: quoteIf(",\"\r\n")},
	quotedCSV: {delimiter: ",", end: "\r\n", yes: "true", no: "false", field: quote},
	macCSV:    {delimiter: ",", end: "\r", yes: "true", no: "false", field: quoteIf(",\"\r\n")},
	rolesCSV: {delimiter: ",", end: "\n", time: "2006-01-02T15:04:05Z", yes: "true", no: "false",
		roles: true, field: quoteIf(",\"\r\n")},
}

func quote(field string) string { return `"` + strings.ReplaceAll(field, `"`, `""`) + `"` }

// quoteIf quotes fields that have one of some characters.
func quoteIf(any string) func(string) string {
	return func(field string) string {
		if strings.ContainsAny(field, any) {
			return quote(field)
		}
		return field
	}
}

func (f *delimiters) header(p *printer) string {
	columns := slices.Clone(names[:8])
	if f.roles {
		columns = []string{"id", "ticket_id", "sent_at", "author_type", "shop_id", "country_code"}
	}
	if f.index {
		columns = append([]string{""}, columns...)
	}
	if p.notes {
		columns = append(columns, names[8])
	}
	if p.body != nil {
		columns = append(columns, names[9])
	}
	return f.text(f.begin + f.line(columns))
}

func (f *delimiters) row(c *cells) string {
	at := c.at
	if f.time != "" {
		t, _ := time.Parse(time.DateTime, c.at) // it was printed so a moment ago
		at = t.Format(f.time)
	}
	id := func(text string) string {
		if text == "" {
			return f.null
		}
		return text + f.integer
	}
	fields := []string{c.message, c.conversation, at, id(c.sender), c.client, c.merchantUser, c.merchant, c.country}
	if f.roles {
		fields = []string{c.message, c.conversation, at, c.role, c.merchant, c.country}
	}
	if f.index {
		fields = append([]string{fmt.Sprint(f.rows)}, fields...)
		f.rows++
	}
	switch c.public {
	case "true":
		fields = append(fields, f.yes)
	case "false":
		fields = append(fields, f.no)
	}
	if c.body != nil {
		fields = append(fields, *c.body)
	}
	return f.text(f.line(fields))
}

func (f *delimiters) footer() string { return "" }

func (f *delimiters) line(fields []string) string {
	var b strings.Builder
	for i, field := range fields {
		if i > 0 {
			b.WriteString(f.delimiter)
		}
		if field == f.null {
			b.WriteString(field)
		} else {
			b.WriteString(f.field(field))
		}
	}
	b.WriteString(f.end)
	return b.String()
}

// text returns text in the dialect's encoding.
func (f *delimiters) text(text string) string {
	if !f.utf16 {
		return text
	}
	encoded := make([]byte, 0, 2*len(text))
	for _, unit := range utf16.Encode([]rune(text)) {
		encoded = append(encoded, byte(unit), byte(unit>>8))
	}
	return string(encoded)
}
