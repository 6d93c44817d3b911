package servers

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/source"
)

// onServers runs a test against each server that the environment names;
// scripts/databases.sh starts both.
func onServers(t *testing.T, test func(t *testing.T, dsn DSN)) {
	for _, c := range []struct{ name, variable string }{
		{"mysql", "SAV_TEST_MYSQL_DSN"}, {"postgres", "SAV_TEST_POSTGRES_DSN"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := os.Getenv(c.variable)
			if text == "" {
				t.Skipf("no server: %s is not set (make test-databases)", c.variable)
			}
			dsn, err := ParseDSN(text, os.Getenv("SAV_DSN_PASSWORD"))
			require.NoError(t, err)
			test(t, dsn)
		})
	}
}

// execute runs statements on a connection of their own.
func execute(t *testing.T, dsn DSN, statements ...string) {
	run, end := session(t, dsn)
	defer end()
	run(statements...)
}

// session opens a connection that runs statements until its end.
func session(t *testing.T, dsn DSN) (run func(statements ...string), end func()) {
	ctx := context.WithoutCancel(t.Context()) // it is used to clean up, too
	c, err := connect(ctx, dsn)
	require.NoError(t, err)
	return func(statements ...string) {
		for _, statement := range statements {
			require.NoError(t, c.exec(ctx, statement), statement)
		}
	}, func() { c.close() }
}

var notOfNames = regexp.MustCompile("[^a-z0-9]+")

// create makes a table that is gone after the test.
func create(t *testing.T, dsn DSN, definition string, rows ...string) (name string) {
	name = "t" + notOfNames.ReplaceAllString(strings.ToLower(t.Name()), "_")
	name = name[:min(len(name), 60)]
	execute(t, dsn, "DROP TABLE IF EXISTS "+name, "CREATE TABLE "+name+" ("+definition+")")
	t.Cleanup(func() { execute(t, dsn, "DROP TABLE IF EXISTS "+name) })
	if len(rows) > 0 {
		execute(t, dsn, "INSERT INTO "+name+" VALUES "+strings.Join(rows, ", "))
	}
	return name
}

// by picks what is said otherwise on the two servers.
func by(dsn DSN, mysql, postgres string) string {
	if dsn.server == mysqlServer {
		return mysql
	}
	return postgres
}

// A seen message is one as text, with its rejection.
type seen struct {
	at                                      string
	role                                    source.Role
	conversation, message, merchant, client string
	country                                 string
}

// readAll reads a source into text.
func readAll(t *testing.T, dsn DSN, opts Options) (messages []seen, counts source.Counts, rejects []string) {
	s, err := Open(t.Context(), dsn, opts)
	require.NoError(t, err)
	defer s.Close()
	dict := source.NewDict()
	require.NoError(t, s.Read(t.Context(), &source.Receiver{
		Dict: dict, Needs: source.Needs{Client: true},
		Batch: func(b *source.Batch) error {
			counts.Add(&b.Counts)
			for i := range b.At {
				messages = append(messages, seen{time.UnixMicro(b.At[i]).UTC().Format(time.RFC3339Nano), b.Role[i],
					dict.IDText(b.Conversation[i]),
					dict.IDText(b.MessageID[i]), dict.IDText(b.Merchant[i]), dict.IDText(b.Client[i]),
					dict.TextOf(b.Country[i])})
			}
			return nil
		},
		Reject: func(r *source.Reject) error {
			rejects = append(rejects, r.Reason.String()+" "+string(r.Record))
			return nil
		},
	}))
	return messages, counts, rejects
}

