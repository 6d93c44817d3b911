// Package tally counts what batches hold, and looks at what tells whether the input is what
// it seems to be. It belongs to the flow's first room: source → frame → analysis → sink.
package tally

import (
	"cmp"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/sav-analytics/sav/internal/source/verdict"
	"github.com/sav-analytics/sav/source"
)

// Options say what a Tally looks at. Zero times are open.
type Options struct {
	Columns source.Columns // of the input
	Zone    *time.Location // of dates; nil is UTC
	Clock   time.Time      // when the run began; zero: nothing is in the future
	// From and To are the window, which AsOf cuts; without AsOf it ends at the latest
	// message at the latest.
	From, To, AsOf time.Time
}

// A Tally collects the Counts and the Facts of an input's batches. It may be used
// from several goroutines at once.
type Tally struct {
	opts       Options
	future     int64 // times beyond it are in the future
	from, to   int64 // the window
	windowed   bool
	known      bool // to heeds as_of
	neighbours bool // are compared

	mu     sync.Mutex
	counts source.Counts
	facts  Facts
	latest int64   // time of a message
	at     int64   // messages of that time
	edges  []edge  // of batches
	late   []other // in the window, at or after a former latest
}

// An edge is what a batch's neighbours in its file must know of it.
type edge struct {
	seq         int64
	file        int
	first, last int64 // times of rows; MissingTime if there is none
	// of messages, in their order; MissingTime if there is none
	firstMessage, lastMessage int64
	untimed                   int64 // rejected rows before the first time
}

// other is a row that is no message, or several, and its time.
type other struct {
	at             int64
	rows, rejected int64
}

// New returns a tally of batches, which must have what its Needs ask for.
func New(opts Options) *Tally {
	t := &Tally{opts: opts, future: math.MaxInt64, from: math.MinInt64, to: math.MaxInt64, latest: math.MinInt64,
		windowed: !opts.From.IsZero() || !opts.To.IsZero(), known: !opts.AsOf.IsZero(),
		neighbours: !opts.Columns.Has(source.MessageID)}
	if !opts.Clock.IsZero() && !t.known {
		t.future = opts.Clock.Add(24 * time.Hour).UnixMicro()
	}
	if !opts.From.IsZero() {
		t.from = opts.From.UnixMicro()
	}
	if !opts.To.IsZero() {
		t.to = opts.To.UnixMicro()
	}
	if t.known {
		t.to = min(t.to, opts.AsOf.UnixMicro())
	}
	return t
}

// Needs returns what batches must have for the tally.
func (t *Tally) Needs() source.Needs { return source.Needs{Others: t.windowed} }

