package servers

import (
	"fmt"
	"strings"
	"time"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/source"
)

// Statements write the SQL of one source. What they take from outside are names
// that the database itself gave, quoted, and the text of a query.
type statements struct {
	dialect  dialect
	relation string                   // a quoted table, or a query in parentheses
	columns  [intake.NumFields]column // of each field; without a name where there is none
}

// A dialect is where the servers' SQL differs.
type dialect interface {
	// quote writes a name as an identifier.
	quote(name string) string
	// asText is an expression that LIKE takes, of a quoted column.
	asText(column string) string
	// asInteger is a column of bits as a number.
	asInteger(column string) string
	// instant is the literal of a time in UTC, TIMESTAMP '…', for a column of instants.
	instant(literal string) string
}

// quoteWith writes a name between quotes, those in it doubled.
func quoteWith(quote, name string) string {
	return quote + strings.ReplaceAll(name, quote, quote+quote) + quote
}

// subquery returns a query as a relation. The line break ends a comment in its last line.
func subquery(query string) string {
	return "(" + strings.TrimRight(query, "; \t\r\n") + "\n)"
}

func (s *statements) has(f source.Field) bool { return s.columns[f].name != "" }

// field returns the quoted column of a field, of the table or query named alias.
func (s *statements) field(alias string, f source.Field) string {
	return alias + "." + s.dialect.quote(s.columns[f].name)
}

// columnsOnly asks for some columns, or for all of them, and for no row.
func (s *statements) columnsOnly(names []string) string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = "m." + s.dialect.quote(name)
	}
	if len(list) == 0 {
		list = []string{"*"}
	}
	return "SELECT " + strings.Join(list, ", ") + " FROM " + s.relation + " m LIMIT 0"
}

// selectFields asks for the columns that hold fields, in the fields' order.
func (s *statements) selectFields() string {
	var list []string
	for f := range intake.NumFields {
		switch {
		case !s.has(f):
		case s.columns[f].kind == bits:
			list = append(list, s.dialect.asInteger(s.field("m", f)))
		default:
			list = append(list, s.field("m", f))
		}
	}
	return "SELECT " + strings.Join(list, ", ") + " FROM " + s.relation + " m"
}

// conversation returns the columns that identify a conversation.
func (s *statements) conversation() []source.Field {
	if s.has(source.ConversationID) {
		return []source.Field{source.ConversationID}
	}
	return []source.Field{source.ClientUserID, source.MerchantID}
}

// conversationsIn asks for the conversations that have a message in a window,
// whole. The database may take more ids for equal than this program (those that
// differ in case, say) and give more conversations; it must not give less.
func (s *statements) conversationsIn(w window) string {
	tuple := func(alias string) string {
		var list []string
		for _, f := range s.conversation() {
			list = append(list, s.field(alias, f))
		}
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s WHERE (%s) IN (SELECT %s FROM %s w WHERE %s)",
		s.selectFields(), tuple("m"), tuple("w"), s.relation, s.within("w", w))
}

// anything asks for a constant for each row in a window: for its number of rows alone.
func (s *statements) anything(w window) string {
	statement := "SELECT 1 FROM " + s.relation + " w"
	if !w.open() {
		statement += " WHERE " + s.within("w", w)
	}
	return statement
}

// within returns the condition that created_at lies in a window.
func (s *statements) within(alias string, w window) string {
	at := s.field(alias, source.CreatedAt)
	var conditions []string
	if !w.from.IsZero() {
		conditions = append(conditions, at+" >= "+s.literal(w.from))
	}
	if !w.to.IsZero() {
		conditions = append(conditions, at+" < "+s.literal(w.to))
	}
	return strings.Join(conditions, " AND ")
}

func (s *statements) literal(t time.Time) string {
	l := "TIMESTAMP '" + t.UTC().Format("2006-01-02 15:04:05.000000") + "'"
	if s.columns[source.CreatedAt].kind == instant {
		return s.dialect.instant(l)
	}
	return l
}

// since asks for the messages from the start of a window on.
func (s *statements) since(w window) string {
	return s.selectFields() + " WHERE " + s.within("m", window{from: w.from})
}

// last asks for the n messages with the latest created_at.
func (s *statements) last(n int64) string {
	at := s.field("m", source.CreatedAt)
	return fmt.Sprintf("%s WHERE %s IS NOT NULL ORDER BY %s DESC LIMIT %d", s.selectFields(), at, at, n)
}

// oddIDs asks whether a conversation has an id in a spelling that this program
// takes for another's and the database does not: "1234.0" for "1234", or with a
// space before or after it. It is empty where types leave no such spelling.
func (s *statements) oddIDs() string {
	var conditions []string
	for _, f := range s.conversation() {
		if s.columns[f].kind == text {
			id := s.dialect.asText(s.field("m", f))
			conditions = append(conditions, id+" LIKE ' %' OR "+id+" LIKE '% ' OR "+id+" LIKE '%.%0'")
		}
	}
	if len(conditions) == 0 {
		return ""
	}
	return "SELECT 1 FROM " + s.relation + " m WHERE " + strings.Join(conditions, " OR ") + " LIMIT 1"
}