func TestServerTypes(t *testing.T) {
	paris, err := source.NewZone("Europe/Paris")
	require.NoError(t, err)
	const users = "sender_user_id bigint, client_user_id int, merchant_user_id smallint"
	for _, c := range []struct {
		name             string
		mysql, postgres  string // types of created_at, merchant_id, conversation_id, message_id, country, is_public
		mysqlRow, pgRow  string // their values
		at, merchant     string
		conversation, id string
		country          string
		private          bool
	}{
		{"Django", "datetime(6); bigint; bigint; bigint; varchar(2); tinyint(1)",
			"timestamp; bigint; bigint; bigint; varchar(2); boolean",
			"'2026-07-01 10:00:00.25', 1, 7, 9223372036854775807, 'fr', 1",
			"'2026-07-01 10:00:00.25', 1, 7, 9223372036854775807, 'fr', true",
			"2026-07-01T08:00:00.25Z", "1", "7", "9223372036854775807", "FR", false},
		{"instants and private bits", "timestamp(6); bigint unsigned; bigint; bigint; char(2); bit(1)",
			"timestamptz; bigint; bigint; bigint; char(2); bit(1)",
			"'2026-07-01 10:00:00', 1, 7, 8, 'fr', b'0'", "'2026-07-01 10:00:00+00', 1, 7, 8, 'fr', B'0'",
			"", "", "", "", "", true},
		{"instants and public bits", "timestamp(6); bigint unsigned; decimal(20,2); bigint; char(2); bit(1)",
			"timestamptz; bigint; numeric(20,2); bigint; char(2); bit(1)",
			"'2026-07-01 10:00:00', 18446744073709551615, 7, -8, 'fr', b'1'",
			"'2026-07-01 12:00:00+02', 1, 7, -8, 'fr', B'1'",
			"2026-07-01T10:00:00Z", by1, "7", "-8", "FR", false},
		{"texts", "varchar(40); text; varchar(20); mediumtext; text; varchar(9)",
			"varchar(40); text; varchar(20); text; text; varchar(9)",
			"'2026-07-01T10:00:00Z', ' shop ', '7.0', 'é', 'Elbonia', 'Yes'",
			"'2026-07-01T10:00:00Z', ' shop ', '7.0', 'é', 'Elbonia', 'Yes'",
			"2026-07-01T10:00:00Z", "shop", "7", "é", "Elbonia", false},
		{"days, uuids, enums", "date; uuid; uuid; bigint; enum('FR','DE'); enum('on','off')",
			"date; uuid; uuid; bigint; varchar(2); varchar(3)",
			"'2026-07-01', '6ccd780c-baba-1026-9564-5b8c656024db', '6ccd780c-baba-1026-9564-5b8c656024db', NULL, 'DE', 'on'",
			"'2026-07-01', '6ccd780c-baba-1026-9564-5b8c656024db', '6ccd780c-baba-1026-9564-5b8c656024db', NULL, 'DE', 'on'",
			"2026-06-30T22:00:00Z", "6ccd780c-baba-1026-9564-5b8c656024db", "6ccd780c-baba-1026-9564-5b8c656024db", "",
			"DE", false},
		{"Unix times, nothing else", "bigint; bigint; bigint; bigint; varchar(2); tinyint",
			"bigint; bigint; bigint; bigint; varchar(2); smallint",
			"1782900000, 1, 7, NULL, NULL, NULL", "1782900000, 1, 7, NULL, NULL, NULL",
			"2026-07-01T10:00:00Z", "1", "7", "", "unknown", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			onServers(t, func(t *testing.T, dsn DSN) {
				types := strings.Split(by(dsn, c.mysql, c.postgres), "; ")
				definition := users
				for i, name := range []string{"created_at", "merchant_id", "conversation_id", "message_id", "country",
					"is_public"} {
					definition += ", " + name + " " + types[i] + " NULL"
				}
				table := create(t, dsn, definition, "(900, 100, 900, "+by(dsn, c.mysqlRow, c.pgRow)+")")
				messages, counts, rejects := readAll(t, dsn, Options{Table: table, Rules: source.Rules{Zone: paris}})
				require.Empty(t, rejects)
				if c.private {
					require.Empty(t, messages)
					require.EqualValues(t, 1, counts.Private)
					return
				}
				merchant := c.merchant
				if merchant == by1 {
					merchant = by(dsn, "18446744073709551615", "1")
				}
				require.Equal(t, []seen{{c.at, source.FromMerchant, c.conversation, c.id, merchant, "100", c.country}},
					messages)
			})
		})
	}
}

