package servers

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/source"
)

// shop is a table with a bit, a name that needs quotes, and no country.
func shop(d dialect, conversation kind) *statements {
	s := &statements{dialect: d, relation: "t"}
	for f := range intake.NumFields {
		s.columns[f] = column{name: f.String(), kind: integer}
	}
	s.columns[source.CreatedAt] = column{name: "sent`on\"", kind: naive}
	s.columns[source.IsPublic].kind = bits
	for _, f := range []source.Field{source.Country, source.IsPrivate, source.SenderRole, source.IsAutomatic,
		source.NeedsReply} {
		s.columns[f] = column{}
	}
	s.columns[source.ConversationID].kind = conversation
	if conversation == other {
		s.columns[source.ConversationID] = column{}
	}
	return s
}

var (
	march = window{time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 3, 31, 23, 59, 59, 1000, time.UTC)}
	// as columns of the two servers
	mysqlFields = "SELECT m.`sent``on\"`, m.`sender_user_id`, m.`client_user_id`, m.`merchant_user_id`, m.`merchant_id`, " +
		"m.`conversation_id`, m.`message_id`, m.`is_public` + 0 FROM t m"
	postgresFields = `SELECT m."sent` + "`" +
		`on""", m."sender_user_id", m."client_user_id", m."merchant_user_id", m."merchant_id", ` +
		`m."conversation_id", m."message_id", m."is_public" FROM t m`
)

func TestStatements(t *testing.T) {
	mysql, postgres := &mysqlConn{}, &postgresConn{}
	zoned := shop(postgres, integer)
	zoned.columns[source.CreatedAt] = column{name: "at", kind: instant}
	for _, c := range []struct{ name, got, want string }{
		{"all", shop(mysql, integer).selectFields(), mysqlFields},
		{"all of postgres", shop(postgres, integer).selectFields(), postgresFields},
		{"a window", shop(mysql, integer).conversationsIn(march), mysqlFields +
			" WHERE (m.`conversation_id`) IN (SELECT w.`conversation_id` FROM t w WHERE " +
			"w.`sent``on\"` >= TIMESTAMP '2026-03-01 00:00:00.000000' AND w.`sent``on\"` < TIMESTAMP '2026-03-31 23:59:59.000001')"},
		{"pairs, open at the end", shop(mysql, other).conversationsIn(window{from: march.from}),
			"SELECT m.`sent``on\"`, m.`sender_user_id`, m.`client_user_id`, m.`merchant_user_id`, m.`merchant_id`, " +
				"m.`message_id`, m.`is_public` + 0 FROM t m" +
				" WHERE (m.`client_user_id`, m.`merchant_id`) IN (SELECT w.`client_user_id`, w.`merchant_id` FROM t w WHERE " +
				"w.`sent``on\"` >= TIMESTAMP '2026-03-01 00:00:00.000000')"},
		{"instants, open at the start", zoned.within("w", window{to: march.from}),
			`w."at" < TIMESTAMP '2026-03-01 00:00:00.000000' AT TIME ZONE 'UTC'`},
		{"the last", shop(mysql, integer).last(1000), mysqlFields +
			" WHERE m.`sent``on\"` IS NOT NULL ORDER BY m.`sent``on\"` DESC LIMIT 1000"},
		{"since", shop(mysql, integer).since(march), mysqlFields +
			" WHERE m.`sent``on\"` >= TIMESTAMP '2026-03-01 00:00:00.000000'"},
		{"no odd integers", shop(mysql, integer).oddIDs(), ""},
		{"no odd pairs of integers", shop(mysql, other).oddIDs(), ""},
		{"odd texts", shop(mysql, text).oddIDs(), "SELECT 1 FROM t m WHERE m.`conversation_id` LIKE ' %' OR " +
			"m.`conversation_id` LIKE '% ' OR m.`conversation_id` LIKE '%.%0' LIMIT 1"},
		{"odd texts of postgres", shop(postgres, text).oddIDs(),
			`SELECT 1 FROM t m WHERE CAST(m."conversation_id" AS text) COLLATE "C" LIKE ' %' OR ` +
				`CAST(m."conversation_id" AS text) COLLATE "C" LIKE '% ' OR CAST(m."conversation_id" AS text) COLLATE "C" LIKE '%.%0' LIMIT 1`},
		{"a query", subquery("SELECT 1 -- one\n; "), "(SELECT 1 -- one\n)"},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, c.got) })
	}
}

func TestFindTable(t *testing.T) {
	tables := []table{{"shop", "messages", true, 7}, {"archive", "messages", false, 9}, {"archive", "old", false, 0}}
	for _, name := range []string{"messages", "shop.messages"} {
		got, err := findTable(tables, name)
		require.NoError(t, err)
		require.Equal(t, tables[0], got)
	}
	got, err := findTable(tables, "archive.messages")
	require.NoError(t, err)
	require.Equal(t, tables[1], got)
	for _, name := range []string{"old", "Messages", "messages; DROP TABLE messages", "`messages`", "messages m", ""} {
		_, err := findTable(tables, name)
		require.ErrorContains(t, err, "there are: archive.messages, archive.old, messages", name)
	}
	_, err = findTable(make([]table, 100), "x")
	require.ErrorContains(t, err, "and 70 more")
}

func TestTypesThatDoNotFit(t *testing.T) {
	columns := []column{{"created_at", "blob", other}, {"id", "double", other}, {"flag", "date", naive}}
	for i, f := range []source.Field{source.CreatedAt, source.MessageID, source.IsPublic} {
		h := source.Header{}
		for f := range h.Index {
			h.Index[f] = -1
		}
		require.NoError(t, checkTypes(columns, &h))
		h.Index[f] = i
		require.ErrorContains(t, checkTypes(columns, &h), `column "`+columns[i].name+`" is of type `+columns[i].typ+
			", which is not read as "+f.String())
	}
}

func TestKinds(t *testing.T) {
	for name, want := range map[string]kind{
		"TINYINT": integer, "UNSIGNED BIGINT": integer, "DECIMAL": decimal, "VARCHAR": text, "LONGTEXT": text,
		"ENUM": text,
		"BIT":  bits, "DATE": naive, "DATETIME": naive, "TIMESTAMP": instant,
		"BINARY": other, "BLOB": other, "DOUBLE": other, "JSON": other, "TIME": other, "YEAR": other,
	} {
		require.Equal(t, want, mysqlKind(name), name)
	}
	for _, c := range []struct {
		name, category string
		want           kind
	}{
		{"int8", "N", integer}, {"numeric", "N", decimal}, {"float8", "N", other}, {"varchar", "S", text},
		{"citext", "S", text},
		{"status", "E", text}, {"uuid", "U", uuid}, {"bytea", "U", other}, {"bool", "B", boolean}, {"bit", "V", bits},
		{"date", "D", naive}, {"timestamp", "D", naive}, {"timestamptz", "D", instant}, {"timetz", "D", other},
	} {
		require.Equal(t, c.want, postgresKind(c.name, c.category), c.name)
	}
}
