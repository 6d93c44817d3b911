package servers

import (
	"context"
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/source"
)

// ask returns the first value that a statement gives.
func ask(t *testing.T, dsn DSN, statement string) string {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	c, err := connect(ctx, dsn)
	require.NoError(t, err)
	defer c.close()
	r, err := c.query(ctx, statement)
	require.NoError(t, err)
	values, err := scanNames(r)
	require.NoError(t, err)
	require.NotEmpty(t, values)
	return values[0]
}

// A socket is named with its port, where the server's is not the usual one.
func TestServerSocket(t *testing.T) {
	onServers(t, func(t *testing.T, dsn DSN) {
		text := "mysql://sav@/" + dsn.name + "?socket="
		if dsn.server == mysqlServer {
			text += url.QueryEscape(ask(t, dsn, "SELECT @@socket"))
		} else {
			folder := ask(t, dsn, "SHOW unix_socket_directories")
			text = "postgres://sav@/" + dsn.name + "?host=" + url.QueryEscape(folder) + "&port=" + dsn.port
		}
		socket, err := ParseDSN(text, dsn.password)
		require.NoError(t, err)
		table := create(t, dsn, needed, "('2026-03-01 10:00:00', 1, 1, 2, 3)")
		messages, _, _ := readAll(t, socket, Options{Table: table})
		require.Len(t, messages, 1)
	})
}

// A private authority is trusted where it is named, and nowhere else; a user of
// whom a certificate is asked gets in with one alone.
func TestServerCertificates(t *testing.T) {
	folder := os.Getenv("SAV_TEST_CERTIFICATES")
	onServers(t, func(t *testing.T, dsn DSN) {
		table := create(t, dsn, needed, "('2026-03-01 10:00:00', 1, 1, 2, 3)")
		user := dsn
		if dsn.server == mysqlServer {
			execute(t, dsn, "CREATE USER certified@'127.0.0.1' REQUIRE X509", "GRANT SELECT ON "+dsn.name+
				".* TO certified@'127.0.0.1'")
			t.Cleanup(func() { execute(t, dsn, "DROP USER certified@'127.0.0.1'") })
			user.user, user.password = "certified", ""
		}
		file := func(name string) string { return url.QueryEscape(filepath.Join(folder, name)) }
		pair := by(dsn, "ssl-cert=", "sslcert=") + file("client.pem") + by(dsn, "&ssl-key=", "&sslkey=") +
			file("client.key")
		authority := by(dsn, "tls=true&ssl-ca=", "sslmode=verify-full&sslrootcert=") + file("ca.pem")
		for _, c := range []struct {
			name   string
			dsn    DSN
			params string
			fails  string
		}{
			{"an authority", dsn, authority, ""},
			{"an authority and a certificate", user, authority + "&" + pair, ""},
			{"an unknown authority", dsn, by(dsn, "tls=true", "sslmode=verify-full"), "certificate"},
			{"no file", dsn, strings.Replace(authority, "ca.pem", "none.pem", 1), "none.pem"},
			{"no certificate", dsn, strings.Replace(authority, "ca.pem", "client.key", 1), ""},
		} {
			t.Run(c.name, func(t *testing.T) {
				parsed, err := ParseDSN(by(dsn, "mysql", "postgres")+"://"+c.dsn.user+"@127.0.0.1:"+dsn.port+"/"+
					dsn.name+"?"+c.params, c.dsn.password)
				require.NoError(t, err)
				s, err := Open(t.Context(), parsed, Options{Table: table})
				if c.name == "no certificate" || c.fails != "" {
					var failed *Error
					require.ErrorAs(t, err, &failed)
					require.ErrorContains(t, err, c.fails)
					return
				}
				require.NoError(t, err)
				require.EqualValues(t, 1, countRows(t, s))
				require.NoError(t, s.Close())
			})
		}
		if dsn.server == mysqlServer {
			parsed, err := ParseDSN("mysql://certified@127.0.0.1:"+dsn.port+"/"+dsn.name+"?"+authority, "")
			require.NoError(t, err)
			_, err = Open(t.Context(), parsed, Options{Table: table})
			require.Error(t, err, "without a certificate")
		}
	})
}

