package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/duration"
	"github.com/sav-analytics/sav/internal/instant"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/micros"
	"github.com/sav-analytics/sav/internal/sink/rundir"
	"github.com/sav-analytics/sav/internal/source/dialect"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/files"
)

// inputFlags say what is read, and what of it counts.
type inputFlags struct {
	Input []string `sep:"none" placeholder:"FILE" group:"input" help:"Messages: CSV, JSON Lines or Parquet, also compressed; a folder of such files; or - for standard input. May be repeated: all are one input."`
	Files []string `arg:"" optional:"" sep:"none" name:"file" help:"The same as --input."`
	databaseFlags
	dialectFlags
	rulesFlags
	windowFlags
}

// windowFlags say what counts.
type windowFlags struct {
	TZ string `name:"tz" default:"UTC" placeholder:"ZONE" group:"input" help:"Zone of times without an offset, and of --date (default ${default})."`

	AsOf string `placeholder:"TIME" group:"window" help:"Ignore messages after this time (default: that of the latest)."`
	From string `placeholder:"TIME" group:"window" help:"Conversations opened at or after this time."`
	To   string `placeholder:"TIME" group:"window" help:"Conversations opened before this time."`
	Date string `placeholder:"DATE" group:"window" help:"Conversations opened on this day; in place of --from and --to."`

	NewAfter    string `placeholder:"DURATION" group:"window" help:"For channels that keep one thread for ever: a client's message more than this after the message before it, such as 12h, 7d or 1h30m, begins another conversation, shown as ID#2 (default: never)."`
	NewestFirst bool   `group:"window" help:"The newest message stands first in the input: of messages of one time, where the input's order decides, the later row is the earlier message."`
}

// An input is what messages are read from.
type input interface {
	source.Source
	io.Closer
	Names() []string // as run.json has them
}

func (f *inputFlags) open(e *env, opts *analysis.Options, read files.Options, bar *readBar) (input, error) {
	if f.DSN != "" {
		return f.databaseFlags.open(e, opts, read, bar)
	}
	read.Progress = bar.show
	in := &fileInput{stdin: io.NopCloser(nil)}
	if slices.Contains(f.Input, files.Stdin) {
		r := e.interruptibleStdin()
		read.Stdin, in.stdin = r, r
	}
	var err error
	if in.Source, err = files.Open(e.ctx, f.Input, read); err != nil {
		in.stdin.Close()
		return nil, inputHint(err)
	}
	return in, nil
}

// usageFirst returns err, of a policy, or in its place that of wrong usage if the files tell of one: a column
// that --set gives and they have, or one file twice.
func (f *inputFlags) usageFirst(e *env, opts analysis.Options, read files.Options, bar *readBar, err error) error {
	if f.DSN != "" {
		return err
	}
	src, openErr := f.open(e, &opts, read, bar)
	if openErr == nil {
		return errors.Join(err, src.Close())
	}
	if statusOf(openErr) == statusUsage {
		return openErr
	}
	return err
}

// A fileInput is files, and standard input if it is one of them.
type fileInput struct {
	*files.Source
	stdin io.Closer
}

func (f *fileInput) Close() error { return errors.Join(f.Source.Close(), f.stdin.Close()) }

// parse turns the flags into the library's options.
func (f *inputFlags) parse() (analysis.Options, files.Options, error) {
	var opts analysis.Options
	var read files.Options
	if err := f.checkInput(); err != nil {
		return opts, read, err
	}
	var err error
	if read.Dialect, err = f.dialectFlags.parse(); err != nil {
		return opts, read, err
	}
	zone, err := f.parseWindow(&opts)
	if err != nil {
		return opts, read, err
	}
	read.Rules, err = f.rulesFlags.parse(zone)
	return opts, read, err
}

// checkInput makes --input all that is named, and checks the names.
func (f *inputFlags) checkInput() error {
	f.Input, f.Files = append(f.Input, f.Files...), nil
	if err := f.databaseFlags.check(len(f.Input) > 0); err != nil {
		return err
	}
	if slices.Contains(f.Input, "") {
		return usage("--input is empty")
	}
	return checkNames(f.Input)
}

// parseTime reads the time that a flag was given.
func parseTime(flag, text string, zone *source.Zone) (time.Time, error) {
	at, _ := intake.ParseTime([]byte(strings.Trim(text, " ")), zone)
	if at == intake.BadTime || at == source.MissingTime {
		return time.Time{}, usage(
			"%s %q is no time in a form of created_at, such as 2026-03-01 or 2026-03-01T10:00:00Z", flag, text)
	}
	return time.UnixMicro(at).UTC(), nil
}

// loadZone loads the zone of a name, as the source and the analysis need it.
func loadZone(name string, opts *analysis.Options) (zone *source.Zone, err error) {
	if zone, err = source.NewZone(name); err == nil {
		opts.Zone, err = time.LoadLocation(name)
	}
	return zone, err
}

// parseWindow reads the times that decide what counts, and returns the zone they are of.
func (f *windowFlags) parseWindow(opts *analysis.Options) (*source.Zone, error) {
	zone, err := loadZone(f.TZ, opts)
	if err != nil {
		return nil, usage("--tz %s: %w", f.TZ, err)
	}
	for _, t := range []struct {
		flag, text string
		to         *time.Time
	}{{"--as-of", f.AsOf, &opts.AsOf}, {"--from", f.From, &opts.From}, {"--to", f.To, &opts.To}} {
		if t.text == "" {
			continue
		}
		if *t.to, err = parseTime(t.flag, t.text, zone); err != nil {
			return nil, err
		}
	}
	if f.Date != "" {
		if f.From != "" || f.To != "" {
			return nil, usage("--date stands in place of --from and --to")
		}
		midnight, rest, ok := instant.ParseDate([]byte(strings.Trim(f.Date, " ")))
		if !ok || len(rest) > 0 {
			return nil, usage("--date %q is no date, such as 2026-03-01", f.Date)
		}
		from, to := zone.Day(midnight)
		opts.From, opts.To = time.UnixMicro(from).UTC(), time.UnixMicro(to).UTC()
	}
	if !opts.From.IsZero() && !opts.To.IsZero() && !opts.From.Before(opts.To) {
		return nil, usage("--from %s is not before --to %s", f.From, f.To)
	}
	if !opts.AsOf.IsZero() && !opts.From.IsZero() && !opts.AsOf.After(opts.From) {
		return nil, usage("--as-of %s is not after the window's beginning, %s: nothing could be known", f.AsOf,
			opts.From.Format(time.RFC3339Nano))
	}
	if f.NewAfter != "" {
		silence, err := duration.Parse(f.NewAfter)
		if err != nil {
			return nil, usage("--new-after: %w", err)
		}
		opts.NewAfter = micros.Duration(silence)
	}
	opts.NewestFirst = f.NewestFirst
	return zone, nil
}

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
