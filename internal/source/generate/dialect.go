package generate

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf16"
)

// A Dialect is a form in which tools export messages, by its name: one of [Dialects].
type Dialect string

// The dialects.
const (
	CSV          Dialect = "csv"           // commas and LF: the zero value, too
	excelFrench  Dialect = "excel-fr"      // semicolons, CRLF, a byte-order mark, 31/12/2026 for dates
	excelUnicode Dialect = "excel-unicode" // tabs, CRLF, UTF-16: "Unicode text"
	mysqlDump    Dialect = "mysql"         // tabs, no quotes, a backslash before what would end a field, \N for NULL
	pandasCSV    Dialect = "pandas"        // an index without a name, 1234.0 for integers where one is missing, NaN
	quotedCSV    Dialect = "quoted"        // all fields quoted, CRLF
	macCSV       Dialect = "mac"           // carriage returns end lines
	rolesCSV     Dialect = "roles"         // who wrote it in a word, and no user ids
	jsonLines    Dialect = "jsonl"         // an object a line, with objects within
	jsonArray    Dialect = "json"          // one array of such objects
)

// Dialects returns the names of all dialects, in alphabetical order.
func Dialects() []string {
	names := []string{string(CSV), string(jsonLines), string(jsonArray)}
	for d := range maps.Keys(delimited) {
		names = append(names, string(d))
	}
	slices.Sort(names)
	return names
}

// cells are the values of a row, as the text of plain CSV has them.
type cells struct {
	message, conversation, at, sender, client, merchantUser, merchant, country string

	public string  // "" without the column
	body   *string // nil without the column
	role   string  // client, merchant, staff or system
}

// split splits a row of plain CSV, in which the body alone is quoted.
func (p *printer) split(text string, r *row) (c cells) {
	next := func() (cell string) {
		cell, text, _ = strings.Cut(text, ",")
		return strings.TrimSuffix(cell, "\n")
	}
	for _, cell := range []*string{&c.message, &c.conversation, &c.at, &c.sender, &c.client,
		&c.merchantUser, &c.merchant, &c.country} {
		*cell = next()
	}
	if p.notes {
		c.public = next()
	}
	if p.body != nil {
		body := strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(text, `"`), "\"\n"), `""`, `"`)
		c.body = &body
	}
	switch {
	case r.role == byClient:
		c.role = "client"
	case r.role == byMerchant || r.role == private && r.staff == 0:
		c.role = "merchant"
	case r.staff != 0:
		c.role = "staff"
	default:
		c.role = "system"
	}
	return c
}

// A form writes rows in a dialect.
type form interface {
	header(p *printer) string
	row(c *cells) string // with its line break
	footer() string
}

// newForm returns the form of a dialect; nil is plain CSV.
func newForm(d Dialect) (form, error) {
	switch d {
	case "", CSV:
		return nil, nil
	case jsonLines:
		return &objects{}, nil
	case jsonArray:
		return &objects{begin: "[\n", between: ",\n", end: "\n]\n"}, nil
	}
	f, ok := delimited[d]
	if !ok {
		return nil, fmt.Errorf("dialect: %q is none of %s", d, strings.Join(Dialects(), ", "))
	}
	copied := *f // the rows are counted of one writing
	return &copied, nil
}

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
	"merchant_user_id", "merchant_id", "country", "is_public", "body"}

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
	columns := names[:8]
	if f.roles {
		columns = []string{"id", "ticket_id", "sent_at", "author_type", "shop_id", "country_code"}
	}
	if f.index {
		columns = append([]string{""}, columns...)
	}
	return f.text(f.begin + f.line(p.addOptional(columns)))
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

// objects write rows as JSON.
type objects struct {
	begin, between, end string // of the file; "" between: a line break
	rows                int
}

// An object is a row as JSON.
type object struct {
	ID           json.Number `json:"id"`
	Conversation struct {
		ID json.Number `json:"id"`
	} `json:"conversation"`
	SentAt string  `json:"sentAt"`
	Sender *userID `json:"sender"`
	Client userID  `json:"client"`
	Shop   struct {
		userID
		ID json.Number `json:"id"`
	} `json:"merchant"`
	Country string  `json:"country"`
	Public  *bool   `json:"public,omitempty"`
	Body    *string `json:"body,omitempty"`
}

type userID struct {
	UserID json.Number `json:"user_id"`
}

func (f *objects) header(*printer) string { return f.begin }

func (f *objects) row(c *cells) string {
	o := object{ID: json.Number(c.message), Client: userID{json.Number(c.client)}, Country: c.country, Body: c.body}
	o.SentAt = strings.Replace(c.at, " ", "T", 1) + "Z"
	o.Conversation.ID = json.Number(c.conversation)
	o.Shop.UserID, o.Shop.ID = json.Number(c.merchantUser), json.Number(c.merchant)
	if c.sender != "" {
		o.Sender = &userID{json.Number(c.sender)}
	}
	if c.public != "" {
		public := c.public == "true"
		o.Public = &public
	}
	text, _ := json.Marshal(o) // of texts and numbers, which cannot fail
	f.rows++
	switch {
	case f.between == "":
		return string(text) + "\n"
	case f.rows > 1:
		return f.between + string(text)
	}
	return string(text)
}

func (f *objects) footer() string { return f.end }
