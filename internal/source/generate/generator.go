package generate

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
)

// A generator plans conversations slot by slot and writes a slot when all
// conversations that open before its end are planned.
type generator struct {
	ctx   context.Context
	opts  Options
	w     io.Writer
	plan  planner
	late  *draws
	out   printer
	form  form // nil: plain CSV
	queue queue
	held  []heldRow // rows to be written later, by due
	rows  []row     // all rows, with Shuffle
	taken int64     // rows decided on: written, held or kept for shuffling
	next  int64     // the next message_id
	last  int32     // the latest time written
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
	for slot := int64(0); g.taken < g.opts.Messages; slot++ {
		if g.ctx.Err() != nil {
			return context.Cause(g.ctx)
		}
		// Openings are spread over the slot evenly, each with a jitter, so
		// that they come in order.
		n := g.plan.calendar.opened(slot, conversations) - g.plan.planned
		for i := range n {
			opening := slot*slotLength + (i*one+g.plan.below(one))*slotLength/(n*one)
			for _, msg := range g.plan.next(opening) {
				g.queue.push(msg)
			}
		}
		for _, msg := range g.queue.pop() {
			if g.taken == g.opts.Messages {
				break
			}
			if err := g.arrive(msg); err != nil {
				return err
			}
		}
	}
	if err := g.release(math.MaxInt32); err != nil {
		return err
	}
	if err := g.shuffle(); err != nil {
		return err
	}
	if g.form != nil {
		g.buf = append(g.buf, g.form.footer()...)
	}
	return g.flush()
}

// arrive writes a message at its turn, or holds it back.
func (g *generator) arrive(msg message) error {
	if err := g.release(msg.at); err != nil {
		return err
	}
	r := row{message: msg, id: g.next}
	g.next++
	g.taken++
	switch kind := g.late.below(1000); {
	case kind < lateRate:
		g.hold(r, false)
		return nil
	case kind < lateRate+duplicateRate && g.taken < g.opts.Messages:
		g.taken++
		g.hold(r, true)
	}
	return g.write(r, false)
}

// release writes the held rows that are due by second t.
func (g *generator) release(t int32) error {
	for len(g.held) > 0 && g.held[0].due <= t {
		h := g.held[0]
		g.held = slices.Delete(g.held, 0, 1)
		if err := g.write(h.row, h.duplicate); err != nil {
			return err
		}
	}
	return nil
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
	if g.opts.Shuffle {
		g.rows = append(g.rows, r)
		return nil
	}
	return g.print(&r)
}

func (g *generator) print(r *row) error {
	from := len(g.buf)
	g.buf = g.out.appendRow(g.buf, r)
	if g.form != nil {
		c := g.out.split(string(g.buf[from:]), r)
		g.buf = append(g.buf[:from], g.form.row(&c)...)
	}
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
	switch {
	case g.ctx.Err() != nil:
		return context.Cause(g.ctx)
	case err != nil:
		return fmt.Errorf("write messages: %w", err)
	}
	if g.opts.Progress != nil {
		g.opts.Progress(g.stats.Rows)
	}
	return nil
}

// shuffle prints the rows kept for it in a random order.
func (g *generator) shuffle() error {
	d := newDraws(g.opts.Seed, streamShuffle)
	for i := range g.rows {
		j := int64(i) + d.below(int64(len(g.rows)-i))
		g.rows[i], g.rows[j] = g.rows[j], g.rows[i]
		if err := g.print(&g.rows[i]); err != nil {
			return err
		}
	}
	return nil
}