// Add takes a batch.
func (t *Tally) Add(b *source.Batch) {
	merchants, latest, at := int64(0), int64(math.MinInt64), int64(0)
	roles := b.Role[:len(b.At)]
	for i, a := range b.At {
		latest = max(latest, a)
		merchants += int64(roles[i])
	}
	f := Facts{Merchants: merchants, Clients: int64(len(roles)) - merchants}
	if latest > t.future {
		f.Future = count(b.At, func(a int64) bool { return a > t.future })
	}
	if t.windowed {
		f.InWindow = count(b.At, t.within)
		at = count(b.At, func(a int64) bool { return a == latest })
	}
	if t.neighbours {
		for i := range max(len(b.At), 1) - 1 {
			compare(&f, b.At[i], b.At[i+1])
		}
	}
	e := edge{b.Seq, b.File, b.First, b.Last, source.MissingTime, source.MissingTime, 0}
	if n := len(b.At); n > 0 {
		e.firstMessage, e.lastMessage = b.At[0], b.At[n-1]
	}
	var others []other
	for _, o := range b.Others {
		switch {
		case o.At == source.MissingTime:
			e.untimed++
		case t.within(o.At):
			others = append(others, newOther(o))
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.facts.TimesOfDay == 0 && slices.ContainsFunc(b.At, t.hasTimeOfDay) {
		f.TimesOfDay = 1
	}
	t.counts.Add(&b.Counts)
	t.facts.Add(&f)
	switch {
	case latest > t.latest:
		t.latest, t.at = latest, at
	case latest == t.latest:
		t.at += at
	}
	t.edges = append(t.edges, e)
	for _, o := range others {
		t.take(o)
	}
}

// compare counts two neighbours.
func compare(f *Facts, a, b int64) {
	switch {
	case a < b:
		f.Forward++
	case a > b:
		f.Back++
	default:
		f.Equal++
	}
}

func (t *Tally) within(at int64) bool { return at >= t.from && at < t.to }

const microsPerDay = 24 * 60 * 60 * 1_000_000

// hasTimeOfDay reports whether a time is not its date's first instant.
func (t *Tally) hasTimeOfDay(at int64) bool {
	if t.opts.Zone == nil || t.opts.Zone == time.UTC {
		return at%microsPerDay != 0
	}
	date := func(at int64) (y, d int) {
		local := time.UnixMicro(at).In(t.opts.Zone)
		return local.Year(), local.YearDay()
	}
	y, d := date(at)
	y2, d2 := date(at - 1)
	return y == y2 && d == d2
}

func newOther(o verdict.Other) other {
	if o.Rejected {
		return other{o.At, 1, 1}
	}
	return other{o.At, 1, 0}
}

// take counts rows of the window that are no messages. Whether they are before the
// latest message, where the window ends with it, is known at the end.
func (t *Tally) take(o other) {
	t.facts.InWindow += o.rows
	t.facts.RejectedInWindow += o.rejected
	if t.known || o.at < t.latest {
		return
	}
	const enough = 1 << 12
	if len(t.late) == cap(t.late) && len(t.late) >= enough {
		t.late = slices.DeleteFunc(t.late, func(o other) bool { return o.at < t.latest })
	}
	t.late = append(t.late, o)
}

// Done returns the numbers of all batches.
func (t *Tally) Done() (source.Counts, Facts) {
	t.mu.Lock()
	defer t.mu.Unlock()
	slices.SortFunc(t.edges, func(a, b edge) int { return cmp.Compare(a.seq, b.seq) })
	for from := 0; from < len(t.edges); {
		to := from + 1
		for to < len(t.edges) && t.edges[to].file == t.edges[from].file {
			to++
		}
		t.join(t.edges[from:to])
		from = to
	}
	t.edges = nil
	if t.windowed && !t.known && t.latest != math.MinInt64 && t.latest < t.to {
		if t.within(t.latest) {
			t.facts.InWindow -= t.at
		}
		for _, o := range t.late {
			if o.at >= t.latest {
				t.facts.InWindow -= o.rows
				t.facts.RejectedInWindow -= o.rejected
			}
		}
	}
	t.late, t.known = nil, true
	return t.counts, t.facts
}

// join looks at the edges of a file's batches: at the neighbours that they part, and
// at rows without a time, which have that of the row before them, or if there is none
// that of the next.
func (t *Tally) join(edges []edge) {
	before, message := int64(source.MissingTime), int64(source.MissingTime)
	waiting := int64(0) // rows without a time at the file's start
	for _, e := range edges {
		if before == source.MissingTime {
			waiting += e.untimed
			if e.first != source.MissingTime {
				t.takeUntimed(e.first, waiting)
			}
		} else {
			t.takeUntimed(before, e.untimed)
		}
		if e.last != source.MissingTime {
			before = e.last
		}
		if e.firstMessage == source.MissingTime {
			continue
		}
		if t.neighbours && message != source.MissingTime {
			compare(&t.facts, message, e.firstMessage)
		}
		message = e.lastMessage
	}
}

// takeUntimed takes n rejected rows that have the time of another.
func (t *Tally) takeUntimed(at, n int64) {
	if n > 0 && t.within(at) {
		t.take(other{at, n, n})
	}
}

func count(at []int64, is func(int64) bool) (n int64) {
	for _, a := range at {
		if is(a) {
			n++
		}
	}
	return n
}

// Facts are numbers about rows that no report shows, and that tell whether the
// input is what it seems to be.
type Facts struct {
	Clients, Merchants int64 // messages, by who wrote them
	Future             int64 // messages later than the clock by more than a day
	// TimesOfDay is 0 if every message's time is its date's first instant.
	TimesOfDay int64
	// Forward, Back and Equal count neighbouring messages of a file by how the second
	// one's time compares, if the input has no message_id.
	Forward, Back, Equal int64
	// InWindow counts the rows of any kind in the window, RejectedInWindow those of
	// them that were rejected.
	InWindow, RejectedInWindow int64
}

// Add adds o to f.
func (f *Facts) Add(o *Facts) {
	for i, n := range o.Counters() {
		*f.Counters()[i] += *n
	}
}

// Counters returns all numbers, in their order.
func (f *Facts) Counters() []*int64 {
	return []*int64{&f.Clients, &f.Merchants, &f.Future, &f.TimesOfDay, &f.Forward, &f.Back, &f.Equal, &f.InWindow,
		&f.RejectedInWindow}
}
