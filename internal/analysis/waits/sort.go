package waits

import (
	"math/bits"

	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/memory"
	"github.com/sav-analytics/sav/internal/ints"
	"github.com/sav-analytics/sav/internal/micros"
	"github.com/sav-analytics/sav/internal/parallel"
)

// Sorted is waits in ascending order of their spans, as columns: who asks for one or
// two of them reads that much less memory.
type Sorted struct {
	Span   []Span
	Group  []groups.Group
	Opened []Quarter // counted from Earliest

	Extent
	spare []memory.Cell // one cell for each wait
	cells []memory.Cell // of the columns
}

// Extent is how far waits reach.
type Extent struct {
	longest          Span
	wholeSeconds     bool    // are all spans
	Earliest, Latest Quarter // in which conversations were opened
}

// Scratch returns memory for the spans of all waits.
func (s *Sorted) Scratch() []Span { return memory.As[Span](s.spare)[:len(s.spare)] }

// Spare returns memory for all waits, part of which is that of Scratch.
func (s *Sorted) Spare() []Wait { return memory.As[Wait](s.spare) }

// At returns the i-th wait.
func (s *Sorted) At(i int) Wait { return Wait{s.Span[i], s.Group[i], s.Earliest + s.Opened[i]} }

// digitBits is how many bits of a span a pass of the radix sort looks at, at most:
// its counters, and the lines of memory it writes to, fit the caches.
const digitBits = 12

// Sort returns the waits of the set in ascending order of their spans. Nothing that it
// returns shares the memory of Pieces, which are gone.
func (s *Set) Sort(workers int) (*Sorted, error) {
	if s.sorted != nil {
		return s.sorted, nil
	}
	slabs := s.memory
	if slabs == nil {
		slabs = memory.NewSlabs(0, nil)
	}
	one, other, err := slabs.Reuse(int(s.Conversations), s.kept)
	if err != nil {
		return nil, err
	}
	s.sorted, s.Pieces = sortWaits(s.Pieces, one, other, workers), nil
	return s.sorted, nil
}

// SortWorked returns the same of Worked. It uses the memory of done, which is lost, if
// that is not nil.
func (s *Set) SortWorked(workers int, done *Sorted) (*Sorted, error) {
	if s.worked != nil {
		return s.worked, nil
	}
	var one, other []memory.Cell
	if done != nil {
		one, other = done.spare, done.cells
		*done = Sorted{Extent: done.Extent}
	} else {
		n := int(s.Conversations)
		var err error
		if one, err = s.limit.Take(n); err != nil {
			return nil, err
		}
		if other, err = s.limit.Take(n); err != nil {
			return nil, err
		}
	}
	s.worked, s.Worked = sortWaits(s.Worked, one, other, workers), nil
	return s.worked, nil
}

// sortWaits returns waits in ascending order of their spans: a radix sort from the
// lowest digit (Knuth, TAOCP 5.2.5), which reads and writes every wait a fixed number
// of times. If all spans are whole seconds, they are sorted by seconds, which takes
// half the bits. The last pass writes columns. The buffers one and other have room for
// all waits each.
func sortWaits(of [][]Wait, one, other []memory.Cell, workers int) *Sorted {
	pieces := blocksOf(of)
	o := &Sorted{Extent: extentOf(pieces, workers)}
	if len(one) == 0 {
		return o
	}
	highest := o.longest
	if o.wholeSeconds {
		highest = highest.seconds()
	}
	width := bits.Len64(uint64(highest))
	passes := max(1, (width+digitBits-1)/digitBits)
	digit := (width + passes - 1) / passes
	for pass := range passes {
		to := memory.As[Wait](one)
		shift, mask := pass*digit, Span(1)<<digit-1
		reduce := o.wholeSeconds && pass == 0
		keys := func(b int, keys *ints.Block) int {
			piece := pieces[b]
			for i := range piece {
				s := piece[i].Span
				if reduce {
					s = s.seconds()
				}
				keys[i] = uint32(s >> shift & mask)
			}
			return len(piece)
		}
		move := func(b int, places []uint32) {
			for i, w := range pieces[b] {
				if reduce {
					w.Span = w.Span.seconds()
				}
				to[places[i]] = w
			}
		}
		if pass == passes-1 {
			o.columns(one)
			spans, of, opened, earliest, restore := o.Span, o.Group, o.Opened, o.Earliest, o.wholeSeconds && !reduce
			move = func(b int, places []uint32) {
				for i, w := range pieces[b] {
					s, p := w.Span, places[i]
					if restore {
						s = NewSpan(s.Time()*micros.PerSecond, s&Censored)
					}
					spans[p], of[p], opened[p] = s, w.Group, w.Opened-earliest
				}
			}
		}
		ints.ParallelCountingSort(len(pieces), 1<<digit, workers, keys, move)
		pieces = ints.Blocks(to)
		one, other = other, one
	}
	o.spare = one // neither Pieces nor columns are in it
	return o
}

// seconds is the span in whole seconds instead of µs, in the same order.
func (s Span) seconds() Span { return NewSpan(s.Time()/micros.PerSecond, s&Censored) }

// columns lays the columns out in memory, one cell for each wait.
func (s *Sorted) columns(cells []memory.Cell) {
	s.cells = cells
	n, bytes := len(cells), memory.Bytes(cells)
	s.Span, bytes = memory.Carve[Span](bytes, n)
	s.Group, bytes = memory.Carve[groups.Group](bytes, n)
	s.Opened, _ = memory.Carve[Quarter](bytes, n)
}

// blocksOf cuts pieces into blocks.
func blocksOf(pieces [][]Wait) [][]Wait {
	n, whole := 0, true
	for _, piece := range pieces {
		n += ints.NumBlocks(len(piece))
		whole = whole && 0 < len(piece) && len(piece) <= ints.BlockItems
	}
	if whole {
		return pieces
	}
	all := make([][]Wait, 0, n) // most pieces are one block: rows of a partition in a batch
	for _, piece := range pieces {
		for b := range ints.NumBlocks(len(piece)) {
			all = append(all, ints.BlockOf(piece, b))
		}
	}
	return all
}

// extentOf returns how far waits reach.
func extentOf(pieces [][]Wait, workers int) Extent {
	workers = max(1, min(workers, len(pieces)))
	found := make([]Extent, workers)
	parallel.Each(workers, func(w int) {
		e := Extent{wholeSeconds: true, Earliest: ^Quarter(0)}
		for _, piece := range pieces[w*len(pieces)/workers : (w+1)*len(pieces)/workers] {
			for _, w := range piece {
				e.longest = max(e.longest, w.Span)
				e.wholeSeconds = e.wholeSeconds && w.Span.Time()%micros.PerSecond == 0
				e.Earliest, e.Latest = min(e.Earliest, w.Opened), max(e.Latest, w.Opened)
			}
		}
		found[w] = e
	})
	all := found[0]
	for _, e := range found[1:] {
		all.longest, all.wholeSeconds = max(all.longest, e.longest), all.wholeSeconds && e.wholeSeconds
		all.Earliest, all.Latest = min(all.Earliest, e.Earliest), max(all.Latest, e.Latest)
	}
	return all
}
