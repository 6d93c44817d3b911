package generate

import (
	"fmt"
	"maps"
	"slices"
	"strings"
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
