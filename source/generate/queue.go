package generate

// A queue keeps planned messages until their slot is written. It holds as many
// as conversations under way have left, and reuses the memory of slots that
// are done.
type queue struct {
	first  int64 // number of slots[0]
	slots  [][]message
	free   [][]message
	sorted []message // the slot given out
}

func (q *queue) push(m message) {
	i := int64(m.at)/slotLength - q.first
	for int64(len(q.slots)) <= i {
		q.slots = append(q.slots, nil)
	}
	s := q.slots[i]
	if n := len(q.free); s == nil && n > 0 {
		s, q.free = q.free[n-1], q.free[:n-1]
	}
	q.slots[i] = append(s, m)
}

// pop takes the earliest slot's messages, in order of time and then of pushing.
// They are valid until the next call.
func (q *queue) pop() []message {
	from := int32(q.first * slotLength)
	q.first++
	q.sorted = q.sorted[:0]
	if len(q.slots) == 0 {
		return nil
	}
	s := q.slots[0]
	q.slots = q.slots[1:]
	// A counting sort: place[k] becomes where the next message of second k goes.
	var place [slotLength + 1]int32
	for i := range s {
		place[s[i].at-from+1]++
	}
	for k := range slotLength {
		place[k+1] += place[k]
	}
	if cap(q.sorted) < len(s) {
		q.sorted = make([]message, 2*len(s))
	}
	q.sorted = q.sorted[:len(s)]
	for i := range s {
		k := s[i].at - from
		q.sorted[place[k]] = s[i]
		place[k]++
	}
	if s != nil {
		q.free = append(q.free, s[:0])
	}
	return q.sorted
}
