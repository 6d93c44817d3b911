package load

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/sink/rundir"
	"github.com/sav-analytics/sav/internal/source/servers"
)

// A testServer asks a database what its tables hold.
type testServer struct {
	dsn  servers.DSN
	kind string
}

// onServers runs a test against each server that the environment names;
// scripts/databases.sh starts both.
func onServers(t *testing.T, test func(t *testing.T, s testServer)) {
	for _, c := range []struct{ kind, variable string }{
		{"mysql", "SAV_TEST_MYSQL_DSN"}, {"postgres", "SAV_TEST_POSTGRES_DSN"},
	} {
		t.Run(c.kind, func(t *testing.T) {
			text := os.Getenv(c.variable)
			if text == "" {
				t.Skipf("no server: %s is not set (make test-databases)", c.variable)
			}
			dsn, err := servers.ParseDSN(text, os.Getenv("SAV_DSN_PASSWORD"))
			require.NoError(t, err)
			test(t, testServer{dsn, c.kind})
		})
	}
}

// ask runs a statement and returns its rows, each as its texts with spaces
// between; NULL is ∅.
func (s testServer) ask(t *testing.T, statement string) (lines []string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context()) // it is used to clean up, too
	if s.kind == "postgres" {
		conn, err := servers.OpenPostgres(ctx, s.dsn)
		require.NoError(t, err)
		defer conn.Close(ctx)
		result := conn.ExecParams(ctx, statement, nil, nil, nil, nil).Read()
		require.NoError(t, result.Err, statement)
		for _, row := range result.Rows {
			var texts []string
			for _, cell := range row {
				texts = append(texts, textOr(cell))
			}
			lines = append(lines, strings.Join(texts, " "))
		}
		return lines
	}
	db, err := servers.OpenMySQL(ctx, s.dsn)
	require.NoError(t, err)
	defer db.Close()
	rows, err := db.QueryContext(ctx, statement)
	require.NoError(t, err, statement)
	defer rows.Close()
	names, err := rows.Columns()
	require.NoError(t, err)
	for rows.Next() {
		cells, to := make([][]byte, len(names)), make([]any, len(names))
		for i := range cells {
			to[i] = &cells[i]
		}
		require.NoError(t, rows.Scan(to...))
		var texts []string
		for _, cell := range cells {
			texts = append(texts, textOr(cell))
		}
		lines = append(lines, strings.Join(texts, " "))
	}
	require.NoError(t, rows.Err())
	return lines
}

func textOr(cell []byte) string {
	if cell == nil {
		return "∅"
	}
	return string(cell)
}

var notOfNames = regexp.MustCompile("[^a-z0-9]+")

// table returns a name whose table is gone after the test.
func (s testServer) table(t *testing.T) string {
	name := "t" + notOfNames.ReplaceAllString(strings.ToLower(t.Name()), "_")
	name = name[:min(len(name), 50)]
	s.ask(t, "DROP TABLE IF EXISTS "+name)
	t.Cleanup(func() { s.ask(t, "DROP TABLE IF EXISTS "+name) })
	return name
}

// folder makes a folder with the report of so many rows as of a time.
func folder(t *testing.T, rows int, from, asOf string) string {
	var report strings.Builder
	report.WriteString(headerLine())
	for i := range rows {
		report.WriteString(row(fmt.Sprint(i), "3"))
	}
	return folderOf(t, report.String(), from, asOf)
}

func folderOf(t *testing.T, report, from, asOf string) string {
	dir := t.TempDir()
	pairs := filepath.Join(dir, "pairs.csv")
	pairsText := "conversation_id,opened_at,responded_at,dt_s,turns\n'=7,2026-03-01T10:00:00.5Z,,,0\nÄ,2026-03-01T10:00:00Z,2026-03-01T10:00:01Z,1,1\n"
	require.NoError(t, os.WriteFile(pairs, []byte(pairsText), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, rundir.ReportName), []byte(report), 0o600))
	require.NoError(t, rundir.WriteRun(dir, &rundir.Run{
		ReportSHA256: sum(report), PairsSHA256: sum(pairsText), AsOf: rundir.Time(asOf),
		Window: rundir.Window{From: from}, Files: map[string]string{"pairs": pairs},
	}))
	return dir
}

