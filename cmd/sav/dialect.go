package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/sav-analytics/sav/source/files"
)

// dialectFlags say what cannot be found out of the files.
type dialectFlags struct {
	Delimiter string `placeholder:"CHAR" group:"dialect" help:"What stands between the fields of CSV: one character, or tab (default: that of , ; tab and | by which most columns have a meaning)."`
	SkipLines int    `placeholder:"N" group:"dialect" help:"Lines before the header of CSV."`
	Quote     string `enum:"double,none" default:"double" group:"dialect" help:"What quotes mean in CSV: ${enum}; with none they are characters (default ${default})."`
	Escape    string `enum:"none,backslash" default:"none" group:"dialect" help:"What a backslash means in CSV: ${enum}; with backslash it stands for the byte after it, as MySQL writes it (default ${default})."`
	Encoding  string `placeholder:"LABEL" group:"dialect" help:"Encoding of text without a byte-order mark, such as windows-1252 (default: utf-8)."`
}

// parse turns the flags into the library's options.
func (f *dialectFlags) parse() (files.Dialect, error) {
	opts := files.Dialect{SkipLines: f.SkipLines, NoQuotes: f.Quote == "none", Backslash: f.Escape == "backslash",
		Encoding: f.Encoding}
	if f.Delimiter != "" {
		var err error
		if opts.Delimiter, err = parseDelimiter(f.Delimiter); err != nil {
			return opts, usage("--delimiter: %w", err)
		}
	}
	if f.SkipLines < 0 {
		return opts, usage("--skip-lines %d is below 0", f.SkipLines)
	}
	if err := opts.Check(); err != nil {
		return opts, usage("--encoding: %w", err)
	}
	return opts, nil
}

// parseDelimiter returns the delimiter that a text names: one byte, or the word tab.
func parseDelimiter(text string) (byte, error) {
	if strings.EqualFold(text, "tab") || text == `\t` {
		return '\t', nil
	}
	if len(text) != 1 || text[0] == 0 {
		return 0, fmt.Errorf("delimiter %q: expected one ASCII character, or tab", text)
	}
	return text[0], (&files.Dialect{Delimiter: text[0]}).Check()
}

// each calls add with the options that were given.
func (f *dialectFlags) each(add func(option, value string)) {
	if f.Delimiter != "" {
		add("delimiter", f.Delimiter)
	}
	if f.SkipLines != 0 {
		add("skip-lines", strconv.Itoa(f.SkipLines))
	}
	if f.Quote != "double" {
		add("quote", f.Quote)
	}
	if f.Escape != "none" {
		add("escape", f.Escape)
	}
	if f.Encoding != "" {
		add("encoding", f.Encoding)
	}
}

// inputHint adds to an error of a file the option that would help.
func inputHint(err error) error {
	switch d := files.Suggest(err); {
	case d.Encoding != "":
		return fmt.Errorf("%w (--encoding %s)", err, d.Encoding)
	case d.SkipLines > 0:
		return fmt.Errorf("%w (--skip-lines %d)", err, d.SkipLines)
	case d.Delimiter != 0:
		return fmt.Errorf("%w (--delimiter %q)", err, string(d.Delimiter))
	}
	return err
}

// checkNames returns a usage error if names cannot be those of files to read. That one is
// not there is found when it is opened.
func checkNames(names []string) error {
	if _, err := files.Expand(names); errors.Is(err, files.ErrNames) {
		return usage("%s", strings.TrimSpace(err.Error()))
	}
	return nil
}