const by1 = "the greatest of the server"

const needed = "created_at timestamp NULL, sender_user_id bigint, client_user_id bigint, merchant_user_id bigint, merchant_id bigint"

func TestServerRejects(t *testing.T) {
	onServers(t, func(t *testing.T, dsn DSN) {
		table := create(t, dsn, strings.Replace(needed, "timestamp", "varchar(30)", 1),
			"('2026-03-01', 1, 1, 2, 3)", "('soon', NULL, 1, 2, 3)", "(NULL, 1, 1, 2, 3)", "('2026-03-01', 1, 2, 2, 3)")
		_, counts, rejects := readAll(t, dsn, Options{Table: table})
		require.EqualValues(t, 4, counts.Rows)
		require.ElementsMatch(t, []string{"bad_timestamp soon,,1,2,3", "missing_value ,1,1,2,3",
			"ambiguous_sender 2026-03-01,1,2,2,3"}, rejects)
	})
}

// What is refused before a row is read, and whose fault it is said to be.
func TestServerRefuses(t *testing.T) {
	onServers(t, func(t *testing.T, dsn DSN) {
		table := create(t, dsn, needed+", note "+by(dsn, "blob", "bytea"), "('2026-03-01 10:00:00', 1, 1, 2, 3, NULL)")
		rows := func() int {
			_, counts, _ := readAll(t, dsn, Options{Table: table})
			return int(counts.Rows)
		}
		var input *source.InputError
		var failed *Error
		for _, c := range []struct {
			name string
			opts Options
			as   any
			want string
		}{
			{"no such table", Options{Table: "nothing"}, &input, "no table \"nothing\"; there are: "},
			{"an injection by the table", Options{Table: table + "; DROP TABLE " + table}, &input, "no table"},
			{"a quoted injection", Options{Table: "`" + table + "` -- "}, &input, "no table"},
			{"a condition", Options{Table: table + " WHERE 1=0"}, &input, "no table"},
			{"another letter case", Options{Table: strings.ToUpper(table)}, &input, "no table"},
			{"an injection by a column",
				Options{Table: table, Rules: source.Rules{Override: map[source.Field]string{source.Country: "note), (SELECT 1"}}}, &input, `no column "note), (SELECT 1" for country`},
			{"an expression for a column",
				Options{Table: table, Rules: source.Rules{Override: map[source.Field]string{source.Country: "1"}}},
				&input, `no column "1"`},
			{"a type that does not fit",
				Options{Table: table, Rules: source.Rules{Override: map[source.Field]string{source.MessageID: "note"}}},
				&failed, `column "note" is of type ` + by(dsn, "blob", "bytea")},
			{"a table and a query", Options{Table: table, Query: "SELECT 1"}, &input, "a table and a query"},
			{"a query that lacks columns", Options{Query: "SELECT created_at FROM " + table}, &input,
				"lacks sender_user_id"},
			{"a query that is none", Options{Query: "SELEC 1"}, &failed, "find the columns: "},
			{"two statements", Options{Query: "SELECT * FROM " + table + "; DROP TABLE " + table}, &failed,
				"find the columns: "},
			{"an injection by a query", Options{Query: "SELECT 1) m; DROP TABLE " + table + "; --"}, &failed,
				"find the columns: "},
			{"a query that deletes", Options{Query: by(dsn, "DELETE FROM "+table+" RETURNING *",
				"WITH x AS (DELETE FROM "+table+" RETURNING *) SELECT * FROM x")}, &failed, "find the columns: "},
			{"a query that writes a file", Options{Query: "SELECT * FROM " + table + " " +
				by(dsn, "INTO OUTFILE '/tmp/sav'", "INTO TABLE sav")}, &failed, "find the columns: "},
		} {
			t.Run(c.name, func(t *testing.T) {
				_, err := Open(t.Context(), dsn, c.opts)
				require.ErrorAs(t, err, c.as)
				require.ErrorContains(t, err, c.want)
				require.ErrorContains(t, err, dsn.String())
				require.NotContains(t, err.Error(), dsn.password)
				require.Equal(t, 1, rows())
			})
		}
	})
}