// Rights are needed on the columns that are used, and on no other: a body may be
// kept from the user.
func TestServerRightsOnColumns(t *testing.T) {
	const columns = "created_at, sender_user_id, client_user_id, merchant_user_id, merchant_id"
	onServers(t, func(t *testing.T, dsn DSN) {
		table := create(t, dsn, needed+", body text", "('2026-03-01 10:00:00', 1, 1, 2, 3, 'secret')")
		user := dsn
		user.user = "clerk"
		name := by(dsn, "clerk@'127.0.0.1'", "clerk")
		execute(t, dsn,
			by(dsn, "CREATE USER "+name+" IDENTIFIED BY '", "CREATE ROLE "+name+" LOGIN PASSWORD '")+dsn.password+"'",
			"GRANT SELECT ("+columns+") ON "+by(dsn, dsn.name+".", "")+table+" TO "+name)
		t.Cleanup(func() {
			execute(t, dsn, by(dsn, "DROP USER "+name, "DROP OWNED BY "+name))
			if dsn.server != mysqlServer {
				execute(t, dsn, "DROP ROLE "+name)
			}
		})
		for _, opts := range []Options{{Table: table}, {Table: table, From: march.from, To: march.to},
			{Query: "SELECT " + columns + " FROM " + table}} {
			messages, _, _ := readAll(t, user, opts)
			require.Len(t, messages, 1)
		}
		// Where the body is what is asked for, the error says what may not be read.
		_, err := Open(t.Context(), user,
			Options{Table: table, Rules: source.Rules{Override: map[source.Field]string{source.MessageID: "body"}}})
		require.ErrorContains(t, err, "body")
	})
}

// A statement that is interrupted ends on the server too, wherever it was.
func TestServerCancels(t *testing.T) {
	cause := errors.New("interrupted")
	onServers(t, func(t *testing.T, dsn DSN) {
		table := create(t, dsn, needed+", part int",
			"('2026-03-01 10:00:00', 1, 1, 2, 3, 0)", "('2026-03-01 10:00:00', 1, 1, 2, 3, 1)")
		running := func(marker string) bool {
			return ask(t, dsn, by(dsn, "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '%",
				"SELECT COUNT(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%")+
				marker+"%' AND "+by(dsn, "id <> CONNECTION_ID()", "pid <> pg_backend_pid()")) != "0"
		}
		// The second of the rows takes longer than the test is allowed to.
		slow := by(dsn, "SLEEP(part * 1000) = 0", "(part = 0 OR pg_sleep(1000) IS NOT NULL)")
		for _, c := range []struct {
			name string
			read func(ctx context.Context, s *Source) error
		}{
			{"while it is read", func(ctx context.Context, s *Source) error {
				return s.Read(ctx, &source.Receiver{Dict: source.NewDict(),
					Batch: func(*source.Batch) error { return nil }})
			}},
			{"while the latest is asked for", func(ctx context.Context, s *Source) error {
				s.window = window{from: march.from}
				_, err := s.AsOf(ctx)
				return err
			}},
		} {
			t.Run(c.name, func(t *testing.T) {
				marker := "slow" + notOfNames.ReplaceAllString(strings.ToLower(t.Name()), "")
				query := "SELECT t.*, '" + marker + "' AS marker FROM " + table + " t WHERE " + slow
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				s, err := Open(ctx, dsn, Options{Query: query})
				require.NoError(t, err)
				defer s.Close()
				ended := make(chan error, 1)
				go func() { ended <- c.read(ctx, s) }()
				require.Eventually(t, func() bool { return running(marker) }, time.Minute, 10*time.Millisecond)
				cancel(cause)
				require.ErrorIs(t, <-ended, cause)
				s.Close()
				require.Eventually(t, func() bool { return !running(marker) }, time.Minute, 10*time.Millisecond)
			})
		}
	})
}

