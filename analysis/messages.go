package analysis

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/source"
)

// Messages reads the messages of a source into a frame, with the columns that
// [FirstResponses] takes, for those who go on by hand. Ids are Int64 where all
// of a column are plain integers, else Text. Rows that are rejected, private or
// by another sender are left out, and counted.
func Messages(ctx context.Context, src source.Source) (*frame.Frame, source.Counts, error) {
	if src == nil {
		return nil, source.Counts{}, ErrNoSource
	}
	var all gathered
	dict := source.NewDict()
	err := src.Read(ctx, &source.Receiver{Dict: dict, Needs: source.Needs{Client: true, Users: true}, Batch: all.add})
	if err == nil {
		err = dict.Err()
	}
	if err != nil {
		return nil, source.Counts{}, err
	}
	f, err := all.frame(src.Columns(), dict)
	return f, all.counts, err
}

// gathered is copies of batches.
type gathered struct {
	mu      sync.Mutex
	batches []*source.Batch
	counts  source.Counts
}

func (g *gathered) add(b *source.Batch) error {
	c := *b
	c.At, c.Role = slices.Clone(b.At), slices.Clone(b.Role)
	c.Conversation, c.MessageID = slices.Clone(b.Conversation), slices.Clone(b.MessageID)
	c.Merchant = slices.Clone(b.Merchant)
	c.Client, c.Sender, c.MerchantUser = slices.Clone(b.Client), slices.Clone(b.Sender), slices.Clone(b.MerchantUser)
	c.Country = slices.Clone(b.Country)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.batches = append(g.batches, &c)
	g.counts.Add(&b.Counts)
	return nil
}

func (g *gathered) frame(has source.Columns, dict *source.Dict) (*frame.Frame, error) {
	slices.SortFunc(g.batches, func(a, b *source.Batch) int { return cmp.Compare(a.Seq, b.Seq) })
	ids := func(field source.Field, part func(*source.Batch) []source.ID) frame.Column {
		return idColumn(field.String(), concat(g.batches, part), dict)
	}
	var columns []frame.Column
	if has.Has(source.MessageID) {
		columns = append(columns, ids(source.MessageID, func(b *source.Batch) []source.ID { return b.MessageID }))
	}
	if has.Has(source.ConversationID) {
		columns = append(columns,
			ids(source.ConversationID, func(b *source.Batch) []source.ID { return b.Conversation }))
	}
	columns = append(columns,
		frame.Times(source.CreatedAt.String(), concat(g.batches, func(b *source.Batch) []int64 { return b.At }), nil),
		ids(source.SenderUserID, func(b *source.Batch) []source.ID { return b.Sender }),
		ids(source.ClientUserID, func(b *source.Batch) []source.ID { return b.Client }),
		ids(source.MerchantUserID, func(b *source.Batch) []source.ID { return b.MerchantUser }),
		ids(source.MerchantID, func(b *source.Batch) []source.ID { return b.Merchant }),
		countryColumn(concat(g.batches, func(b *source.Batch) []source.Text { return b.Country }), dict))
	if has.Has(source.SenderRole) { // which decides, whatever the ids say
		roles := []string{source.FromClient: "client", source.FromMerchant: "merchant"}
		codes := concat(g.batches, func(b *source.Batch) []uint32 {
			codes := make([]uint32, len(b.Role))
			for i, role := range b.Role {
				codes[i] = uint32(role)
			}
			return codes
		})
		columns = append(columns, frame.Dictionary(source.SenderRole.String(), codes, roles, nil))
	}
	return frame.New(columns...)
}

func concat[T any](batches []*source.Batch, part func(*source.Batch) []T) []T {
	n := 0
	for _, b := range batches {
		n += len(part(b))
	}
	all := make([]T, 0, n)
	for _, b := range batches {
		all = append(all, part(b)...)
	}
	return all
}
