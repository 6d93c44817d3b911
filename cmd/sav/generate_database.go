package main

import (
	"errors"
	"io"

	"github.com/sav-analytics/sav/source/database"
	"github.com/sav-analytics/sav/source/generate"
)

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
	err = database.Create(e.ctx, dsn, c.Table, r)
	r.CloseWithError(errors.New("nothing is read any more"))
	<-written
	if errors.Is(err, database.ErrName) {
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
