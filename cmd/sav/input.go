package main

import (
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/duration"
	"github.com/sav-analytics/sav/internal/instant"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/micros"
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

// open opens the files or the database.
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

// parseWindow reads the times that decide what counts, and returns the zone they are of.
func (f *windowFlags) parseWindow(opts *analysis.Options) (*source.Zone, error) {
	zone, err := source.NewZone(f.TZ)
	if err != nil {
		return nil, usage("--tz %s: %w", f.TZ, err)
	}
	if opts.Zone, err = time.LoadLocation(f.TZ); err != nil {
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
