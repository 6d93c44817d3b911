package rows

// A Layout holds rows sorted by a number that each has: those of number k are
// Order[Starts[k]:Starts[k+1]].
type Layout struct {
	Starts []uint32
	Order  []uint32
}

// Of returns the rows of number k.
func (l Layout) Of(k uint32) []uint32 { return l.Order[l.Starts[k]:l.Starts[k+1]] }

// NewLayout sorts rows by their numbers ids, which are below n, by a counting
// sort: the rows of one number keep the order in which they stand in visit. A
// nil visit stands for all rows from the first to the last.
func NewLayout(ids []uint32, n int, visit []uint32) Layout {
	starts := make([]uint32, n+2)
	if visit == nil {
		for _, id := range ids {
			starts[id+2]++
		}
	}
	for _, row := range visit {
		starts[ids[row]+2]++
	}
	for k := 2; k < len(starts); k++ {
		starts[k] += starts[k-1]
	}
	// Filling moves the start of k+1 to its end, which is where k+1 belongs.
	if visit == nil {
		order := make([]uint32, len(ids))
		for row, id := range ids {
			at := &starts[id+1]
			order[*at] = uint32(row)
			*at++
		}
		return Layout{starts[:n+1], order}
	}
	order := make([]uint32, len(visit))
	for _, row := range visit {
		at := &starts[ids[row]+1]
		order[*at] = row
		*at++
	}
	return Layout{starts[:n+1], order}
}

// Identity returns 0, 1, … n−1.
func Identity(n int) []uint32 {
	rows := make([]uint32, n)
	for i := range rows {
		rows[i] = uint32(i)
	}
	return rows
}
