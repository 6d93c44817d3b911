// Package quirks draws messages at random, with every quirk that their rules
// know of: for property tests.
//
// It stands beside the flow (source → frame → analysis → sink), and only tests
// import it.
package quirks

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/naive"
)

// A Table is messages as cells of text. Cells may be surrounded by spaces.
type Table struct {
	Header []string
	Rows   [][]string
}

// Options say which quirks a table may have.
type Options struct {
	MaxRows int  // 0: 40
	Rejects bool // rows that cannot be used
	// Ordered says that the result must not depend on the order of the rows: no
	// two rows are equal in time and message_id, unless they are copies.
	Ordered bool
}

var (
	conversations = []string{"1", "2", "3", "1.0", "2.00", "007", "7", "-3", "conv-é",
		"9f1c2c6e-3f0f-4b0a-9d0e-6a2f5c0a1b2d", "123456789012345678901234567890", "999999999999999999",
		"1000000000000000000", "4294967295", "4294967296", "1e3", "0", "-0", "1.", "two\nlines",
		"9F1C2C6E-3F0F-4B0A-9D0E-6A2F5C0A1B2D", "conv/2026-03-01/of 40 bytes or more, 0001",
		"conv/2026-03-01/of 40 bytes or more, 0002", "C-100001", "C-9", "C-09", "9223372036854775806", "9223372036854775807"}
	messageIDs = []string{"", "", "NULL", "nan", "1", "2", "3", "10", "9", "01", "1.0", "-1", "a", "B", "b",
		"18446744073709551616", "18446744073709551615", "4294967296", "0", "M-000001", "M-000002", "m-000001", "M-9",
		"M-10", "0b0a9d0e-1111-4222-8333-944455556666", "0B0A9D0E-1111-4222-8333-944455556666",
		"0b0a9d0e-1111-4222-8333-944455556667", "a_word_of_17_byte", "a_word_of_16_by", "<CAF+0001@mail.example.com>",
		"<CAF+0002@mail.example.com>", "-123456789012345678901234567890"}
	clients = []string{"100", "101", "102", "100.0", "c/x", "18446744073709551616", "2147483648", "2147483647", "-7",
		"user-1", "5eed5eed-0000-4000-8000-000000000001", "5EED5EED-0000-4000-8000-00000000000A",
		"client@mail.example.com"}
	merchantUsers = []string{"900", "901", "900.000", "u", "900/1", "9000000000", "user-2",
		"5eed5eed-0000-4000-8000-000000000002", "1900000000000000001"}
	merchants = []string{"1", "2", "10", "1.0", "shop", "=cmd()", "-5", "900", "100", "2147483648", "x/1", "Ünïted",
		"shop-0001", "5eed5eed-0000-4000-8000-000000000001"}
	countries = []string{"", "NULL", "<NA>", "NA", "fr", "FR", "Fr", "de", "xyz", "=1+1", "F", "É", "unknown",
		"f\xffr", "@x", "1"}
	public     = []string{"", "", "", "true", "T", "1", "Yes", "y", "ON", "1.0", "FALSE", "f", "0", "No", "n", "off", "0.0"}
	private    = []string{"", "", "", "", "no", "0.0", "F", "off", "TRUE", "y", "None"}
	automatic  = []string{"", "", "", "", "", "false", "N", "0", "NaN", "yes", "1.0"}
	needsReply = []string{"", "", "", "", "True", "on", "1", `\N`, "NO", "0"}
	roles      = []string{"client", "C", "Customer", "end-user", "Customer User", "incoming", "m", "Seller", "VENDOR",
		"shop_user", "outgoing", "staff", "O", "bot", "Auto-Reply"}
	badRoles = []string{"agent", "user", "support", "cl ient s", "客户"}
	cutIDs   = []string{"1E+5", "1.5e+10", "-1,23E+12", "9e+0"}
	bodies   = []string{"", "hello", "a, b", "line\nbreak", "cr\r\nlf", `say "hi"`, `"`, "\"\n\"", "\xff\xfe",
		"été\n1,2,2026-03-01,3", ",", "\r"}
	badTimes = []string{"yesterday", "2026-02-30 10:00:00", "2026-03-01 24:00:00", "2026-03-01 10:60",
		"2026-03-01T10:00:60", "1989-12-31", "2100-01-01", "2026-3-1", "12345678", "12345678901",
		"2026-03-01 10:00:00 UTC", "2026-03-01 10:00:00.", "2026-03-01 10:00:00.1234567890", "20260301",
		"2026-03-01 10:00:00+1", "2026-03-01 10:00:00+24:00", "2026-03-01  10:00", "1772359200.", "-772359200",
		"2026-03-01\t10:00"}
	badPublic = []string{"maybe", "2", "truely", "00", "tr ue", "1.5"}
)

