package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/sink/rundir"
	"github.com/sav-analytics/sav/internal/source/dialect"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/files"
)

// rulesFlags say how columns are found and values are read.
type rulesFlags struct {
	Column     map[string]string `mapsep:"none" placeholder:"CANONICAL=ACTUAL" group:"input" help:"The column that holds a value, if its name is another."`
	Set        map[string]string `mapsep:"none" placeholder:"CANONICAL=VALUE" group:"input" help:"A value that each row has, of a column that the input lacks."`
	Role       []string          `sep:"none" placeholder:"WORD=WHO" group:"input" help:"Who a word of sender_role stands for: client, merchant, other or automatic; may be repeated."`
	TimeFormat string            `placeholder:"FORMAT" group:"input" help:"A form of created_at to try first, as of strftime: %d/%m/%Y %H:%M."`
}

// parse turns the flags into the library's rules.
func (f *rulesFlags) parse(zone *source.Zone) (rules source.Rules, err error) {
	rules.Zone = zone
	if rules.Override, err = byField("--column", f.Column); err != nil {
		return rules, err
	}
	if rules.Set, err = byField("--set", f.Set); err != nil {
		return rules, err
	}
	for field := range rules.Set {
		if _, ok := rules.Override[field]; ok {
			return rules, usage("--set and --column both say what %s is", field)
		}
	}
	rules.Roles = make(map[string]source.WrittenBy)
	for _, pair := range f.Role {
		word, by, err := intake.ParseRole(pair)
		if err != nil {
			return rules, usage("--role %w", err)
		}
		rules.Roles[word] = by
	}
	if f.TimeFormat != "" {
		if rules.TimeFormat, err = source.ParseTimeFormat(f.TimeFormat); err != nil {
			return rules, usage("--time-format: %w", err)
		}
	}
	if err := intake.Check(&rules); err != nil {
		return rules, usage("--set: %w", err)
	}
	return rules, nil
}

// each calls add with the options that were given.
func (f *rulesFlags) each(add func(option, value string)) {
	for _, name := range slices.Sorted(maps.Keys(f.Column)) {
		add("column", name+"="+f.Column[name])
	}
	for _, name := range slices.Sorted(maps.Keys(f.Set)) {
		add("set", name+"="+f.Set[name])
	}
	for _, pair := range f.Role {
		add("role", pair)
	}
	if f.TimeFormat != "" {
		add("time-format", f.TimeFormat)
	}
}

// byField returns the values of a flag by the fields that their keys name.
func byField(flag string, values map[string]string) (map[source.Field]string, error) {
	by := make(map[source.Field]string)
	for _, canonical := range slices.Sorted(maps.Keys(values)) {
		field, ok := intake.ParseField(canonical)
		if !ok {
			return nil, usage("%s %s=%s: no such canonical column", flag, canonical, values[canonical])
		}
		if _, twice := by[field]; twice {
			return nil, usage("%s names %s twice", flag, field)
		}
		by[field] = values[canonical]
	}
	return by, nil
}

// headersOf returns the header of each input; none if the source does not know them.
func headersOf(src source.Source) []*source.Header {
	if headed, ok := src.(source.Headed); ok {
		return headed.Headers()
	}
	return nil
}

// describeColumns says in a Run which column of each input serves which field, and what
// looks wrong with them.
func describeColumns(run *rundir.Run, headers []*source.Header) {
	run.Columns, run.Warnings = columnsOf(headers), append(run.Warnings, columnWarnings(headers)...)
}

// columnsOf returns which column of each input serves which field, as run.json has it.
func columnsOf(headers []*source.Header) []rundir.Columns {
	all := []rundir.Columns{} // an empty list in JSON, not null
	for _, header := range headers {
		columns := make(rundir.Columns)
		for field := range intake.NumFields {
			columns[field.String()] = nil
			if by, ok := header.Serves(field); ok {
				columns[field.String()] = &by
			}
		}
		all = append(all, columns)
	}
	return all
}

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
	switch d := dialect.Suggest(err); {
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
	if _, err := dialect.Expand(names); errors.Is(err, dialect.ErrNames) {
		return usage("%s", strings.TrimSpace(err.Error()))
	}
	return nil
}
