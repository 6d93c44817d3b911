package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/source/generate"
	"github.com/sav-analytics/sav/internal/source/servers"
	"github.com/sav-analytics/sav/internal/source/sqlitefile"
	"github.com/sav-analytics/sav/source/database"
	"github.com/sav-analytics/sav/source/files"
	"github.com/sav-analytics/sav/sql/questions"
)

// databaseFlags say which messages of which database are read.
type databaseFlags struct {
	DSN          string `name:"dsn" placeholder:"DSN" group:"input" help:"Messages in a database, instead of --input: mysql://user@host:port/database, postgres://… or sqlite:FILE. The password is read from SAV_DSN_PASSWORD or --dsn-password-file."`
	Table        string `placeholder:"TABLE" group:"input" help:"Table or view of the database (default: messages)."`
	Query        string `placeholder:"FILE" group:"input" help:"File with one SELECT to read in place of a table, such as a join."`
	PasswordFile string `name:"dsn-password-file" placeholder:"FILE" group:"input" help:"File with the password; instead of SAV_DSN_PASSWORD."`
}

// check finds what does not go together.
func (f *databaseFlags) check(files bool) error {
	switch {
	case f.DSN != "" && files:
		return usage("--dsn stands in place of --input")
	case f.DSN == "" && !files:
		return usage("--input or --dsn is needed")
	case f.DSN == "" && f.Table != "":
		return usage("--table is of a database: --dsn is needed")
	case f.DSN == "" && f.Query != "":
		return usage("--query is of a database: --dsn is needed")
	case f.Table != "" && f.Query != "":
		return usage("--query stands in place of --table")
	}
	return nil
}

// A databaseInput is a table or a query.
type databaseInput struct {
	*database.Source
	latest time.Time // of all messages, if those outside of the window are not read
}

func (d databaseInput) Names() []string { return []string{d.Name()} }

// open connects to the database. Where a window lets it read a part only, it
// asks for the as-of time that a run over all messages would have, if none is given.
func (f *databaseFlags) open(e *env, opts *analysis.Options, read files.Options, bar *readBar) (input, error) {
	query, err := f.readQuery()
	if err != nil {
		return nil, err
	}
	if path, ok := strings.CutPrefix(f.DSN, sqlitefile.Scheme); ok {
		return f.openSQLite(e, path, query, read, bar)
	}
	dsn, err := parseDSN(f.DSN, f.PasswordFile)
	if err != nil {
		return nil, err
	}
	window := database.Options{Table: f.Table, Query: query, Rules: read.Rules, Progress: bar.showRows}
	if opts.NewAfter == 0 { // else a thread that was opened earlier may have a conversation in the window
		window.From, window.To = opts.From, opts.To
	}
	src, err := database.Open(e.ctx, dsn, window)
	if err != nil {
		return nil, err
	}
	latest, err := src.AsOf(e.ctx)
	if err != nil {
		src.Close()
		return nil, err
	}
	if opts.AsOf.IsZero() {
		opts.AsOf = latest
	}
	e.log.Debug("reading", "input", src.Name(), "whole", !src.Narrowed())
	return databaseInput{src, latest}, nil
}

// openSQLite opens a file of SQLite. All of its table or query is read.
func (f *databaseFlags) openSQLite(e *env, path, query string, read files.Options, bar *readBar) (input, error) {
	if path == "" || strings.HasPrefix(path, "//") {
		return nil, usage("--dsn %s names no file; expected such as %sshop.db or %s/data/shop.db", f.DSN,
			sqlitefile.Scheme, sqlitefile.Scheme)
	}
	table := f.Table
	if table == "" && query == "" {
		table = servers.DefaultTable
	}
	return sqlitefile.Open(e.ctx, path, sqlitefile.Options{Table: table, Query: query, Rules: read.Rules,
		Progress: bar.showRows})
}

func (f *databaseFlags) readQuery() (string, error) {
	if f.Query == "" {
		return "", nil
	}
	data, err := os.ReadFile(f.Query)
	if err != nil {
		return "", err
	}
	query := strings.TrimSpace(string(data))
	if query == "" {
		return "", usage("--query %s: the file is empty", f.Query)
	}
	return query, nil
}

