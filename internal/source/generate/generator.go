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

// A queue keeps planned messages until their slot is written: as many as
// conversations under way have left.
type queue struct {
	first  int64 // number of slots[0]
	slots  []chain
	free   *chunk
	sorted []message // the slot given out
}

// A chain is the messages of a slot in order of pushing. Slices that grow would
// leave most of their room unused: a slot weeks ahead has few messages yet.
type chain struct{ head, tail *chunk }

type chunk struct {
	next *chunk
	n    int
	m    [chunkLength]message
}

const chunkLength = 64

func (q *queue) push(m message) {
	i := int64(m.at)/slotLength - q.first
	for int64(len(q.slots)) <= i {
		q.slots = append(q.slots, chain{})
	}
	s := &q.slots[i]
	if s.tail == nil || s.tail.n == chunkLength {
		s.extend(q.chunk())
	}
	s.tail.m[s.tail.n] = m
	s.tail.n++
}

func (s *chain) extend(c *chunk) {
	if s.tail == nil {
		s.head = c
	} else {
		s.tail.next = c
	}
	s.tail = c
}

// chunk returns an empty chunk, one that is done with if there is any.
func (q *queue) chunk() *chunk {
	c := q.free
	if c == nil {
		return new(chunk)
	}
	q.free = c.next
	c.next, c.n = nil, 0
	return c
}

// pop takes the earliest slot's messages, in order of time and then of pushing.
// They are valid until the next call.
func (q *queue) pop() []message {
	from := int32(q.first * slotLength)
	q.first++
	if len(q.slots) == 0 {
		return nil
	}
	s := q.slots[0]
	q.slots = q.slots[1:]
	// A counting sort: place[k] becomes where the next message of second k goes.
	var place [slotLength + 1]int32
	for c := s.head; c != nil; c = c.next {
		for i := range c.n {
			place[c.m[i].at-from+1]++
		}
	}
	for k := range slotLength {
		place[k+1] += place[k]
	}
	n := int(place[slotLength])
	if cap(q.sorted) < n {
		q.sorted = make([]message, 2*n)
	}
	for c := s.head; c != nil; c = c.next {
		for i := range c.n {
			k := c.m[i].at - from
			q.sorted[:n][place[k]] = c.m[i]
			place[k]++
		}
	}
	if s.tail != nil {
		s.tail.next = q.free
		q.free = s.head
	}
	return q.sorted[:n]
}
