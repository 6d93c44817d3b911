package waits

import (
	"cmp"
	"slices"

	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/pair"
	"github.com/sav-analytics/sav/internal/analysis/periods"
)

// Split cuts the set, whose groups tell periods apart, into one for each of the
// periods: what a set of that window alone would be. windows are theirs; they ascend and
// don't overlap. Conversations of other periods are in none. The waits of the set are
// lost.
func (s *Set) Split(list []periods.Period, windows []pair.Rules) []*Set {
	at := make(map[periods.Period]int, len(list))
	sets := make([]*Set, len(list))
	for i, p := range list {
		at[p] = i
		sets[i] = &Set{Rows: s.Rows, Facts: s.Facts, Rules: windows[i], Latest: s.Latest, Dict: s.Dict,
			Unused: s.Unused, ReadTime: s.ReadTime, PairTime: s.PairTime}
		sets[i].Counts = s.Counts
		sets[i].Conversations, sets[i].Answered = 0, 0
		sets[i].Oldest = s.oldestIn[p]
	}
	of, local := make([]*Set, len(s.Keys)), make([]groups.Group, len(s.Keys))
	for g, key := range s.Keys {
		if g >= len(s.Totals) || s.Totals[g].Conversations == 0 {
			continue
		}
		i, ok := at[key.Period]
		if !ok {
			continue
		}
		set := sets[i]
		of[g], local[g] = set, groups.Group(len(set.Keys))
		set.Keys, set.Totals = append(set.Keys, key), append(set.Totals, s.Totals[g])
		set.Conversations += s.Totals[g].Conversations
		if g < len(s.Targets) {
			set.AddTargets(local[g], &s.Targets[g])
		}
	}
	for _, set := range sets {
		set.OutsideWindow += s.Conversations - set.Conversations
	}
	number := make([]uint32, len(s.Keys)) // of each group's set; the last is of groups that are in none
	for g, set := range of {
		number[g] = uint32(len(sets))
		if set != nil {
			number[g] = uint32(at[s.Keys[g].Period])
		}
	}
	move := func(pieces [][]Wait) (moved [][]Wait, answered []int64) {
		moved, answered = make([][]Wait, len(sets)), make([]int64, len(sets))
		for i, set := range sets {
			moved[i] = make([]Wait, 0, set.Conversations)
		}
		for _, piece := range pieces {
			for _, w := range piece {
				i := number[w.Group]
				if int(i) == len(sets) {
					continue
				}
				w.Group = local[w.Group]
				moved[i] = append(moved[i], w)
				if w.Span.Answered() {
					answered[i]++
				}
			}
		}
		return moved, answered
	}
	if len(s.Pieces) > 0 {
		moved, answered := move(s.Pieces)
		for i, set := range sets {
			set.Pieces, set.Answered = [][]Wait{moved[i]}, answered[i]
		}
	}
	if len(s.Worked) > 0 {
		moved, _ := move(s.Worked)
		for i, set := range sets {
			set.Worked = [][]Wait{moved[i]}
		}
	}
	for _, f := range s.Followed {
		if set := of[f.Group]; set != nil {
			f.Group = local[f.Group]
			set.Followed = append(set.Followed, f)
		}
	}
	s.Pieces, s.Worked = nil, nil
	slices.SortFunc(s.Pairs, func(a, b Pair) int { return cmp.Compare(a.Opened, b.Opened) })
	pairs := s.Pairs
	for i := range pairs {
		set := of[pairs[i].Group]
		if set == nil {
			continue
		}
		pairs[i].Group = local[pairs[i].Group]
		if len(set.Pairs) == 0 {
			set.Pairs = pairs[i:i]
		}
		set.Pairs = set.Pairs[:len(set.Pairs)+1]
	}
	for _, set := range sets {
		set.Pairs = slices.Clip(set.Pairs)
	}
	return sets
}
