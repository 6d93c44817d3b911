package blocks

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/source"
)

// Options say how messages become blocks.
type Options struct {
	Columns source.Columns // of the batches
	Dict    *source.Dict   // of the batches
	Client  bool           // clients are written too; they are in any case if there is no conversation_id
	// the number of the file, below MaxFiles: the order of the input is that of files, then of batches
	File    int
	Buckets int // at least 1

	// Block takes a block of a bucket. It is called one at a time, and the block is
	// the writer's again when it returns.
	Block func(bucket int, block []byte) error
	// Budget is how many bytes of messages wait for their block, about; 0 is
	// defaultBudget. Twice that number is in memory, and texts of ids beside them.
	Budget int
}

// defaultBudget is that of a Writer for which none is chosen: some 400,000 messages.
// More makes larger blocks, and nothing faster.
const defaultBudget = 16 << 20

// A Writer makes blocks of the batches of a file.
type Writer struct {
	opts    Options
	layout  layout
	rowSize int
	pool    sync.Pool // of *piece
	wrong   error     // with the options

	mu      sync.Mutex
	waiting []*piece
	rows    int

	flushing sync.Mutex // held while blocks are made
	encoder  encoder
}

// A piece is a batch's messages ordered by bucket, in the order of the input: those
// of bucket k end before ends[k].
type piece struct {
	seq                                     int64
	ends                                    []uint32
	place                                   []uint32 // of each row of the batch
	sent                                    []uint64 // µs twice, plus the role
	conversation, message, merchant, client []source.ID
	country                                 []source.Text
}

// NewWriter returns a writer.
func NewWriter(opts Options) *Writer {
	opts.Budget = cmp.Or(opts.Budget, defaultBudget)
	w := &Writer{opts: opts,
		layout: layout{intake.InAll(opts.Columns), opts.Client || !opts.Columns.Has(source.ConversationID)}}
	w.rowSize = 3 * 8 // sent, merchant, country and place
	for _, has := range [...]bool{w.layout.Has(source.ConversationID), w.layout.Has(source.MessageID),
		w.layout.client} {
		if has {
			w.rowSize += 8
		}
	}
	switch {
	case opts.Dict == nil || opts.Block == nil:
		w.wrong = errors.New("blocks: a Writer needs Dict and Block")
	case opts.Buckets < 1 || opts.Buckets > math.MaxInt32 || opts.File < 0 || opts.File >= MaxFiles:
		w.wrong = fmt.Errorf("blocks: file %d in %d buckets; expected one below %d, and at least one bucket", opts.File,
			opts.Buckets, MaxFiles)
	default:
		w.encoder.init(w)
	}
	return w
}

// NeedsClient reports whether batches must have been filled with Needs.Client.
func (w *Writer) NeedsClient() bool { return w.layout.client }

// Add takes the messages of a batch; it may be called from several goroutines.
func (w *Writer) Add(b *source.Batch) error {
	switch n := b.Len(); {
	case w.wrong != nil:
		return w.wrong
	case n > maxRows:
		return fmt.Errorf("a batch of %d messages is too many for a block", n)
	case b.Seq < 0 || b.Seq >= 1<<placeBits:
		return fmt.Errorf("the place %d of a batch is none that a block has", b.Seq)
	}
	p, _ := w.pool.Get().(*piece)
	if p == nil {
		p = &piece{}
	}
	p.fill(b, w)
	w.mu.Lock()
	var full []*piece
	if w.rows > 0 && ((w.rows+b.Len())*w.rowSize > w.opts.Budget || w.rows+b.Len() > maxRows) {
		full, w.waiting, w.rows = w.waiting, nil, 0
	}
	w.waiting = append(w.waiting, p)
	w.rows += b.Len()
	w.mu.Unlock()
	return w.write(full)
}

// Flush writes the messages that wait for their block. No Add may be under way.
func (w *Writer) Flush() error {
	if w.wrong != nil {
		return w.wrong
	}
	full := w.waiting
	w.waiting, w.rows = nil, 0
	return w.write(full)
}

// write makes a block for each bucket, of the messages of some pieces.
func (w *Writer) write(pieces []*piece) error {
	if len(pieces) == 0 {
		return nil
	}
	w.flushing.Lock()
	defer w.flushing.Unlock()
	slices.SortFunc(pieces, func(a, b *piece) int { return cmp.Compare(a.seq, b.seq) })
	for bucket := range w.opts.Buckets {
		block, err := w.encoder.encode(pieces, bucket)
		if err == nil && block != nil {
			err = w.opts.Block(bucket, block)
		}
		if err != nil {
			return err
		}
	}
	for _, p := range pieces {
		w.pool.Put(p)
	}
	return nil
}

// fill makes p that of a batch.
func (p *piece) fill(b *source.Batch, w *Writer) {
	n := b.Len()
	p.seq = b.Seq
	p.ends = resize(p.ends, w.opts.Buckets)
	clear(p.ends)
	p.place = resize(p.place, n)
	buckets := uint64(w.opts.Buckets)
	for i, id := range b.Conversation {
		bucket := bucketOf(w.opts.Dict.Hash(id), buckets)
		p.place[i] = bucket
		p.ends[bucket]++
	}
	sum := uint32(0)
	for k, rows := range p.ends {
		p.ends[k] = sum // where it begins; the loop below moves it to where it ends
		sum += rows
	}
	for i, bucket := range p.place {
		p.place[i] = p.ends[bucket]
		p.ends[bucket]++
	}
	p.sent = resize(p.sent, n)
	at, role := b.At[:n], b.Role[:n]
	for i, place := range p.place {
		p.sent[place] = uint64(at[i])<<1 | uint64(role[i])
	}
	p.merchant = spread(p.merchant, b.Merchant, p.place)
	p.country = spread(p.country, b.Country, p.place)
	if w.layout.Has(source.ConversationID) {
		p.conversation = spread(p.conversation, b.Conversation, p.place)
	}
	if w.layout.Has(source.MessageID) {
		p.message = spread(p.message, b.MessageID, p.place)
	}
	if w.layout.client {
		p.client = spread(p.client, b.Client, p.place)
	}
}

// spread puts each value into its place.
func spread[T any](to, from []T, place []uint32) []T {
	to = resize(to, len(place))
	from = from[:len(place)]
	for i, at := range place {
		to[at] = from[i]
	}
	return to
}

// of returns the values of a bucket.
func of[T any](values []T, p *piece, bucket int) []T {
	from := uint32(0)
	if bucket > 0 {
		from = p.ends[bucket-1]
	}
	return values[from:p.ends[bucket]]
}

// resize returns a slice of length n, of s's memory if that is enough; what is in it
// has no meaning.
func resize[T any](s []T, n int) []T { return slices.Grow(s[:0], n)[:n] }
