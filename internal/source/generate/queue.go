package generate

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
