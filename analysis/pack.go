package analysis

import (
	"cmp"
	"slices"
	"sync"

	"github.com/sav-analytics/sav/analysis/internal/pair"
	"github.com/sav-analytics/sav/internal/ints"
	"github.com/sav-analytics/sav/source"
)

// A message is kept in one cell (narrow) if its ids are small integers and its
// time is in whole seconds, else in two (wide). Half the memory is half the page
// faults, which cost as much as scanning does.

const (
	narrowCells = 1
	wideCells   = 2
)

// A narrow row has 32 bits each for the conversation, the message_id and the
// seconds since 1970, one for the role, and 31 for its tag: the merchant and the
// country, or, where groups tell clients apart, the number of its group. Naming
// the group is left for later where it can be, since only few messages open a
// conversation.
const (
	roleBit      = 31
	tagBits      = roleBit
	countryBits  = 8
	merchantBits = tagBits - countryBits
)

// A tag is the group of a message, or what it is made of.
type tag uint32

func newTag(merchant source.ID, country source.Text) tag {
	return tag(merchant)<<countryBits | tag(country)
}

func (t tag) key() groupKey {
	return groupKey{merchant: source.ID(t >> countryBits), country: source.Text(t & (1<<countryBits - 1))}
}

// narrowRow returns the cell of a message.
func narrowRow(conversation, message source.ID, seconds uint64, role source.Role, t tag) cell {
	return cell{uint64(conversation)<<32 | uint64(message), seconds<<32 | uint64(role)<<roleBit | uint64(t)}
}

func (c cell) unpackNarrow() (message source.ID, sent pair.Stamp, t tag) {
	role := source.Role(c.b >> roleBit & 1)
	return source.ID(uint32(c.a)), pair.NewStamp(int64(c.b>>32)*microsecond, role), tag(c.b) &^ (1 << roleBit)
}

func (c cell) narrowConversation() source.ID { return source.ID(c.a >> 32) }

// wideRow returns the two cells of a message.
func wideRow(conversation, message source.ID, sent pair.Stamp, g group) [wideCells]cell {
	return [...]cell{{uint64(conversation), uint64(message)}, {uint64(sent), uint64(g)}}
}

func unpackWide(c []cell) (message source.ID, sent pair.Stamp, g group) {
	return source.ID(c[0].b), pair.Stamp(c[1].a), group(c[1].b)
}

// microsecond is how many of them a second has.
const microsecond = 1_000_000

// A packed batch is a batch's messages ordered by partition: partition p has the
// rows from ends[p-1] up to ends[p], in the order of the input, each of width
// cells.
type packed struct {
	seq   int64
	cells []cell
	place place // of cells
	width int
	ends  []uint32
}

// rows are the cells of partition p.
func (b *packed) rows(p int) []cell {
	from := 0
	if p > 0 {
		from = int(b.ends[p-1])
	}
	return b.cells[from*b.width : int(b.ends[p])*b.width]
}

// A packer turns batches into packed ones. Each goroutine has its own.
type packer struct {
	store  *store
	groups *groupCache

	cells     []cell   // a batch's rows in its order
	partition []uint16 // of each of these rows
	ordered   []cell   // the rows by partition
	latest    int64    // the latest time of a message
	counts    source.Counts
}

// store keeps the packed batches of a run.
type store struct {
	cells      *cells
	groups     *groupTable
	partitions int  // a power of two
	client     bool // groups tell clients apart
	spill      *spill

	room    sync.RWMutex // held for writing while batches go to the spill
	mu      sync.Mutex
	idle    []*packer
	packers []*packer
	batches []packed
}

// rowsPerPartition is how many rows are to be in a partition, so that grouping
// them stays in a core's cache.
const rowsPerPartition = 1 << 14

// newStore returns a store for about so many rows; 0 is not known.
func newStore(rows int64, client bool, spill *spill) *store {
	const least, most, unknown = 1, 1 << 11, 1 << 8
	s := &store{cells: newCells(rows, spill), groups: newGroupTable(), partitions: least, client: client, spill: spill}
	switch {
	case rows == 0 && spill != nil:
		s.partitions = most
	case rows == 0:
		s.partitions = unknown
	}
	for int64(s.partitions)*rowsPerPartition < rows && s.partitions < most {
		s.partitions *= 2
	}
	return s
}

// add packs a batch; it may be called from several goroutines.
func (s *store) add(b *source.Batch) error {
	if err := checkNumber(int64(b.Len()), "messages in a batch"); err != nil {
		return err
	}
	if err := s.makeRoom(b.Len() * wideCells); err != nil {
		return err
	}
	defer s.room.RUnlock()
	p := s.take()
	batch, err := p.pack(b)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.idle = append(s.idle, p)
	s.batches = append(s.batches, batch)
	return nil
}

