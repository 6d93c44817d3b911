package main

import (
	"fmt"
	"time"

	"github.com/sav-analytics/sav/internal/sink/load"
)

type loadCmd struct {
	Out          string `required:"" placeholder:"DIR" help:"Folder with report.csv and run.json."`
	DSN          string `name:"dsn" required:"" placeholder:"DSN" help:"The database: mysql://user@host:port/database or postgres://…. The password is read from SAV_DSN_PASSWORD or --dsn-password-file."`
	Table        string `required:"" placeholder:"TABLE" help:"Table that the report goes into."`
	PairsTable   string `placeholder:"TABLE" help:"Table that the pairs of the run go into, too."`
	Source       string `placeholder:"NAME" help:"Tells reports of several inputs apart in one table."`
	Create       bool   `help:"Make a table that is not there."`
	PasswordFile string `name:"dsn-password-file" placeholder:"FILE" help:"File with the password; instead of SAV_DSN_PASSWORD."`
}

// A loadSummary is the last line of sav load.
type loadSummary struct {
	Status    int     `json:"status"`
	Table     string  `json:"table"`
	Rows      int64   `json:"rows"`
	Replaced  int64   `json:"replaced"`
	PairsRows int64   `json:"pairs_rows"`
	Later     string  `json:"later_as_of"` // of the report that stays; empty if this one was loaded
	Elapsed   float64 `json:"elapsed_s"`
}

func (c *loadCmd) Run(e *env) error {
	begin := time.Now()
	if err := needOut(c.Out); err != nil {
		return err
	}
	switch {
	case c.Table == "":
		return usage("--table is empty")
	case c.Table == c.PairsTable:
		return usage("--table and --pairs-table are the same table")
	}
	dsn, err := parseDSN(c.DSN, c.PasswordFile)
	if err != nil {
		return err
	}
	done, err := load.Load(e.ctx, dsn, c.Out, load.Options{
		Table: c.Table, PairsTable: c.PairsTable, Source: c.Source, Create: c.Create,
	})
	if err != nil {
		return err
	}
	if done.Later.IsZero() {
		fmt.Fprintf(e.stdout, "loaded  %s into %s, in the place of %s\n", counted(done.Rows, "row"), c.Table,
			thousands(done.Replaced))
		if c.PairsTable != "" {
			fmt.Fprintf(e.stdout, "pairs   %s into %s\n", counted(done.PairsRows, "row"), c.PairsTable)
		}
	} else {
		fmt.Fprintf(e.stdout, "nothing changed: %s has the report as of %s, which is later\n", c.Table,
			rfc3339(done.Later))
	}
	return printLine(e.stdout, loadSummary{
		Status: statusDone, Table: c.Table, Rows: done.Rows, Replaced: done.Replaced, PairsRows: done.PairsRows,
		Later: rfc3339(done.Later), Elapsed: time.Since(begin).Seconds(),
	})
}
