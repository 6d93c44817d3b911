package analysis

import (
	"slices"
	"sync"

	"github.com/sav-analytics/sav/source"
)

// A row is a message as it is kept until all were read. A narrow one takes 16
// bytes and a wide one 32: half the memory is half the page faults, which cost
// as much as scanning does.
type row interface {
	narrow | wide
	unpack() (conversation, message source.ID, sent stamp, g group)
}

// A narrow row holds ids that are integers below 2^32 and a time in seconds.
type narrow struct {
	conversation, message uint32
	seconds               uint32 // since 1970 UTC
	group                 uint32 // and the role in the highest bit
}

// A wide row holds any.
type wide struct {
	conversation, message source.ID
	sent                  stamp
	group                 group
}

const roleBit = 31

func (r narrow) unpack() (conversation, message source.ID, sent stamp, g group) {
	return source.ID(r.conversation), source.ID(r.message),
		newStamp(int64(r.seconds)*microsecond, source.Role(r.group>>roleBit)), group(r.group &^ (1 << roleBit))
}

func (r wide) unpack() (conversation, message source.ID, sent stamp, g group) {
	return r.conversation, r.message, r.sent, r.group
}

// microsecond is how many of them a second has.
const microsecond = 1_000_000

// A packed batch is a batch's messages ordered by partition: those of partition
// p are rows[ends[p-1]:ends[p]], in the order of the input. One of narrow and
// wide is empty.
type packed struct {
	seq    int64
	narrow []narrow
	wide   []wide
	ends   []uint32
}

// A packer turns batches into packed ones. Each goroutine has its own.
type packer struct {
	store  *store
	groups *groupCache
	client bool // groups tell clients apart

	group     []uint32 // of each row of a batch, with the role in the highest bit
	partition []uint32 // of each row of a batch
	cursor    []uint32 // where the next row of each partition goes
	slab      []narrow // memory for packed rows that is not given out yet
	latest    int64    // the latest time of a message
	counts    source.Counts
}

// slabRows is how many rows are allocated at a time.
const slabRows = 1 << 17

// store keeps the packed batches of a run.
type store struct {
	groups     *groupTable
	partitions int // a power of two
	client     bool

	mu      sync.Mutex
	idle    []*packer
	packers []*packer
	batches []packed
}

// rowsPerPartition is how many rows are to be in a partition, so that grouping
// them stays in a core's cache.
const rowsPerPartition = 1 << 14

// newStore returns a store for about so many rows; 0 is not known.
func newStore(rows int64, client bool) *store {
	const least, most, unknown = 1, 1 << 12, 1 << 8
	s := &store{groups: newGroupTable(), partitions: least, client: client}
	if rows == 0 {
		s.partitions = unknown
	}
	for int64(s.partitions)*rowsPerPartition < rows && s.partitions < most {
		s.partitions *= 2
	}
	return s
}

// add packs a batch; it may be called from several goroutines.
func (s *store) add(b *source.Batch) error {
	p := s.take()
	batch := p.pack(b)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.idle = append(s.idle, p)
	s.batches = append(s.batches, batch)
	return nil
}

func (s *store) take() *packer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.idle); n > 0 {
		p := s.idle[n-1]
		s.idle = s.idle[:n-1]
		return p
	}
	p := &packer{store: s, client: s.client, groups: newGroupCache(s.groups), cursor: make([]uint32, s.partitions)}
	s.packers = append(s.packers, p)
	return p
}

// finish brings the batches into the order of the input, and returns what the
// packers counted and the latest time of a message.
func (s *store) finish() (counts source.Counts, latest int64) {
	slices.SortFunc(s.batches, func(a, b packed) int { return int(a.seq - b.seq) })
	for _, p := range s.packers {
		counts.Add(&p.counts)
		latest = max(latest, p.latest)
	}
	return counts, latest
}

func (p *packer) pack(b *source.Batch) packed {
	p.counts.Add(&b.Counts)
	n := b.Len()
	p.group = slices.Grow(p.group[:0], n)[:n]
	p.partition = slices.Grow(p.partition[:0], n)[:n]
	clear(p.cursor)
	mask := uint64(len(p.cursor) - 1)
	high, fraction := source.ID(0), int64(0)
	for i, conversation := range b.Conversation {
		at, role := b.At[i], b.Role[i]
		p.latest = max(p.latest, at)
		high |= conversation | b.MessageID[i]
		fraction |= at % microsecond
		g := uint32(role) << roleBit
		if role == source.FromClient { // only they open conversations
			key := groupKey{merchant: b.Merchant[i], country: b.Country[i]}
			if p.client {
				key.client = b.Client[i]
			}
			g = uint32(p.groups.number(key))
		}
		p.group[i] = g
		part := uint32(mix(uint64(conversation)) >> 32 & mask)
		p.partition[i] = part
		p.cursor[part]++
	}
	ends := make([]uint32, len(p.cursor))
	sum := uint32(0)
	for part, rows := range p.cursor {
		p.cursor[part] = sum
		sum += rows
		ends[part] = sum
	}
	batch := packed{seq: b.Seq, ends: ends}
	if high>>32 == 0 && fraction == 0 {
		batch.narrow = p.allocate(n)
		for i, part := range p.partition {
			batch.narrow[p.cursor[part]] = narrow{uint32(b.Conversation[i]), uint32(b.MessageID[i]),
				uint32(b.At[i] / microsecond), p.group[i]}
			p.cursor[part]++
		}
		return batch
	}
	batch.wide = make([]wide, n)
	for i, part := range p.partition {
		batch.wide[p.cursor[part]] = wide{b.Conversation[i], b.MessageID[i],
			newStamp(b.At[i], b.Role[i]), group(p.group[i] &^ (1 << roleBit))}
		p.cursor[part]++
	}
	return batch
}

func (p *packer) allocate(n int) []narrow {
	if n > len(p.slab) {
		p.slab = make([]narrow, max(n, slabRows))
	}
	rows := p.slab[:n:n]
	p.slab = p.slab[n:]
	return rows
}