// A statement ends on the server when its receiver fails, whose error is returned as it is.
func TestServerReceiverFails(t *testing.T) {
	onServers(t, func(t *testing.T, dsn DSN) {
		s, err := Open(t.Context(), dsn, Options{Query: many(t, dsn)})
		require.NoError(t, err)
		number := connectionNumber(t, s.conn)
		stop := errors.New("stop")
		require.Equal(t, stop, s.Read(t.Context(), &source.Receiver{Dict: source.NewDict(),
			Batch: func(*source.Batch) error { return stop }}))
		s.Close()
		require.Eventually(t, func() bool {
			return ask(t, dsn, by(dsn, "SELECT COUNT(*) FROM information_schema.processlist WHERE id = ",
				"SELECT COUNT(*) FROM pg_stat_activity WHERE pid = ")+number) == "0"
		}, time.Minute, 10*time.Millisecond)
	})
}

// A table that was being filled when the caller was interrupted, or the reader
// failed, is gone; one that was there before is not touched.
func TestServerCreateInterrupted(t *testing.T) {
	cause := errors.New("interrupted")
	onServers(t, func(t *testing.T, dsn DSN) {
		table := create(t, dsn, "x int")
		csv := "message_id,conversation_id,created_at\n" + strings.Repeat("1,7,2026-03-01 10:00:00\n", 1000)
		interrupted := func() error {
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			reading := 0 // unguarded: the race detector sees a read after Create has returned
			defer func() { require.Zero(t, reading) }()
			rest := readerFunc(func([]byte) (int, error) {
				reading++
				cancel(cause)
				<-ctx.Done()
				reading--
				return 0, cause
			})
			return Create(ctx, dsn, table, io.MultiReader(strings.NewReader(csv), rest))
		}
		require.Error(t, interrupted())
		require.Equal(t, "0", ask(t, dsn, "SELECT COUNT(*) FROM "+table), "the older table is as it was")
		execute(t, dsn, "DROP TABLE "+table)

		require.ErrorIs(t, interrupted(), cause)
		_, err := Open(t.Context(), dsn, Options{Table: table})
		require.ErrorContains(t, err, "no table")
		require.NoError(t, Create(t.Context(), dsn, table, strings.NewReader(csv)))
	})
}

// A window that holds nearly all is no reason to look for a part; one of a day is,
// with an index on created_at and without.
func TestServerWideWindow(t *testing.T) {
	onServers(t, func(t *testing.T, dsn DSN) {
		for _, indexed := range []bool{false, true} {
			table := create(t, dsn, needed)
			if indexed {
				execute(t, dsn, "CREATE INDEX "+table+"_i ON "+table+" (created_at)")
			}
			var rows []string
			for day := range 1000 {
				at := march.from.AddDate(0, 0, -day).Format(time.DateTime)
				rows = append(rows, "('"+at+"', 1, 1, 2, 3)")
			}
			execute(t, dsn, "INSERT INTO "+table+" VALUES "+strings.Join(rows, ", "))
			ask(t, dsn, by(dsn, "ANALYZE TABLE "+table, "SELECT 1"))
			if dsn.server != mysqlServer {
				execute(t, dsn, "ANALYZE "+table)
			}
			for _, c := range []struct {
				days   int
				narrow bool
			}{{1, true}, {2000, false}} {
				if dsn.server == mysqlServer && !indexed && !c.narrow {
					continue // it cannot tell
				}
				s, err := Open(t.Context(), dsn, Options{Table: table, From: march.from.AddDate(0, 0, -c.days)})
				require.NoError(t, err)
				require.Equal(t, c.narrow, s.Narrowed(), "%d days, indexed %v", c.days, indexed)
				require.NoError(t, s.Close())
			}
		}
	})
}