// parseDSN reads a DSN, and its password from a file or the environment.
func parseDSN(text, passwordFile string) (database.DSN, error) {
	password := os.Getenv("SAV_DSN_PASSWORD")
	if passwordFile != "" {
		data, err := os.ReadFile(passwordFile)
		if err != nil {
			return database.DSN{}, &statusError{statusConfig, fmt.Errorf("--dsn-password-file: %w", err)}
		}
		password = strings.TrimRight(string(data), "\r\n")
	}
	dsn, err := database.ParseDSN(text, password)
	if err != nil {
		return dsn, usage("--dsn: %w", err)
	}
	return dsn, nil
}

// showRows is show for an input that has no size.
func (b *readBar) showRows(rows int64) {
	b.draw(func(elapsed time.Duration) string { return rowsLine(rows, elapsed) })
}

// rowsLine is the progress as text.
func rowsLine(rows int64, elapsed time.Duration) string {
	line := fmt.Sprintf("reading  %d rows", rows)
	if s := elapsed.Seconds(); s > 0 {
		line += fmt.Sprintf("  %.0f rows/s", float64(rows)/s)
	}
	return line
}

// askDatabase answers a question from the database of --dsn, and returns that database's name.
func askDatabase(ctx context.Context, c sqlRunCmd, q questions.Question,
	today time.Time) (*frame.Frame, string, error) {
	dsn, err := parseDSN(c.DSN, c.PasswordFile)
	if err != nil {
		return nil, "", err
	}
	db, err := servers.OpenMySQL(ctx, dsn)
	if errors.Is(err, servers.ErrNotMySQL) {
		return nil, "", usage("--dsn: %w", err)
	}
	if err != nil {
		return nil, "", err
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, "", asking(ctx, dsn, err)
	}
	defer conn.Close()
	answer, err := q.Ask(ctx, conn, today)
	if err != nil {
		return nil, "", asking(ctx, dsn, err)
	}
	return answer, dsn.String(), nil
}

// asking returns what a database failed at, or what interrupted it.
func asking(ctx context.Context, dsn database.DSN, err error) error {
	return &database.Error{Where: dsn.String(), Doing: "ask", Err: cmp.Or(context.Cause(ctx), err)}
}

// generateDatabaseFlags say which table is made and filled. SAV_DSN is not heeded
// here: it names what is analysed, perhaps a database in production.
type generateDatabaseFlags struct {
	DSN          string `name:"dsn" required:"" xor:"to" env:"SAV_GENERATE_DSN" placeholder:"DSN" help:"Make and fill a table of a database, instead of --out: mysql://user@host:port/database or postgres://…. The password is read from SAV_DSN_PASSWORD or --dsn-password-file."`
	Table        string `default:"messages" env:"SAV_GENERATE_TABLE" placeholder:"TABLE" help:"The table, of which there must be none yet (default ${default})."`
	PasswordFile string `name:"dsn-password-file" env:"SAV_DSN_PASSWORD_FILE" placeholder:"FILE" help:"File with the password; instead of SAV_DSN_PASSWORD."`
}

// toDatabase makes a table and fills it, whole or not at all.
func (c generateCmd) toDatabase(e *env, opts generate.Options) (generate.Stats, error) {
	dsn, err := parseDSN(c.DSN, c.PasswordFile)
	if err != nil {
		return generate.Stats{}, err
	}
	r, w := io.Pipe()
	written := make(chan struct{})
	var stats generate.Stats
	go func() {
		defer close(written)
		var err error
		stats, err = generate.Write(e.ctx, w, opts)
		w.CloseWithError(err)
	}()
	err = servers.Create(e.ctx, dsn, c.Table, r)
	r.CloseWithError(errors.New("nothing is read any more"))
	<-written
	if errors.Is(err, servers.ErrName) {
		err = usage("--table %w", err)
	}
	return stats, err
}

// where is the file or the table that was written.
func (c generateCmd) where() string {
	if c.DSN == "" {
		return c.Out
	}
	dsn, _ := database.ParseDSN(c.DSN, "") // it was right a moment ago
	return dsn.String() + ", table " + c.Table
}
