//go:build linux

// Command database times sav on messages of a database beside the database's bare
// driver, which reads the same columns and drops them, in one run and in turn:
//
//	make bench-database
//	scripts/databases.sh go run ./bench/database -messages 500000 -rounds 3
//
// The servers are those of SAV_TEST_MYSQL_DSN and SAV_TEST_POSTGRES_DSN. Time is
// that of the whole command, from its start to its end, and memory its greatest
// resident set; of the driver it is the time from the query to the last row. A
// table bench_messages is made by sav generate, and dropped in the end.
package main

import (
	"context"
	"database/sql/driver"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "bench/database:", err)
		os.Exit(1)
	}
}

const (
	integers = "bench_messages"
	uuids    = "bench_uuids"
)

// columns are those that sav reads, and what their ids are ids of: users are one.
var columns = []struct{ name, of string }{{"created_at", ""}, {"sender_user_id", "U"}, {"client_user_id", "U"},
	{"merchant_user_id", "U"}, {"merchant_id", "S"}, {"conversation_id", "C"}, {"message_id", "M"}, {"country", ""}}

// selected returns a query of all columns, with each id as the format says, if there is
// one: its verbs are what the id is of, and its column.
func selected(table, id string) string {
	var all []string
	for _, c := range columns {
		if id != "" && c.of != "" {
			all = append(all, fmt.Sprintf(id, c.of, c.name)+" AS "+c.name)
		} else {
			all = append(all, c.name)
		}
	}
	return "SELECT " + strings.Join(all, ", ") + " FROM " + table
}

// The text of a UUID, as tables of MySQL's dialect have it, and PostgreSQL's own type.
const (
	mysqlUUID = "CAST(INSERT(INSERT(INSERT(INSERT(MD5(CONCAT('%s', %s)), 9, 0, '-'), 14, 0, '-'), 19, 0, '-'), 24, 0, '-')" +
		" AS CHAR(36))"
	postgresUUID = "md5('%s' || %s)::uuid"
)