// columns are what a table may have: their names, and whether they may be left out.
var columns = []struct {
	names    []string
	optional bool
}{
	{[]string{"message_id", "id", "ID ", "Message ID"}, true},
	{[]string{"conversation_id", "ticket_id", "sav_id", "Thread_ID", "chat id"}, true},
	{[]string{"created_at", "timestamp", " Date", "date_creation", "createdAt", "sent_at"}, false},
	{[]string{"sender_user_id", "author_user_id", "from_user_id"}, false},
	{[]string{"client_user_id", "customer_user_id"}, false},
	{[]string{"merchant_user_id"}, false},
	{[]string{"merchant_id", "MERCHANT_ID"}, false},
	{[]string{"country", "country_code"}, true},
	{[]string{"is_public", "Public"}, true},
	{[]string{"body"}, true},
	{[]string{"is_private", "Private?", "is internal"}, true},
	{[]string{"sender_role", "Role", "direction"}, true},
	{[]string{"is_automatic", "isBot"}, true},
	{[]string{"needs_reply", "Needs-Reply"}, true},
}

// Places among columns.
const (
	conversationColumn = 1
	senderColumn       = 3
	merchantUserColumn = 5
	publicColumn       = 8
	privateColumn      = 10
	roleColumn         = 11
)

// Draw draws a table.
func Draw(t *rapid.T, opts Options) Table {
	opts.MaxRows = cmp.Or(opts.MaxRows, 40)
	d := &drawer{T: t, opts: opts}
	var present []int
	for i, c := range columns {
		absent := 4 // once in n
		if i >= privateColumn {
			absent = 2
		}
		if !c.optional || opts.Ordered && i == 0 || !d.chance(absent) {
			present = append(present, i)
		}
	}
	if slices.Contains(present, roleColumn) && slices.Contains(present, conversationColumn) &&
		d.chance(2) { // no ids of people
		d.roles = true
		present = slices.DeleteFunc(present, func(i int) bool { return i >= senderColumn && i <= merchantUserColumn })
	}
	var table Table
	order := rapid.Permutation(present).Draw(t, "columns")
	for _, column := range order {
		table.Header = append(table.Header, rapid.SampledFrom(columns[column].names).Draw(t, "name"))
	}
	for n := rapid.IntRange(0, opts.MaxRows).Draw(t, "rows"); n > 0; n-- {
		if len(table.Rows) > 0 && d.chance(8) { // a copy of an earlier row
			table.Rows = append(table.Rows, rapid.SampledFrom(table.Rows).Draw(t, "copy"))
			continue
		}
		all := d.row(len(table.Rows))
		row := make([]string, len(order))
		for i, column := range order {
			row[i] = all[column]
		}
		if opts.Rejects && d.chance(20) {
			row = append(row, "extra")
		} else if opts.Rejects && d.chance(20) {
			row = row[1:]
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

type drawer struct {
	*rapid.T
	opts  Options
	roles bool // each row says by a word who wrote it
}

// chance reports true once in n calls.
func (d *drawer) chance(n int) bool { return rapid.IntRange(1, n).Draw(d.T, "chance") == n }

func (d *drawer) of(values []string) string { return rapid.SampledFrom(values).Draw(d.T, "value") }

func (d *drawer) of1(places ...int) int { return rapid.SampledFrom(places).Draw(d.T, "place") }

// row draws a value for each of columns.
func (d *drawer) row(n int) []string {
	client, merchant := d.of(clients), d.of(merchantUsers)
	sender := client
	switch rapid.IntRange(0, 9).Draw(d.T, "sender") {
	case 0:
		sender = d.of([]string{"", "1", "55", "staff"})
	case 1, 2, 3, 4:
		sender = merchant
	}
	if d.opts.Rejects && d.chance(30) {
		client = merchant
	}
	id := d.of(messageIDs)
	if d.opts.Ordered {
		id = fmt.Sprint("m", n)
	}
	row := []string{id, d.of(conversations), d.time(), sender, client, merchant, d.of(merchants), d.of(countries),
		d.of(public), d.of(bodies), d.of(private), "", d.of(automatic), d.of(needsReply)}
	if d.roles || d.chance(2) {
		row[roleColumn] = d.of(roles)
	}
	if d.opts.Rejects {
		switch rapid.IntRange(0, 70).Draw(d.T, "defect") {
		case 0:
			row[rapid.IntRange(1, 7).Draw(d.T, "missing")] = d.of([]string{"", "null", "#N/A"})
		case 1:
			row[2] = d.of(badTimes)
		case 2:
			row[d.of1(publicColumn, privateColumn, privateColumn+2, privateColumn+3)] = d.of(badPublic)
		case 3:
			row[roleColumn] = d.of(append(badRoles, ""))
		case 4:
			row[d.of1(0, 1, 3, 4, 5, 6)] = d.of(cutIDs)
		}
	}
	if d.chance(10) {
		i := rapid.IntRange(0, 8).Draw(d.T, "padded")
		row[i] = d.of([]string{" ", "\u00a0", "\t"}) + row[i] + d.of([]string{"  ", "\u2003", ""})
	}
	return row
}

// bases are instants in Unix time: around two of them clocks in Paris go forward or
// back.
var bases = []int64{1774746000, 1792893600, 1772359200}

// time draws one of few instants, so that some are equal, in any of the forms
// that are read.
func (d *drawer) time() string {
	base := rapid.SampledFrom(bases).Draw(d.T, "base")
	step := rapid.SampledFrom([]int64{1, 60, 1800, 43200, 86400}).Draw(d.T, "step")
	t := time.Unix(base+step*rapid.Int64Range(-3, 3).Draw(d.T, "steps"), 0).UTC()
	fraction := d.of([]string{"", "", ".5", ".000001", ".0000019", ".123456789", ".0"})
	switch rapid.IntRange(0, 14).Draw(d.T, "form") {
	case 10:
		return t.Format("2006/01/02 15:04:05") + fraction + d.of([]string{"", " UTC", "GMT"})
	case 11:
		return t.Format(
			d.of(
				[]string{"Mon Jan 02 15:04:05 -0700 2006", "Mon Jan 2 15:04:05 -0700 2006",
					"2 Jan 2006 15:04:05 -0700"},
			),
		)
	case 12:
		return t.Format("Mon, 02 Jan 2006 15:04:05 GMT")
	case 13:
		return fmt.Sprint(t.UnixMicro()) + d.of([]string{"", ".5"})
	case 14:
		return fmt.Sprint(t.UnixNano()) + d.of([]string{"", ".25"})
	case 0:
		return t.Format("2006-01-02")
	case 1:
		return t.Format("2006-01-02 15:04")
	case 2:
		return t.Format("2006-01-02T15:04:05") + fraction + "Z"
	case 3:
		return fmt.Sprint(t.Unix()) + fraction
	case 4:
		return fmt.Sprint(t.UnixMilli())
	case 5:
		zone := time.FixedZone("", 3600*rapid.IntRange(-12, 14).Draw(d.T, "hours")+1800)
		return t.In(zone).Format("2006-01-02 15:04:05") + fraction + d.of([]string{"", " "}) +
			t.In(zone).Format(d.of([]string{"-07:00", "-0700"}))
	case 6:
		return t.Format("2006-01-02T15:04:05 ") + d.of([]string{"+02", "-11", "Z"})
	default:
		return t.Format("2006-01-02 15:04:05") + fraction
	}
}

// CSV renders a table, with any quoting, line breaks, blank lines and ends that
// may occur, and with broken quotes if broken is set.
func (table Table) CSV(t *rapid.T, broken bool) string { return table.In(t, naive.Dialect{}, broken) }

// In renders a table as CSV does, in a dialect.
func (table Table) In(t *rapid.T, dialect naive.Dialect, broken bool) string {
	d := &drawer{T: t}
	var b strings.Builder
	if d.chance(4) {
		b.WriteString("\uFEFF")
	}
	delimiter, end := dialect.Delimiter, d.of([]string{"\n", "\r\n"})
	delimiter = cmp.Or(delimiter, ",")
	if dialect.Returns {
		end = "\r"
	}
	style := rapid.IntRange(0, 2).Draw(t, "style") // quote what must be, anything, everything
	for i, row := range append([][]string{table.Header}, table.Rows...) {
		for j, cell := range row {
			if j > 0 {
				b.WriteString(delimiter)
			}
			if dialect.Backslash {
				cell = escape(cell, delimiter, style)
			}
			special := style == 1 && d.chance(4) || strings.ContainsAny(cell, "\r\n"+delimiter) ||
				strings.HasPrefix(cell, `"`)
			if !dialect.NoQuotes && (style == 2 || special) && !dialect.Backslash {
				cell = d.of([]string{"", "", "", " "}) + `"` + strings.ReplaceAll(cell, `"`,
					`""`) + `"` + d.of([]string{"", "", "", "  "})
			}
			b.WriteString(cell)
		}
		if d.chance(30) {
			b.WriteString(delimiter)
		}
		if i == len(table.Rows) && d.chance(3) {
			break
		}
		b.WriteString(end)
		if d.chance(15) {
			b.WriteString(d.of([]string{end, end + end, " " + end, delimiter + delimiter + end}))
		}
		if broken && d.chance(20) {
			broken := d.of([]string{`"never closed`, "\"closed\" not\n", `a,"b"c` + "\n", "\"\n", `x"y,z` + "\n",
				"\"two\nlines\"x\n", "\r", " \n", `"a" "b`, "\\", `\N`})
			broken = strings.ReplaceAll(broken, ",", delimiter)
			if dialect.Returns {
				broken = strings.ReplaceAll(broken, "\n", "\r")
			}
			b.WriteString(broken)
		}
	}
	return b.String()
}

// escape writes a cell with backslashes before what would end it, and in a style before
// more.
func escape(cell, delimiter string, style int) string {
	special := "\\\n\r" + delimiter
	if style > 0 {
		special += `"`
	}
	var b strings.Builder
	for i := range len(cell) {
		if strings.IndexByte(special, cell[i]) >= 0 && (cell[i] != '\n' || i == 0 || cell[i-1] != '\r') {
			b.WriteByte('\\')
		}
		b.WriteByte(cell[i])
	}
	return b.String()
}

// Strictly renders a table with every cell quoted.
func (table Table) Strictly() string {
	var b strings.Builder
	for _, row := range append([][]string{table.Header}, table.Rows...) {
		for j, cell := range row {
			if j > 0 {
				b.WriteByte(',')
			}
			b.WriteString(`"` + strings.ReplaceAll(cell, `"`, `""`) + `"`)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
