package main

import (
	"bytes"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/sink"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/csvfile"
)

type keyCmd struct {
	inputFlags
	Levels string `placeholder:"LEVEL,…" group:"window" help:"Parts of the report that is to be made."`
	Name   string `placeholder:"NAME" group:"input" help:"What the input is called in rejects.csv and run.json, instead of the file's name."`
	Header bool   `help:"Write no messages: say which columns the input has."`
}

// Help ends "sav key --help" with an example.
func (keyCmd) Help() string {
	return `For a cluster: each message comes out with the key of its conversation and its place in the input, so that whoever brings the messages of a conversation together need not understand them. docs/scale.md has the form.

Example: sav key --input messages.csv >blocks`
}

// keySummary is the last line of sav key.
type keySummary struct {
	Status   int      `json:"status"` // the exit status
	Inputs   []string `json:"inputs"`
	Header   string   `json:"header"`  // of the messages' records
	Columns  []string `json:"columns"` // optional ones that the input has
	Messages int64    `json:"messages"`
}

func (c *keyCmd) Run(e *env) error {
	opts, read, err := c.parse()
	if err != nil {
		return err
	}
	if opts.Levels, err = analysis.ParseLevels(c.Levels); err != nil {
		return usage("--levels: %w", err)
	}
	if opts.Zone, err = time.LoadLocation(c.TZ); err != nil {
		return usage("--tz %s: %w", c.TZ, err)
	}
	bar := newReadBar(e)
	src, err := c.open(e, &opts, read, bar)
	if err != nil {
		return err
	}
	defer src.Close()
	names := src.Names()
	if c.Name != "" {
		names = []string{c.Name}
	}
	keyed := &keyedSource{Source: src, out: blockWriter{w: e.stdout}}
	summary := keySummary{Inputs: names, Columns: optionalColumns(src.Columns()),
		Header: (&csvfile.MessageWriter{Columns: src.Columns()}).Header()}
	if !c.Header {
		err := c.write(e, keyed, names, opts)
		bar.end()
		if err != nil {
			return err
		}
		summary.Messages = keyed.messages.Load()
	}
	return printLine(e.stdout, summary)
}

// write writes the messages of src, then the rows it rejected, then the state of all
// that is no message: the analysis of src, which keeps the messages to itself.
func (c *keyCmd) write(e *env, src *keyedSource, names []string, opts analysis.Options) error {
	var line bytes.Buffer
	rows, err := sink.NewRejectWriter(&line)
	if err != nil {
		return err
	}
	opts.Reject = func(r *source.Reject) error {
		if c.Name != "" {
			r.Input = c.Name
		}
		line.Reset()
		if err := rows.Write(r); err != nil {
			return err
		}
		return src.out.one(rejectBlock, r.Line, line.Bytes())
	}
	opts.State = true
	result, err := analysis.Run(e.ctx, src, opts)
	if err != nil {
		return err
	}
	result.State.Inputs = names
	line.Reset()
	if _, err := result.State.WriteTo(&line); err != nil {
		return err
	}
	return src.out.one(stateBlock, 0, line.Bytes())
}

// optionalColumns are the names of the optional columns that there are.
func optionalColumns(c source.Columns) []string {
	names := []string{}
	for _, column := range []struct {
		has   bool
		field source.Field
	}{{c.Conversation, source.ConversationID}, {c.MessageID, source.MessageID}, {c.Country, source.Country}, {c.Visibility, source.IsPublic}} {
		if column.has {
			names = append(names, column.field.String())
		}
	}
	return names
}
