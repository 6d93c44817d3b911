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

// bounds are where the rows of partition p begin and end.
func (b *packed) bounds(p int) (from, to uint32) {
	if p > 0 {
		from = b.ends[p-1]
	}
	return from, b.ends[p]
}

// A packer turns batches into packed ones. Each goroutine has its own.
type packer struct {
	store  *store
	groups *groupCache

	narrow    []narrow // a batch's rows in its order
	wide      []wide   // or these
	partition []uint16 // of each of these rows
	slab      []narrow // memory for packed rows that is not given out yet
	latest    int64    // the latest time of a message
	counts    source.Counts
}

// slabRows is how many rows are allocated at a time.
const slabRows = 1 << 21

// store keeps the packed batches of a run.
type store struct {
	groups     *groupTable
	partitions int  // a power of two
	client     bool // groups tell clients apart

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
	p := &packer{store: s, groups: newGroupCache(s.groups)}
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

// rows is how many rows are stored.
func (s *store) rows() int {
	n := 0
	for i := range s.batches {
		n += len(s.batches[i].narrow) + len(s.batches[i].wide)
	}
	return n
}

// pack orders a batch's rows by partition, in two passes: the first makes the
// rows and counts those of each partition, the second puts them in place.
func (p *packer) pack(b *source.Batch) packed {
	p.counts.Add(&b.Counts)
	batch := packed{seq: b.Seq, ends: make([]uint32, p.store.partitions)}
	if p.makeNarrow(b) {
		batch.narrow = p.allocate(b.Len())
		place(batch.narrow, p.narrow, p.partition, batch.ends)
		return batch
	}
	p.makeWide(b)
	batch.wide = make([]wide, b.Len())
	place(batch.wide, p.wide, p.partition, batch.ends)
	return batch
}

// place puts rows into the order of their partitions, and sets where those of
// each end.
func place[R row](to, rows []R, partition []uint16, ends []uint32) {
	for _, part := range partition {
		ends[part]++
	}
	sum := uint32(0)
	for part, n := range ends {
		ends[part] = sum // where it begins; the loop below moves it to where it ends
		sum += n
	}
	for i, part := range partition {
		to[ends[part]] = rows[i]
		ends[part]++
	}
}

// makeNarrow makes narrow rows of a batch, if all of them can be.
func (p *packer) makeNarrow(b *source.Batch) bool {
	n := b.Len()
	at, role, message := b.At[:n], b.Role[:n], b.MessageID[:n]
	rows, partition := resize(p.narrow, n), resize(p.partition, n)
	mask := uint64(p.store.partitions - 1)
	latest := p.latest
	for i, conversation := range b.Conversation[:n] {
		seconds := uint64(at[i]) / microsecond
		if (conversation|message[i])>>32 != 0 || int64(seconds*microsecond) != at[i] {
			return false
		}
		g := uint32(role[i]) << roleBit
		if role[i] == source.FromClient { // only they open conversations
			g = uint32(p.groupOf(b, i))
		}
		latest = max(latest, at[i])
		rows[i] = narrow{uint32(conversation), uint32(message[i]), uint32(seconds), g}
		partition[i] = uint16(partitionOf(conversation, mask))
	}
	p.narrow, p.partition, p.latest = rows, partition, latest
	return true
}

// makeWide makes wide rows of a batch.
func (p *packer) makeWide(b *source.Batch) {
	n := b.Len()
	p.wide, p.partition = resize(p.wide, n), resize(p.partition, n)
	mask := uint64(p.store.partitions - 1)
	for i, conversation := range b.Conversation {
		g := group(0)
		if b.Role[i] == source.FromClient {
			g = p.groupOf(b, i)
		}
		p.latest = max(p.latest, b.At[i])
		p.wide[i] = wide{conversation, b.MessageID[i], newStamp(b.At[i], b.Role[i]), g}
		p.partition[i] = uint16(partitionOf(conversation, mask))
	}
}

func (p *packer) groupOf(b *source.Batch, i int) group {
	key := groupKey{merchant: b.Merchant[i], country: b.Country[i]}
	if p.store.client {
		key.client = b.Client[i]
	}
	return p.groups.number(key)
}

// partitionOf spreads conversations evenly. It uses other bits of the hash than
// the tables within a partition do.
func partitionOf(conversation source.ID, mask uint64) uint64 {
	return mix(uint64(conversation)) >> 32 & mask
}

func (p *packer) allocate(n int) []narrow {
	if n > len(p.slab) {
		p.slab = makeLarge[narrow](max(n, slabRows), max(n, slabRows))
	}
	rows := p.slab[:n:n]
	p.slab = p.slab[n:]
	return rows
}