func sum(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

const march = "2026-03-01T00:00:00Z"

func TestServerLoad(t *testing.T) {
	onServers(t, func(t *testing.T, s testServer) {
		table := s.table(t)
		opts := Options{Table: table, Source: "shop", Create: true}
		report := headerLine() + row(`"'=1,""2"""`, "3") + row("é𝄞", "0")
		done, err := Load(t.Context(), s.dsn, folderOf(t, report, march, "2026-03-05T00:00:00.000001Z"), opts)
		require.NoError(t, err)
		require.Equal(t, Done{Rows: 2}, done)
		require.Equal(t, []string{
			`=1,"2" 3 1800.5 ∅ shop ∅ ` + sum(report), `é𝄞 0 1800.5 ∅ shop ∅ ` + sum(report),
		}, s.ask(t, "SELECT merchant_id, conversations, dt_mean_s, country, source, window_to, report_sha256 FROM "+
			table+" ORDER BY 1"))

		// An earlier and an equal as-of are replaced, others stay.
		other := opts
		other.Source = ""
		_, err = Load(t.Context(), s.dsn, folder(t, 4, march, "2026-03-09T00:00:00Z"), other)
		require.NoError(t, err)
		_, err = Load(t.Context(), s.dsn, folder(t, 8, "", "2026-03-09T00:00:00Z"), opts)
		require.NoError(t, err)
		for rows, asOf := range []string{"2026-03-05T00:00:00.000001Z", "2026-03-05T00:00:00.000002Z",
			"2026-03-06T00:00:00Z"} {
			done, err = Load(t.Context(), s.dsn, folder(t, rows+1, march, asOf), opts)
			require.NoError(t, err)
			require.Equal(t, Done{Rows: int64(rows + 1), Replaced: []int64{2, 1, 2}[rows]}, done, asOf)
		}
		// A later one stays.
		done, err = Load(t.Context(), s.dsn, folder(t, 5, march, "2026-03-05T23:59:59.999999Z"), opts)
		require.NoError(t, err)
		require.Equal(t, Done{Later: time.Date(2026, 3, 6, 0, 0, 0, 0, time.UTC)}, done)
		done, err = Load(t.Context(), s.dsn, folder(t, 5, march, ""), opts)
		require.NoError(t, err)
		require.False(t, done.Later.IsZero(), "no as-of is the earliest")
		require.Equal(t, []string{"3 shop", "4 ", "8 shop"},
			s.ask(t, "SELECT count(*), source FROM "+table+" GROUP BY source, window_from ORDER BY 1"))

		// A window that is open at both ends is one like any other, and a report
		// without rows replaces too.
		done, err = Load(t.Context(), s.dsn, folder(t, 0, "", "2026-03-10T00:00:00Z"), opts)
		require.NoError(t, err)
		require.Equal(t, Done{Replaced: 8}, done)
	})
}

func TestServerPairs(t *testing.T) {
	onServers(t, func(t *testing.T, s testServer) {
		opts := Options{Table: s.table(t), Create: true}
		t.Run("pairs", func(t *testing.T) {
			opts.PairsTable = s.table(t)
			for _, asOf := range []string{"2026-03-05T00:00:00Z", "2026-03-06T00:00:00Z"} {
				done, err := Load(t.Context(), s.dsn, folder(t, 3, march, asOf), opts)
				require.NoError(t, err)
				require.EqualValues(t, 2, done.PairsRows)
			}
			seconds := map[string]string{
				"mysql":    "TIMESTAMPDIFF(MICROSECOND, window_from, opened_at)",
				"postgres": "(extract(epoch FROM opened_at - window_from) * 1000000)::bigint",
			}[s.kind]
			require.Equal(t, []string{"=7 36000500000 ∅ ∅ 0", "Ä 36000000000 1 1 1"},
				s.ask(t, "SELECT conversation_id, "+seconds+
					", dt_s, CASE WHEN responded_at > opened_at THEN 1 END, turns FROM "+opts.PairsTable+" ORDER BY 1"))
		})
	})
}

// Whatever goes wrong, the table is as it was.
func TestServerChangesNothing(t *testing.T) {
	onServers(t, func(t *testing.T, s testServer) {
		table := s.table(t)
		opts := Options{Table: table, Create: true}
		_, err := Load(t.Context(), s.dsn, folder(t, 2, march, march), opts)
		require.NoError(t, err)
		const later = "2026-04-01T00:00:00Z"
		before := s.ask(t, "SELECT merchant_id, as_of, report_sha256 FROM "+table+" ORDER BY 1")
		requireAsBefore := func(t *testing.T, err error, want string) {
			t.Helper()
			require.ErrorContains(t, err, want)
			require.Equal(t, before, s.ask(t, "SELECT merchant_id, as_of, report_sha256 FROM "+table+" ORDER BY 1"))
		}
		isDatabase := func(t *testing.T, err error) {
			t.Helper()
			var failed *servers.Error
			require.ErrorAs(t, err, &failed)
			require.NotContains(t, err.Error(), os.Getenv("SAV_DSN_PASSWORD"))
		}

		t.Run("edited report", func(t *testing.T) {
			dir := folder(t, 1500, march, later)
			path := filepath.Join(dir, rundir.ReportName)
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(path, []byte(strings.Replace(string(data), "1800.5", "1900.5", 1)), 0o600))
			_, err = Load(t.Context(), s.dsn, dir, opts)
			require.ErrorIs(t, err, rundir.ErrResult)
			requireAsBefore(t, err, "is not the one that run.json names")
		})
		t.Run("a bad cell far down", func(t *testing.T) {
			report := headerLine() + strings.Repeat(row("7", "3"), 1500) + row("7", "x")
			_, err := Load(t.Context(), s.dsn, folderOf(t, report, march, later), opts)
			require.ErrorIs(t, err, rundir.ErrResult)
			requireAsBefore(t, err, "line 1502")
		})
		t.Run("a value that the table does not take", func(t *testing.T) {
			report := headerLine() + strings.Repeat(row("7", "3"), 1500) + row("7", "99999999999999999999")
			_, err := Load(t.Context(), s.dsn, folderOf(t, report, march, later), opts)
			isDatabase(t, err)
			requireAsBefore(t, err, "99999999999999999999")
		})
		t.Run("a missing column", func(t *testing.T) {
			s.ask(t, "ALTER TABLE "+table+" RENAME COLUMN turns TO turned")
			s.ask(t, "ALTER TABLE "+table+" RENAME COLUMN window_to TO window_end")
			defer s.ask(t, "ALTER TABLE "+table+" RENAME COLUMN turned TO turns")
			defer s.ask(t, "ALTER TABLE "+table+" RENAME COLUMN window_end TO window_to")
			_, err := Load(t.Context(), s.dsn, folder(t, 3, march, later), opts)
			isDatabase(t, err)
			requireAsBefore(t, err, "lacks the columns turns, window_to")
		})
		t.Run("no table", func(t *testing.T) {
			_, err := Load(t.Context(), s.dsn, folder(t, 3, march, later), Options{Table: table + "_none"})
			isDatabase(t, err)
			requireAsBefore(t, err, table+"_none")
		})
		t.Run("no pairs", func(t *testing.T) {
			dir := folder(t, 3, march, later)
			_, err := rundir.UpdateRun(t.Context(), dir, sum(headerLine()+row("0", "3")+row("1", "3")+row("2", "3")),
				func(r *rundir.Run) { r.PairsSHA256 = "" })
			require.NoError(t, err)
			_, err = Load(t.Context(), s.dsn, dir, Options{Table: table, PairsTable: table + "_pairs", Create: true})
			require.ErrorIs(t, err, rundir.ErrResult)
			requireAsBefore(t, err, "no pairs")
		})
		t.Run("refused rights", func(t *testing.T) {
			const password = "l0ader-secret"
			user, grant := "loader", "loader"
			create := "CREATE ROLE loader LOGIN PASSWORD '" + password + "'"
			if s.kind == "mysql" {
				user = "loader@'127.0.0.1'"
				grant, create = user, "CREATE USER "+user+" IDENTIFIED BY '"+password+"'"
			}
			s.ask(t, create)
			defer func() {
				s.ask(t, "REVOKE ALL PRIVILEGES ON "+table+" FROM "+grant)
				s.ask(t, "DROP USER "+user)
			}()
			text := os.Getenv(map[string]string{"mysql": "SAV_TEST_MYSQL_DSN",
				"postgres": "SAV_TEST_POSTGRES_DSN"}[s.kind])
			dsn, err := servers.ParseDSN(strings.Replace(text, "//sav@", "//loader@", 1), password)
			require.NoError(t, err)
			s.ask(t, "GRANT SELECT ON "+table+" TO "+grant)
			for _, right := range []string{"INSERT", "DELETE"} { // each alone is too little
				s.ask(t, "GRANT "+right+" ON "+table+" TO "+grant)
				_, err = Load(t.Context(), dsn, folder(t, 3, march, later), Options{Table: table})
				isDatabase(t, err)
				require.NotContains(t, err.Error(), password)
				requireAsBefore(t, err, table)
				s.ask(t, "REVOKE "+right+" ON "+table+" FROM "+grant)
			}
			s.ask(t, "GRANT INSERT, DELETE ON "+table+" TO "+grant)
			_, err = Load(t.Context(), dsn, folder(t, 0, "2026-02-01T00:00:00Z", later), Options{Table: table})
			requireAsBefore(t, errors.Join(err, errors.New("these suffice")), "these suffice")
			require.NoError(t, err)
		})
		if s.kind == "mysql" {
			t.Run("an engine without transactions", func(t *testing.T) {
				s.ask(t, "ALTER TABLE "+table+" ENGINE=MyISAM")
				defer s.ask(t, "ALTER TABLE "+table+" ENGINE=InnoDB")
				_, err := Load(t.Context(), s.dsn, folder(t, 3, march, later), opts)
				isDatabase(t, err)
				requireAsBefore(t, err, "MyISAM has no transactions")
			})
		}
		t.Run("interrupted", func(t *testing.T) {
			dir := folder(t, 5000, march, later)
			for n := range 12 { // at each call that reads the context, and later
				ctx, stop := context.WithCancelCause(t.Context())
				left := n * 3
				counting := &countingContext{Context: ctx, at: func() {
					if left--; left == 0 {
						stop(fmt.Errorf("stopped by hand"))
					}
				}}
				if _, err := Load(counting, s.dsn, dir, opts); err != nil {
					requireAsBefore(t, err, "stopped by hand")
				} else {
					break
				}
				stop(nil)
			}
		})
	})
}

