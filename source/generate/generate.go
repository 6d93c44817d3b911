package generate

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"
)

// Options say what to generate. The zero value is a file with a header only.
type Options struct {
	Messages int64  // rows beside the header: 0 to MaxMessages
	Seed     uint64 // another seed, other messages
	Body     int    // bytes of the body column on average: 0 (no such column) to MaxBody
	Notes    bool   // an is_public column, and internal notes
	Shuffle  bool   // random order; holds all rows in memory, 32 bytes each

	// Progress, if not nil, is called now and then with the number of rows
	// written so far, on the goroutine that writes.
	Progress func(rows int64)
}

// Limits of Options.
const (
	MaxMessages = 10_000_000_000
	MaxBody     = 1 << 20
)

// Validate says what is wrong with the options, if anything.
func (o Options) Validate() error {
	switch {
	case o.Messages < 0 || o.Messages > MaxMessages:
		return fmt.Errorf("messages: %d is not from 0 to %d", o.Messages, int64(MaxMessages))
	case o.Body < 0 || o.Body > MaxBody:
		return fmt.Errorf("body: %d is not from 0 to %d bytes", o.Body, MaxBody)
	}
	return nil
}

// Independent streams of draws of one seed.
const (
	streamWorld = iota + 1
	streamPlan
	streamWriting
	streamShuffle
	streamBody
)

// bufferSize is how much is handed to the writer at once.
const bufferSize = 1 << 18

// Write writes the CSV that opts describe to w and returns the truth about it.
// It allocates for the messages of conversations under way, not for all (but
// see Shuffle). An error is one of opts, of w, or of ctx; w then holds a part.
func Write(ctx context.Context, w io.Writer, opts Options) (Stats, error) {
	if err := opts.Validate(); err != nil {
		return Stats{}, err
	}
	conversations := max(1, opts.Messages/rowsPerConversation)
	world := newWorld(opts.Seed, conversations)
	g := &generator{
		ctx:  ctx,
		opts: opts,
		w:    w,
		plan: planner{draws: newDraws(opts.Seed, streamPlan), world: world, notes: opts.Notes},
		late: newDraws(opts.Seed, streamWriting),
		out:  printer{world: world, notes: opts.Notes},
		buf:  make([]byte, 0, bufferSize+opts.Body*4+1024),
	}
	if opts.Body > 0 {
		g.out.body = newWriter(opts.Seed, opts.Body)
	}
	g.buf = g.out.appendHeader(g.buf)
	if opts.Shuffle {
		g.rows = make([]row, 0, opts.Messages)
	}
	if err := g.run(conversations); err != nil {
		return g.stats, err
	}
	return g.stats, nil
}

// A generator plans conversations slot by slot and writes a slot when all
// conversations that open before its end are planned.
type generator struct {
	ctx   context.Context
	opts  Options
	w     io.Writer
	plan  planner
	late  *draws
	out   printer
	queue queue
	held  []heldRow // rows to be written later, by due
	rows  []row     // all rows, with Shuffle
	last  int32     // the latest time written
	n     int64     // rows written or to be shuffled
	id    int64
	buf   []byte
	stats Stats
}

// A heldRow is written before the first row of second due or later.
type heldRow struct {
	row
	due       int32
	duplicate bool
}

// Rows that come late, and rows that come twice, per mille; how much later.
const (
	lateRate      = 5
	duplicateRate = 5
	medianDelay   = 10 * one
	delaySpread   = 2 * one
)

func (g *generator) run(conversations int64) error {
	for slot := int64(0); g.n+int64(len(g.held)) < g.opts.Messages; slot++ {
		if err := g.ctx.Err(); err != nil {
			return context.Cause(g.ctx)
		}
		// Openings are spread over the slot evenly, each with a jitter, so
		// that they come in order.
		first := int64(g.plan.conversations)
		n := g.plan.world.calendar.opened(slot, conversations) - first
		for i := range n {
			at := slot*slotLength + (i*one+g.plan.below(one))*slotLength/(n*one)
			for _, msg := range g.plan.next(at) {
				g.queue.push(msg)
			}
		}
		for _, msg := range g.queue.pop() {
			if g.n+int64(len(g.held)) == g.opts.Messages {
				break
			}
			if err := g.arrive(msg); err != nil {
				return err
			}
		}
	}
	for _, h := range g.held {
		if err := g.write(h.row, h.duplicate); err != nil {
			return err
		}
	}
	return g.finish()
}

// arrive writes a message at its turn, or holds it back.
func (g *generator) arrive(msg message) error {
	for len(g.held) > 0 && g.held[0].due <= msg.at {
		h := g.held[0]
		g.held = slices.Delete(g.held, 0, 1)
		if err := g.write(h.row, h.duplicate); err != nil {
			return err
		}
	}
	r := row{message: msg, id: firstMessage + g.id}
	g.id++
	switch kind := g.late.below(1000); {
	case kind < lateRate:
		g.hold(r, false)
		return nil
	case kind < lateRate+duplicateRate && g.n+int64(len(g.held))+2 <= g.opts.Messages:
		g.hold(r, true)
	}
	return g.write(r, false)
}

func (g *generator) hold(r row, duplicate bool) {
	h := heldRow{r, r.at + 1 + int32(min(day, g.late.logNormal(medianDelay, delaySpread))), duplicate}
	i, _ := slices.BinarySearchFunc(g.held, h, func(a, b heldRow) int {
		if a.due <= b.due { // equal ones stay in the order in which they came
			return -1
		}
		return 1
	})
	g.held = slices.Insert(g.held, i, h)
}

// write counts a row and prints it, or keeps it for shuffling.
func (g *generator) write(r row, duplicate bool) error {
	g.stats.count(&r, duplicate)
	if r.at < g.last {
		g.stats.Late++
	}
	g.last = max(g.last, r.at)
	g.n++
	if g.opts.Shuffle {
		g.rows = append(g.rows, r)
		return nil
	}
	return g.print(&r)
}

func (g *generator) print(r *row) error {
	g.buf = g.out.appendRow(g.buf, r)
	g.stats.Rows++
	if len(g.buf) < bufferSize {
		return nil
	}
	return g.flush()
}

func (g *generator) flush() error {
	n, err := g.w.Write(g.buf)
	g.stats.Bytes += int64(n)
	g.buf = g.buf[:0]
	if err != nil {
		return fmt.Errorf("write messages: %w", err)
	}
	if g.opts.Progress != nil {
		g.opts.Progress(g.stats.Rows)
	}
	return nil
}

func (g *generator) finish() error {
	d := newDraws(g.opts.Seed, streamShuffle)
	for i := range g.rows {
		j := int64(i) + d.below(int64(len(g.rows)-i))
		g.rows[i], g.rows[j] = g.rows[j], g.rows[i]
		if err := g.print(&g.rows[i]); err != nil {
			return err
		}
	}
	return g.flush()
}

// at is second t as a time.
func at(t int32) time.Time { return time.Unix(start+int64(t), 0).UTC() }