// makeRoom makes sure that n more cells are within the budget, or that there are
// no others, and holds s.room for reading if it can.
func (s *store) makeRoom(n int) error {
	for {
		s.room.RLock()
		if s.cells.fits(n) {
			return nil
		}
		s.room.RUnlock()
		s.room.Lock()
		var err error
		if !s.cells.fits(n) {
			err = s.spillBatches()
		}
		s.room.Unlock()
		if err != nil {
			return err
		}
	}
}

// spillBatches writes all batches to the spill, and takes their memory back.
func (s *store) spillBatches() error {
	if err := s.spill.write(s.batches, s.partitions); err != nil {
		return err
	}
	s.batches = s.batches[:0]
	s.cells.reset()
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
// packers counted and the latest time of a message. If batches went to the spill,
// the others follow them.
func (s *store) finish() (counts source.Counts, latest int64, err error) {
	if s.spill != nil && len(s.spill.runs) > 0 {
		err = s.spillBatches()
	}
	s.cells.toFiles = true
	slices.SortFunc(s.batches, func(a, b packed) int { return cmp.Compare(a.seq, b.seq) })
	for _, p := range s.packers {
		counts.Add(&p.counts)
		latest = max(latest, p.latest)
	}
	if err == nil {
		err = checkNumber(int64(len(s.groups.keys)), "groups")
	}
	return counts, latest, err
}

// pack orders a batch's rows by partition, in two passes: the first makes the
// rows, the second puts them in place.
func (p *packer) pack(b *source.Batch) (packed, error) {
	p.counts.Add(&b.Counts)
	batch := packed{seq: b.Seq, width: narrowCells, ends: make([]uint32, p.store.partitions)}
	if !p.makeNarrow(b) {
		batch.width = wideCells
		p.makeWide(b)
	}
	p.ordered = ints.Resize(p.ordered, len(p.cells))
	ordered, ends := p.ordered, batch.ends
	ints.Count(ends, p.partition)
	ints.Starts(ends)
	if batch.width == narrowCells {
		ints.Scatter(ordered, p.cells, p.partition, ends)
	} else {
		for i, part := range p.partition {
			copy(ordered[wideCells*ends[part]:], p.cells[wideCells*i:][:wideCells])
			ends[part]++
		}
	}
	// Rows are put in order where the cache has the memory, and then moved as a whole.
	var err error
	batch.cells, batch.place, err = p.store.cells.take(len(ordered))
	copy(batch.cells, ordered)
	return batch, err
}

// makeNarrow makes narrow rows of a batch, if all of them can be.
func (p *packer) makeNarrow(b *source.Batch) bool {
	n := b.Len()
	at, role, message := b.At[:n], b.Role[:n], b.MessageID[:n]
	merchant, country := b.Merchant[:n], b.Country[:n]
	rows, partition := ints.Resize(p.cells, n), ints.Resize(p.partition, n)
	mask := uint64(p.store.partitions - 1)
	latest := p.latest
	for i, conversation := range b.Conversation[:n] {
		seconds := uint64(at[i]) / microsecond
		if (conversation|message[i])>>32 != 0 || int64(seconds*microsecond) != at[i] {
			return false
		}
		t := newTag(merchant[i], country[i])
		if p.store.client {
			t = 0
			if role[i] == source.FromClient { // only they open conversations
				t = tag(p.groupOf(b, i))
			}
		} else if merchant[i]>>merchantBits != 0 || country[i]>>countryBits != 0 {
			return false
		}
		latest = max(latest, at[i])
		rows[i] = narrowRow(conversation, message[i], seconds, role[i], t)
		partition[i] = uint16(partitionOf(conversation, mask))
	}
	p.cells, p.partition, p.latest = rows, partition, latest
	return true
}

// makeWide makes wide rows of a batch.
func (p *packer) makeWide(b *source.Batch) {
	n := b.Len()
	p.cells, p.partition = ints.Resize(p.cells, n*wideCells), ints.Resize(p.partition, n)
	mask := uint64(p.store.partitions - 1)
	for i, conversation := range b.Conversation {
		g := group(0)
		if b.Role[i] == source.FromClient {
			g = p.groupOf(b, i)
		}
		p.latest = max(p.latest, b.At[i])
		row := wideRow(conversation, b.MessageID[i], pair.NewStamp(b.At[i], b.Role[i]), g)
		copy(p.cells[wideCells*i:], row[:])
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
	return ints.Hash(uint64(conversation)) >> 32 & mask
}
