package engine

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/sav-analytics/sav/internal/analysis/memory"
)

// A MemoryError says that a run can't keep to a memory limit. All messages of a
// conversation must be in memory at the same time, in up to 88 bytes each, or 120 if they
// are wide rows.
type MemoryError struct{ Limit, Need int64 } // bytes

func (e *MemoryError) Error() string {
	const mib = 1 << 20
	return fmt.Sprintf("memory limit of %d MiB: the messages of one conversation take %d MiB",
		e.Limit/mib, (e.Need+mib-1)/mib)
}

// What a row and a cell of texts take in a partition's memory, beside two copies of a row and
// one of a text.
const (
	scratchBytes = 56
	textBytes    = 56
)

// bound returns how many of workers can pair partitions at the same time within the
// limit, and gives memory for it up. Without a limit these are all.
func (s *Store) bound(workers int) (int, error) {
	if s.limit == nil {
		return workers, nil
	}
	sizes := make([]int64, s.partitions)
	for p := range sizes {
		sizes[p] = s.scratch(p)
	}
	slices.SortFunc(sizes, func(a, b int64) int { return cmp.Compare(b, a) })
	free := s.limit.Beside
	need, most := int64(0), free+int64(s.limit.Cells)*memory.CellBytes
	for w, size := range sizes[:workers] {
		if need+size > most {
			if w == 0 {
				return 0, &MemoryError{Limit: s.limit.Bytes, Need: size + memory.ProgramBytes}
			}
			workers = w
			break
		}
		need += size
	}
	if need <= free {
		return workers, nil
	}
	var err error
	if len(s.batches) > 0 {
		err = s.spill()
	}
	s.slabs.GiveUp(int((need - free) / memory.CellBytes))
	return workers, err
}

// scratch is how many bytes partition p takes at most while it is paired.
func (s *Store) scratch(p int) int64 {
	bytes := int64(0)
	starts, ends := s.of(p)
	for i, start := range starts {
		rows := s.batches[i].part(p, start, ends[i])
		bytes += int64(2*len(rows.cells)*memory.CellBytes + rows.len()*scratchBytes + len(rows.texts)*textBytes)
	}
	for i := range s.spilled {
		from, to := s.spilled[i].extent(p)
		texts := s.spilled[i].texts[p]
		bytes += 2*(to-from-texts*memory.CellBytes) + s.spilled[i].rows[p]*scratchBytes
		bytes += texts * (memory.CellBytes + textBytes)
	}
	return bytes
}

// checkNumber returns an error if n things need more than 32 bits to number.
func checkNumber(n int64, of string) error {
	if n > math.MaxUint32 {
		return fmt.Errorf("%d %s: more than %d are not supported", n, of, uint32(math.MaxUint32))
	}
	return nil
}