func run(ctx context.Context) error {
	messages := flag.Int64("messages", 5_000_000, "rows of the table")
	rounds := flag.Int("rounds", 5, "how often each is timed; medians are printed")
	day := flag.String("date", "2026-03-10", "the day of a window, timed too")
	flag.Parse()
	dir, err := os.MkdirTemp("", "sav-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{sav: filepath.Join(dir, "sav"), out: filepath.Join(dir, "out"), rounds: *rounds}
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", b.sav, "./cmd/sav").CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	fmt.Printf("%d messages, medians of %d rounds\n", *messages, *rounds)
	for _, server := range []struct{ name, variable, uuid string }{
		{"MySQL's protocol", "SAV_TEST_MYSQL_DSN", mysqlUUID},
		{"PostgreSQL's", "SAV_TEST_POSTGRES_DSN", postgresUUID},
	} {
		b.dsn = os.Getenv(server.variable)
		if b.dsn == "" {
			return fmt.Errorf("%s is not set: run scripts/databases.sh go run ./bench/database", server.variable)
		}
		db, err := open(ctx, b.dsn)
		if err != nil {
			return err
		}
		fmt.Println(server.name)
		err = b.server(ctx, db, *messages, *day, server.uuid)
		if err := errors.Join(err, db.exec(ctx, "DROP TABLE IF EXISTS "+integers+", "+uuids), db.close()); err != nil {
			return err
		}
	}
	return nil
}

type bench struct {
	sav, out, dsn string
	rounds        int
}

// server times one server: integers and UUIDs.
func (b *bench) server(ctx context.Context, db bare, messages int64, day, uuid string) error {
	took, _, err := b.command(ctx, "generate", "--messages", strconv.FormatInt(messages, 10), "--dsn", b.dsn,
		"--table", integers)
	if err != nil {
		return err
	}
	fmt.Printf("  %-26s %6.2f s\n", "sav generate --dsn", took.Seconds())
	if err := b.table(ctx, db, integers, messages, day); err != nil {
		return err
	}
	for _, statement := range []string{
		"CREATE TABLE " + uuids + " AS " + selected(integers, uuid),
		"CREATE INDEX bench_uuids_at ON " + uuids + " (created_at, conversation_id)",
		"CREATE INDEX bench_uuids_of ON " + uuids + " (conversation_id)",
	} {
		if err := db.exec(ctx, statement); err != nil {
			return err
		}
	}
	fmt.Println("  with UUIDs for ids")
	return b.table(ctx, db, uuids, messages, day)
}

// table times one table: all of it, and a window of a day.
func (b *bench) table(ctx context.Context, db bare, name string, messages int64, day string) error {
	var driver, all, window []time.Duration
	var memory int64
	for range b.rounds {
		begin := time.Now()
		rows, err := db.drop(ctx, selected(name, ""))
		if err != nil {
			return err
		}
		if rows != messages {
			return fmt.Errorf("the driver read %d rows", rows)
		}
		driver = append(driver, time.Since(begin))
		took, resident, err := b.command(ctx, "analyze", "--dsn", b.dsn, "--table", name, "--out", b.out)
		if err != nil {
			return err
		}
		all, memory = append(all, took), max(memory, resident)
		if took, _, err = b.command(ctx, "analyze", "--dsn", b.dsn, "--table", name, "--out", b.out, "--date",
			day); err != nil {
			return err
		}
		window = append(window, took)
	}
	fmt.Printf("  %-26s %6.2f s\n", "the bare driver", median(driver).Seconds())
	fmt.Printf("  %-26s %6.2f s, %.2f times that; %d MB\n", "sav analyze --dsn", median(all).Seconds(),
		median(all).Seconds()/median(driver).Seconds(), memory>>20)
	fmt.Printf("  %-26s %6.2f s\n", "the same, --date "+day, median(window).Seconds())
	return nil
}

// command runs sav and tells its time and greatest resident set, in bytes.
func (b *bench) command(ctx context.Context, args ...string) (time.Duration, int64, error) {
	cmd := exec.CommandContext(ctx, b.sav, args...)
	begin := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, 0, fmt.Errorf("sav %v: %w: %s", args, err, out)
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return time.Since(begin), int64(usage.Maxrss) << 10, nil // Linux counts in KiB
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

// bare is a driver with nothing around it.
type bare interface {
	exec(ctx context.Context, statement string) error
	drop(ctx context.Context, query string) (rows int64, err error) // reads all rows
	close() error
}

func open(ctx context.Context, dsn string) (bare, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return nil, err
	}
	password := os.Getenv("SAV_DSN_PASSWORD")
	if u.Scheme != "mysql" {
		u.User = url.UserPassword(u.User.Username(), password)
		c, err := pgconn.Connect(ctx, u.String())
		if err != nil {
			return nil, err
		}
		return postgresDriver{c}, nil
	}
	config := mysql.NewConfig()
	config.User, config.Passwd, config.Net, config.Addr, config.DBName = u.User.Username(), password, "tcp", u.Host,
		u.Path[1:]
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, err
	}
	c, err := connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return mysqlDriver{c}, nil
}

type mysqlDriver struct{ c driver.Conn }

func (d mysqlDriver) close() error { return d.c.Close() }

func (d mysqlDriver) exec(ctx context.Context, statement string) error {
	_, err := d.c.(driver.ExecerContext).ExecContext(ctx, statement, nil)
	return err
}

func (d mysqlDriver) drop(ctx context.Context, query string) (rows int64, err error) {
	r, err := d.c.(driver.QueryerContext).QueryContext(ctx, query, nil)
	if err != nil {
		return 0, err
	}
	defer r.Close()
	row := make([]driver.Value, len(r.Columns()))
	for {
		switch err := r.Next(row); err {
		case nil:
			rows++
		case io.EOF:
			return rows, nil
		default:
			return rows, err
		}
	}
}

type postgresDriver struct{ c *pgconn.PgConn }

func (d postgresDriver) close() error { return d.c.Close(context.Background()) }

func (d postgresDriver) exec(ctx context.Context, statement string) error {
	_, err := d.c.ExecParams(ctx, statement, nil, nil, nil, nil).Close()
	return err
}

func (d postgresDriver) drop(ctx context.Context, query string) (rows int64, err error) {
	r := d.c.ExecParams(ctx, query, nil, nil, nil, nil)
	for r.NextRow() {
		rows++
	}
	_, err = r.Close()
	return rows, err
}