// A countingContext calls at whenever somebody asks whether it is done.
type countingContext struct {
	context.Context
	mu sync.Mutex
	at func()
}

func (c *countingContext) Done() <-chan struct{} {
	c.mu.Lock()
	c.at()
	c.mu.Unlock()
	return c.Context.Done()
}

// Loads of one window at the same time leave the rows of one of them.
func TestServerConcurrentLoads(t *testing.T) {
	onServers(t, func(t *testing.T, s testServer) {
		opts := Options{Table: s.table(t), Create: true}
		_, err := Load(t.Context(), s.dsn, folder(t, 1, march, march), opts)
		require.NoError(t, err)
		var loads sync.WaitGroup
		for n := range 6 {
			dir := folder(t, 10+n, march, "2026-04-01T00:00:00Z")
			loads.Go(func() {
				if _, err := Load(t.Context(), s.dsn, dir, opts); err != nil {
					t.Error(err)
				}
			})
		}
		loads.Wait()
		require.Len(t, s.ask(t, "SELECT report_sha256 FROM "+opts.Table+" GROUP BY report_sha256"), 1)
	})
}

// 100,000 rows, with SAV_TEST_THOROUGH; the time is logged.
func TestServerManyRows(t *testing.T) {
	onServers(t, func(t *testing.T, s testServer) {
		rows := 20_000
		if os.Getenv("SAV_TEST_THOROUGH") != "" {
			rows = 100_000
		}
		opts := Options{Table: s.table(t), Create: true}
		dir := folder(t, rows, march, march)
		for range 2 {
			begin := time.Now()
			done, err := Load(t.Context(), s.dsn, dir, opts)
			require.NoError(t, err)
			require.EqualValues(t, rows, done.Rows)
			t.Logf("%s: %d rows in %v, %d replaced", s.kind, rows, time.Since(begin).Round(time.Millisecond),
				done.Replaced)
		}
	})
}