func TestServerWantsAnotherPassword(t *testing.T) {
	onServers(t, func(t *testing.T, dsn DSN) {
		dsn.password = "pa55word"
		_, err := Open(t.Context(), dsn, Options{})
		var failed *Error
		require.ErrorAs(t, err, &failed)
		require.Equal(t, "connect", failed.Doing)
		require.NotContains(t, err.Error(), "pa55word")
	})
}

// A join, and a comment that must not swallow what follows.
func TestServerQuery(t *testing.T) {
	onServers(t, func(t *testing.T, dsn DSN) {
		table := create(t, dsn, needed, "('2026-03-01 10:00:00', 1, 1, 2, 3)", "('2026-03-02 10:00:00', 2, 1, 2, 3)")
		query := "SELECT a.*, 'x' AS sav_id FROM " + table + " a JOIN " + table +
			" b ON b.sender_user_id = a.merchant_user_id; -- done"
		query = strings.Replace(query, "; -- done", " -- done", 1)
		messages, _, _ := readAll(t, dsn, Options{Query: query})
		require.Len(t, messages, 2)
		require.Equal(t, "x", messages[0].conversation)
	})
}

// What is committed after Open is not seen.
func TestServerSnapshot(t *testing.T) {
	onServers(t, func(t *testing.T, dsn DSN) {
		table := create(t, dsn, needed, "('2026-03-01 10:00:00', 1, 1, 2, 3)")
		s, err := Open(t.Context(), dsn, Options{Table: table})
		require.NoError(t, err)
		defer s.Close()
		execute(t, dsn, "INSERT INTO "+table+" VALUES ('2026-03-01 11:00:00', 2, 1, 2, 3)")
		require.EqualValues(t, 1, countRows(t, s))
		require.Error(t, s.conn.exec(t.Context(), "DELETE FROM "+table), "the transaction is read only")
	})
}

func countRows(t *testing.T, s *Source) (rows int64) {
	require.NoError(t, s.Read(t.Context(), &source.Receiver{Dict: source.NewDict(), Batch: func(b *source.Batch) error {
		rows += b.Counts.Rows
		return nil
	}}))
	return rows
}

// many is a query of 2048 batches of rows: far more than lie in the buffers of
// two servers, a proxy and the system, however slow the reader.
func many(t *testing.T, dsn DSN) (query string) {
	table := create(t, dsn, needed, "('2026-03-01 10:00:00', 1, 1, 2, 3)")
	for range 12 {
		execute(t, dsn, "INSERT INTO "+table+" SELECT * FROM "+table)
	}
	return "SELECT a.* FROM " + table + " a CROSS JOIN " + table + " b"
}

func TestServerLosesTheConnection(t *testing.T) {
	cause := errors.New("interrupted")
	for _, c := range []struct {
		name string
		wire bool // there is one to be cut
		cut  func(t *testing.T, dsn DSN, number string, wire *proxy, cancel context.CancelCauseFunc)
		is   error
	}{
		{"the wire is cut", true, func(_ *testing.T, _ DSN, _ string, wire *proxy,
			_ context.CancelCauseFunc) {
			wire.cut()
		}, nil},
		{"the connection is killed", false, func(t *testing.T, dsn DSN, number string, _ *proxy,
			_ context.CancelCauseFunc) {
			execute(t, dsn, by(dsn, "KILL "+number, "SELECT pg_terminate_backend("+number+")"))
		}, nil},
		{"the query is cancelled", false, func(t *testing.T, dsn DSN, number string, _ *proxy,
			_ context.CancelCauseFunc) {
			execute(t, dsn, by(dsn, "KILL QUERY "+number, "SELECT pg_cancel_backend("+number+")"))
		}, nil},
		{"the reader is interrupted", false, func(_ *testing.T, _ DSN, _ string, _ *proxy,
			cancel context.CancelCauseFunc) {
			cancel(cause)
		}, cause},
	} {
		t.Run(c.name, func(t *testing.T) {
			onServers(t, func(t *testing.T, dsn DSN) {
				query := many(t, dsn)
				through, wire := dsn, (*proxy)(nil)
				if c.wire {
					wire = newProxy(t, dsn)
					through.host, through.port, _ = net.SplitHostPort(wire.Addr().String())
				}
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				s, err := Open(ctx, through, Options{Query: query})
				require.NoError(t, err)
				defer s.Close()
				number := connectionNumber(t, s.conn)
				batches := 0
				err = s.Read(ctx, &source.Receiver{Dict: source.NewDict(), Batch: func(*source.Batch) error {
					if batches++; batches == 2 {
						c.cut(t, dsn, number, wire, cancel)
					}
					return nil
				}})
				var failed *Error
				require.ErrorAs(t, err, &failed)
				require.Equal(t, through.String()+", query", failed.Where)
				require.Regexp(t, "^read after row [0-9]+$", failed.Doing)
				require.Less(t, batches, 2048)
				if c.is != nil {
					require.ErrorIs(t, err, c.is)
				}
			})
		})
	}
}

