package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"

	"github.com/sav-analytics/sav/internal/outfile"
	"github.com/sav-analytics/sav/internal/source/generate"
)

type generateCmd struct {
	Messages int64  `required:"" placeholder:"N" help:"Rows to write."`
	Seed     uint64 `default:"1" placeholder:"S" help:"The same seed and options give the same bytes (default ${default})."`
	Out      string `required:"" xor:"to" placeholder:"FILE" help:"Where to write: .csv, .csv.gz, or - for standard output."`
	Body     int    `default:"0" placeholder:"BYTES" help:"Add a message body of so many bytes on average."`
	Notes    bool   `help:"Add an is_public column, and internal notes."`
	Dialect  string `enum:"csv,excel-fr,excel-unicode,json,jsonl,mac,mysql,pandas,quoted,roles" default:"csv" help:"Form of the file, as tools export it: ${enum} (default ${default})."`
	Shuffle  bool   `help:"Write the rows in random order; takes 32 bytes of memory a row."`

	generateDatabaseFlags
}

func (c generateCmd) options() generate.Options {
	return generate.Options{Messages: c.Messages, Seed: c.Seed, Body: c.Body, Notes: c.Notes, Shuffle: c.Shuffle,
		Dialect: generate.Dialect(c.Dialect)}
}

// Run generates the file, whole or not at all, and prints the truth about it.
func (c generateCmd) Run(e *env) error {
	opts := c.options()
	if err := opts.Validate(); err != nil {
		return usage("%w", err)
	}
	if c.DSN != "" && opts.Dialect != generate.CSV {
		return usage("--dialect %s is a form of files: a database has its own", c.Dialect)
	}
	if c.DSN == "" {
		if err := needOut(c.Out); err != nil {
			return err
		}
	}
	if e.progress {
		opts.Progress = func(rows int64) { fmt.Fprintf(e.stderr, "\r%d of %d messages", rows, c.Messages) }
		defer fmt.Fprint(e.stderr, "\r\x1b[K")
	}
	if c.Out == "-" {
		stats, err := generate.Write(e.ctx, e.stdout, opts)
		if err != nil {
			return err
		}
		return c.summarize(e.stderr, stats)
	}
	to := c.toFile
	if c.DSN != "" {
		to = c.toDatabase
	}
	stats, err := to(e, opts)
	if err != nil {
		return err
	}
	return c.summarize(e.stdout, stats)
}

func (c generateCmd) toFile(e *env, opts generate.Options) (generate.Stats, error) {
	f, err := outfile.Create(c.Out, outfile.Private)
	if err != nil {
		return generate.Stats{}, err
	}
	defer f.Abort()
	var w io.Writer = f
	end := func() error { return nil }
	if strings.HasSuffix(c.Out, ".gz") {
		z := gzip.NewWriter(f)
		w, end = z, z.Close
	}
	stats, err := generate.Write(e.ctx, w, opts)
	if err != nil {
		return stats, err
	}
	if err := end(); err != nil {
		return stats, fmt.Errorf("write %s: %w", c.Out, err)
	}
	return stats, f.Commit()
}

func (c generateCmd) summarize(w io.Writer, stats generate.Stats) error {
	return printLine(w, struct {
		Status int    `json:"status"`
		Out    string `json:"out"`
		generate.Stats
	}{statusDone, c.where(), stats})
}
