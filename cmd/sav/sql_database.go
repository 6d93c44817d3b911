package main

import (
	"context"
	"errors"
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/source/database"
	"github.com/sav-analytics/sav/sql/questions"
)

// askDatabase answers a question from the database of --dsn, and returns that database's name.
func askDatabase(ctx context.Context, c sqlRunCmd, q questions.Question,
	today time.Time) (*frame.Frame, string, error) {
	dsn, err := parseDSN(c.DSN, c.PasswordFile)
	if err != nil {
		return nil, "", err
	}
	db, err := database.OpenMySQL(ctx, dsn)
	if errors.Is(err, database.ErrNotMySQL) {
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
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return &database.Error{Where: dsn.String(), Doing: "ask", Err: err}
}