// connectionNumber is what the server calls a connection.
func connectionNumber(t *testing.T, c conn) string {
	statement := "SELECT pg_backend_pid()"
	if _, ok := c.(*mysqlConn); ok {
		statement = "SELECT CONNECTION_ID()"
	}
	r, err := c.query(t.Context(), statement)
	require.NoError(t, err)
	numbers, err := scanNames(r)
	require.NoError(t, err)
	return numbers[0]
}

// A proxy is a wire that can be cut.
type proxy struct {
	net.Listener
	conns chan net.Conn
}

func newProxy(t *testing.T, dsn DSN) *proxy {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &proxy{Listener: l, conns: make(chan net.Conn, 2)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		client, err := l.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", net.JoinHostPort(dsn.host, dsn.port))
		if err != nil {
			client.Close()
			return
		}
		p.conns <- client
		p.conns <- server
		up := make(chan struct{})
		go func() { defer close(up); io.Copy(server, client); server.Close() }()
		io.Copy(client, server)
		client.Close()
		server.Close()
		<-up
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return p
}

func (p *proxy) cut() {
	for range 2 {
		(<-p.conns).Close()
	}
}

func TestServerCreate(t *testing.T) {
	onServers(t, func(t *testing.T, dsn DSN) {
		const header = "message_id,conversation_id,created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id,country,is_public,body\n"
		table := create(t, dsn, "x int")
		csv := header + "1,7,2026-03-01 10:00:00,,100,900,1,FR,true,\"a \"\"b\"\", \\\nc\"\n" +
			"1,7,2026-03-01 10:00:00.5,900,100,900,1,,false,\n"
		var failed *Error
		require.ErrorAs(t, Create(t.Context(), dsn, table, strings.NewReader(csv)), &failed, "there is one already")
		execute(t, dsn, "INSERT INTO "+table+" VALUES (1)", "DROP TABLE "+table)

		broken := errors.New("broken")
		r := io.MultiReader(strings.NewReader(csv), readerFunc(func([]byte) (int, error) { return 0, broken }))
		require.ErrorIs(t, Create(t.Context(), dsn, table, r), broken)
		_, err := Open(t.Context(), dsn, Options{Table: table})
		require.ErrorContains(t, err, "no table")

		require.NoError(t, Create(t.Context(), dsn, table, strings.NewReader(csv)))
		messages, counts, rejects := readAll(t, dsn, Options{Table: table})
		require.Empty(t, messages)
		require.Empty(t, rejects)
		require.EqualValues(t, 1, counts.Private)
		require.EqualValues(t, 1, counts.OtherSender, "an empty sender is NULL")
		messages, _, _ = readAll(t, dsn,
			Options{Query: "SELECT created_at, client_user_id AS sender_user_id, client_user_id, merchant_user_id, merchant_id, " +
				"body AS message_id, country FROM " + table + " WHERE country IS NOT NULL"})
		require.Equal(t, []seen{{"2026-03-01T10:00:00Z", source.FromClient, "100/1", "a \"b\", \\\nc", "1", "100",
			"FR"}}, messages)
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
