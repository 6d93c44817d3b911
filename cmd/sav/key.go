package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"sync"
	"sync/atomic"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/analysis/inside"
	"github.com/sav-analytics/sav/internal/analysis/shard"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/sink/rundir"
	"github.com/sav-analytics/sav/internal/source/blocks"
	"github.com/sav-analytics/sav/source"
)

type keyCmd struct {
	inputFlags
	Levels     string `placeholder:"LEVEL,…" group:"window" help:"Parts of the report that is to be made."`
	Name       string `placeholder:"NAME" group:"input" help:"What the input is called in rejects.csv and run.json, instead of the file's name."`
	Number     int    `placeholder:"N" group:"input" help:"The input's number among all that become one report, from 0."`
	Partitions int    `default:"64" placeholder:"N" help:"How many parts the conversations are spread over: the same for all inputs (default ${default})."`
	Header     bool   `help:"Write no messages: say which columns the input has."`
}

// keySummary is the last line of sav key.
type keySummary struct {
	Status   int      `json:"status"` // the exit status
	Inputs   []string `json:"inputs"`
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
	switch {
	case c.Partitions < 1 || c.Partitions > maxPartitions:
		return usage("--partitions is from 1 to %d, not %d", maxPartitions, c.Partitions)
	case c.Number < 0 || c.Number >= blocks.MaxFiles:
		return usage("--number is from 0 to %d, not %d", blocks.MaxFiles-1, c.Number)
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
	summary := keySummary{Inputs: names, Columns: optionalColumns(src.Columns())}
	if !c.Header {
		summary.Messages, err = c.write(e, src, names, opts)
		bar.end()
		if err != nil {
			return err
		}
	}
	return printLine(e.stdout, summary)
}

// maxPartitions is the number of partitions that a source of a file's size can be spread over.
const maxPartitions = 1 << 20

// write writes the messages of src, then the rows it rejected, then the state of all
// that is no message: the analysis of src, which keeps the messages to itself.
func (c *keyCmd) write(e *env, src source.Source, names []string, opts analysis.Options) (messages int64, err error) {
	out := &frameWriter{w: e.stdout}
	var lines bytes.Buffer
	rows, err := rundir.NewRejectWriter(&lines)
	if err != nil {
		return 0, err
	}
	lines.Reset()
	first := int64(0) // the line of the first that waits
	flush := func() error {
		if lines.Len() == 0 {
			return nil
		}
		defer lines.Reset()
		return out.write(rejectFrame, c.Number, first, lines.Bytes())
	}
	opts.Reject = func(r *source.Reject) error {
		if c.Name != "" {
			r.Input = c.Name
		}
		if lines.Len() == 0 {
			first = r.Line
		}
		if err := rows.Write(r); err != nil || lines.Len() < rejectBytes {
			return err
		}
		return flush()
	}
	spread := &spreadSource{Source: src, opts: blocks.Options{Columns: src.Columns(), Client: inside.NeedsClient(opts),
		File: c.Number, Buckets: c.Partitions,
		Block: func(bucket int, block []byte) error { return out.write(blockFrame, bucket, 0, block) }}}
	state, err := shard.Of(e.ctx, spread, opts)
	if err == nil {
		err = flush()
	}
	if err != nil {
		return 0, err
	}
	state.Inputs, state.Headers, state.Spread = names, headersOf(src), spread.messages.Load()
	return state.Spread, out.state(state, c.Number)
}

// rejectBytes is how many bytes of rejected rows go out together.
const rejectBytes = 1 << 16

// optionalColumns returns the names of the columns that all inputs must have, or
// none, and that there are.
func optionalColumns(c source.Columns) []string {
	names := []string{}
	for field := range intake.InAll(c).All() {
		names = append(names, field.String())
	}
	return names
}

// A spreadSource makes blocks of the messages of another source. Its own batches have
// only the counts of the rows that are not messages.
type spreadSource struct {
	source.Source
	opts     blocks.Options
	messages atomic.Int64
}

func (s *spreadSource) Read(ctx context.Context, r *source.Receiver) error {
	s.opts.Dict = r.Dict
	writer := blocks.NewWriter(s.opts)
	divert := *r
	divert.Needs.Client, divert.Needs.OwnConversations = writer.NeedsClient(), false
	divert.Batch = func(b *source.Batch) error {
		if err := writer.Add(b); err != nil {
			return err
		}
		s.messages.Add(int64(b.Len()))
		others := source.Batch{Seq: b.Seq, Counts: b.Counts, File: b.File, First: b.First, Last: b.Last,
			Others: b.Others}
		others.Counts.Rows -= int64(b.Len())
		return r.Batch(&others)
	}
	if err := s.Source.Read(ctx, &divert); err != nil {
		return err
	}
	return writer.Flush()
}

// Kinds of frames; the first byte of one.
const (
	blockFrame  = 'm' // messages: a block
	rejectFrame = 'r' // rows of rejects.csv
	stateFrame  = 's'
)

// A frameWriter writes frames: four integers of 64 bits, little-endian, and bytes.
// The integers are the frame's kind; the part that the bytes are for; their place
// among others of the kind; how many they are. What follows the last frame begins
// with an opening brace.
type frameWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (f *frameWriter) write(kind byte, part int, place int64, data []byte) error {
	var head [32]byte
	for i, n := range [...]int64{int64(kind), int64(part), place, int64(len(data))} {
		binary.LittleEndian.PutUint64(head[8*i:], uint64(n))
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, err := f.w.Write(head[:]); err != nil {
		return err
	}
	_, err := f.w.Write(data)
	return err
}

func (f *frameWriter) state(s *shard.State, part int) error {
	var b bytes.Buffer
	if _, err := s.WriteTo(&b); err != nil {
		return err
	}
	return f.write(stateFrame, part, 0, b.Bytes())
}
