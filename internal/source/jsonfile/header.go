package jsonfile

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync/atomic"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/source/chunk"
	"github.com/sav-analytics/sav/internal/source/dialect"
	"github.com/sav-analytics/sav/internal/source/value"
	"github.com/sav-analytics/sav/source"
)

// SampledObjects is how many objects say which keys are columns.
const SampledObjects = 1000

type flag = atomic.Bool

// An arrayLayout says how the elements of an array follow each other.
type arrayLayout struct {
	// between is what stands between the end of an element and the text of the next, as
	// between the first two; before is how much of it is not of the next. It is empty if
	// there are no two.
	between []byte
	before  int
}

// newInput finds the columns of a file, and where its objects begin.
func newInput(f *dialect.File, opts *Options) (*chunk.Input, error) {
	l := &layout{file: f, columns: make(map[string]int), objects: new(flag), named: make(map[string]*flag)}
	first, line := f.Start(), int64(1)
	switch f.Format {
	case dialect.FormatJSONLines:
	case dialect.FormatJSONArray:
		l.array = &arrayLayout{}
		var err error
		if first, line, err = arrayStart(f); err != nil {
			return nil, err
		}
	default:
		return nil, &source.InputError{Input: f.Name, Err: errors.New("is " + f.Format.String() + ", not JSON")}
	}
	sample, err := l.sample(first, line, opts)
	if err != nil {
		return nil, err
	}
	names, rules := sample.keys, &opts.Rules
	if len(names) == 0 {
		l.header = intake.NoHeader()
	} else {
		for _, name := range rules.Override {
			// A key that is named may come as late as it wants.
			if !slices.ContainsFunc(names, func(known string) bool {
				return known == name || intake.SameName(known, name)
			}) {
				names = append(names, name)
				l.named[name] = new(flag)
			}
		}
		slices.Sort(names[len(names)-len(l.named):])
		if l.header, err = intake.ResolveHeader(names, rules); err != nil {
			if sample.rows != "" {
				err = fmt.Errorf("%w; the key %q holds an array of objects: if these are the rows, "+
					"write each on a line, as jq -c '.%s[]' does",
					err, sample.rows, sample.rows)
			}
			return nil, &source.InputError{Input: f.Name, Err: err}
		}
	}
	for i, name := range names {
		l.columns[name] = i
	}
	return &chunk.Input{File: f, Header: l.header, First: first, Line: line, RowBytes: sample.rowBytes(),
		Finish: l.finish,
		Scanner: func(needs source.Needs, dict *source.Dict) chunk.Scanner {
			s := newScanner(l, opts, dict)
			s.parser.Serve(needs)
			return s
		}}, nil
}

// finish returns an error if a key that was named never occurred.
func (l *layout) finish() error {
	for _, name := range l.header.Names {
		if seen := l.named[name]; seen != nil && !seen.Load() && l.objects.Load() {
			return &source.InputError{Input: l.file.Name,
				Err: fmt.Errorf("no object has the key %q that is named for a column", name)}
		}
	}
	return nil
}

func newScanner(l *layout, opts *Options, dict *source.Dict) *scanner {
	s := &scanner{layout: l, maxRecord: cmp.Or(opts.MaxRecord, chunk.MaxRecord)}
	s.parser = intake.NewParser(l.header, &opts.Rules, dict)
	s.times, s.utc = value.Times{Zone: opts.Zone}, opts.Zone.IsUTC()
	s.start.of = newKeys("", nil, 0)
	m := &s.message
	ids := map[source.Field]*source.ID{
		source.SenderUserID: &m.Sender, source.ClientUserID: &m.Client, source.MerchantUserID: &m.MerchantUser,
		source.MerchantID: &m.Merchant, source.ConversationID: &m.Conversation, source.MessageID: &m.MessageID,
	}
	s.lookup = func(k *key) {
		k.known = true
		column, ok := l.columns[k.name]
		if !ok {
			k.late = intake.HasMeaning(k.name)
			return
		}
		if seen := l.named[k.name]; seen != nil {
			k.seen = func() { set(seen) }
		}
		for field, i := range l.header.Index {
			if i == column {
				k.fields = append(k.fields, source.Field(field))
			}
		}
		k.mask = source.ColumnsOf(k.fields...)
		switch {
		case len(k.fields) == 0:
		case len(k.fields) > 1:
			k.kind = otherKey
		case k.fields[0] == source.CreatedAt && opts.TimeFormat == nil:
			k.kind = timeKey
		case k.fields[0] == source.Country:
			k.kind = countryKey
		case k.fields[0] == source.SenderRole:
			k.kind = roleKey
		case intake.IsID(k.fields[0]):
			k.kind, k.id = idKey, ids[k.fields[0]]
		default:
			k.kind = otherKey
		}
		k.regular = k.seen == nil
	}
	return s
}

// arrayStart returns where the first element of an array begins, and its line; the end of
// the file if there is none.
func arrayStart(f *dialect.File) (first, line int64, err error) {
	var last byte // the bracket that was met
	line = 1
	buf := make([]byte, 64<<10)
	for off := f.Start(); ; {
		n, err := f.ReadAt(buf, off)
		for i, b := range buf[:n] {
			switch {
			case b == '\n':
				line++
			case b == ' ' || b == '\t' || b == '\r':
			case b == '[' && last == 0, b == ']' && last == '[':
				last = b
			case last == '[':
				return off + int64(i), line, nil
			default:
				return 0, 0, &source.InputError{Input: f.Name, Line: line, Err: errors.New("text after the array")}
			}
		}
		off += int64(n)
		switch {
		case err == io.EOF && last == ']':
			return off, line, nil
		case err == io.EOF:
			return 0, 0, &source.InputError{Input: f.Name, Line: line,
				Err: errors.New("the array is not closed: the file is cut off")}
		case err != nil:
			return 0, 0, err
		}
	}
}

// Options say how files are read. The zero value is the default.
type Options struct {
	// Rules say how columns are found and values are read.
	source.Rules
	chunk.Options
}

// A Source is a list of JSON files that are read as one input. It can be read once, or
// several times if all are plain files in UTF-8.
type Source struct {
	chunk.Source
	opts Options
}

// New returns a source of open files, whose columns it finds. They must agree on the
// columns that all inputs have or none; a [source.InputError] says where they don't, and
// what else makes a file unusable. Close closes the files; so does New if it fails.
func New(files []*dialect.File, opts Options) (*Source, error) {
	s := &Source{chunk.Source{Options: opts.Options}, opts}
	return s, s.Add(files, func(f *dialect.File) (*chunk.Input, error) { return newInput(f, &s.opts) })
}
