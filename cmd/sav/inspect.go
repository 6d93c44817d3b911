package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/sink/rundir"
	"github.com/sav-analytics/sav/internal/source/inspect"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/files"
)

type inspectCmd struct {
	Input []string `sep:"none" placeholder:"FILE" group:"input" help:"The same as FILE."`
	Files []string `arg:"" optional:"" sep:"none" name:"file" help:"Files of messages, folders of them, or - for standard input."`
	dialectFlags
	rulesFlags
	TZ     string `name:"tz" default:"UTC" placeholder:"ZONE" group:"input" help:"Zone of times without an offset (default ${default})."`
	Rows   int    `default:"100000" placeholder:"N" help:"Rows to look at, about (default ${default})."`
	Format string `enum:"text,json" default:"text" help:"Form of the answer: ${enum}."`
}

func (c inspectCmd) Run(e *env) error {
	names := append(c.Input, c.Files...)
	switch {
	case len(names) == 0:
		return usage("a file is needed")
	case c.Rows < 1:
		return usage("--rows %d is below 1", c.Rows)
	}
	if err := checkNames(names); err != nil {
		return err
	}
	layout, err := c.dialectFlags.parse()
	if err != nil {
		return err
	}
	zone, err := source.NewZone(c.TZ)
	if err != nil {
		return usage("--tz: %w", err)
	}
	opts := inspect.Options{Dialect: layout, Rows: c.Rows, Clock: time.Now()}
	if opts.Rules, err = c.rulesFlags.parse(zone); err != nil {
		return err
	}
	if slices.Contains(names, files.Stdin) {
		stdin := e.interruptibleStdin()
		defer stdin.Close()
		opts.Stdin = stdin
	}
	r, err := inspect.Files(e.ctx, names, opts)
	if err != nil {
		return inputHint(err)
	}
	line := c.commandLine(names, r)
	summary := inspectSummary{Status: statusDone, Fits: r.Fits, Rows: r.Rows, Command: line}
	to := e.stdout
	if c.Format == "json" {
		to = e.stderr
		enc := json.NewEncoder(e.stdout)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(struct {
			*inspect.Report
			Put      map[string]int64 `json:"put_aside"`
			Warnings []rundir.Warning `json:"warnings"`
			Command  string           `json:"command"`
		}{r, putAside(r), inspectWarnings(r), line}); err != nil {
			return err
		}
	} else {
		p := newInspectPrinter(e.stdout)
		p.print(r)
		p.line("%s", line)
		if err := p.flush(); err != nil {
			return err
		}
	}
	if r.Fits {
		return printLine(to, summary)
	}
	summary.Status, summary.Error = statusInput, "analyze cannot read it as it is: "+r.Why
	fmt.Fprintf(e.stderr, "sav: %s\n", oneLine(summary.Error))
	if err := printLine(to, summary); err != nil {
		return err
	}
	return &shownError{&statusError{statusInput, errors.New(summary.Error)}}
}

// An inspectSummary is the last line of "sav inspect".
type inspectSummary struct {
	Status  int    `json:"status"`
	Fits    bool   `json:"fits"` // analyze could run as it is
	Rows    int64  `json:"rows"`
	Command string `json:"command"`
	Error   string `json:"error,omitempty"`
}

// commandLine returns the command that analyses the files: with the options that were
// given, and with what was guessed.
func (c inspectCmd) commandLine(names []string, r *inspect.Report) string {
	words := []string{"sav", "analyze"}
	add := func(option, value string) { words = append(words, "--"+option, shellQuote(value)) }
	for _, name := range names {
		if strings.HasPrefix(name, "-") && name != files.Stdin {
			add("input", name)
			continue
		}
		words = append(words, shellQuote(name))
	}
	c.dialectFlags.each(add)
	c.rulesFlags.each(add)
	if c.TZ != "UTC" {
		add("tz", c.TZ)
	}
	for _, g := range r.Guesses {
		switch g.Kind {
		case inspect.GuessColumn, inspect.GuessSet, inspect.GuessRole:
			add(string(g.Kind), g.Name+"="+g.Value)
		case inspect.GuessTimeFormat:
			add("time-format", g.Value)
		case inspect.GuessNewestFirst:
			words = append(words, "--newest-first")
		case inspect.GuessDialect:
			add(g.Name, g.Value)
		}
	}
	if r.MaxRejectRate > 0 {
		add("max-reject-rate", strconv.FormatFloat(r.MaxRejectRate, 'f', -1, 64))
	}
	add("out", "out")
	return strings.Join(words, " ")
}

// plainWord is what a shell takes as it is.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// shellQuote returns a word as a shell reads it.
func shellQuote(word string) string {
	switch {
	case plainWord.MatchString(word):
		return word
	case strings.ContainsFunc(word, func(r rune) bool { return r < ' ' }):
		quoted := strconv.QuoteToASCII(word)
		return "$'" + strings.ReplaceAll(strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`), "'", `\'`) + "'"
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// putAside returns the numbers of rows that are no messages, as run.json has them.
func putAside(r *inspect.Report) map[string]int64 {
	return map[string]int64{"private": r.Counts.Private, "automatic": r.Counts.Automatic,
		"other_sender": r.Counts.OtherSender, "no_reply_needed": r.Counts.NoReplyNeeded, "duplicates": r.Duplicates}
}

// inspectWarnings returns what an analysis would warn of.
func inspectWarnings(r *inspect.Report) []rundir.Warning {
	return warnings(&analysis.Result{Rows: r.Counts, Duplicates: r.Duplicates}, &r.Facts)
}
