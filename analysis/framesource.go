package analysis

import (
	"context"
	"fmt"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/source"
)

// A frameSource yields the messages of a frame.
type frameSource struct {
	messages *frame.Frame
	header   *source.Header
}

// newFrameSource finds the columns of messages by their names, and checks their types.
func newFrameSource(messages *frame.Frame) (*frameSource, error) {
	header, err := source.ResolveHeader(messages.Names(), nil)
	if err != nil {
		return nil, fmt.Errorf("messages: %w", err)
	}
	s := &frameSource{messages, header}
	for field, types := range map[source.Field][]frame.Type{
		source.CreatedAt: {frame.Time, frame.Text}, source.Country: {frame.Text}, source.IsPublic: {frame.Bool, frame.Text},
		source.SenderUserID: idTypes, source.ClientUserID: idTypes, source.MerchantUserID: idTypes,
		source.MerchantID: idTypes, source.ConversationID: idTypes, source.MessageID: idTypes,
	} {
		if i := header.Index[field]; i >= 0 {
			if _, err := messages.Column(header.Names[i], types...); err != nil {
				return nil, fmt.Errorf("messages: %s: %w", field, err)
			}
		}
	}
	return s, nil
}

func (s *frameSource) Columns() source.Columns { return s.header.Columns() }

func (s *frameSource) EstimateRows() int64 { return int64(s.messages.Len()) }

// column returns the column of a field; ok is false where there is none.
func (s *frameSource) column(field source.Field) (c frame.Column, ok bool) {
	i := s.header.Index[field]
	if i < 0 {
		return c, false
	}
	return s.messages.Columns()[i], true
}

// batchRows is how many rows of a frame make a batch.
const batchRows = 1 << 12

func (s *frameSource) Read(ctx context.Context, r *source.Receiver) error {
	n := s.messages.Len()
	var id [source.NumFields][]source.ID
	for _, field := range []source.Field{source.SenderUserID, source.ClientUserID, source.MerchantUserID,
		source.MerchantID, source.ConversationID, source.MessageID} {
		if c, ok := s.column(field); ok {
			id[field] = ids(c, r.Dict)
		} else {
			id[field] = make([]source.ID, n)
		}
	}
	times, countries, visible := s.times(), s.countries(r.Dict), s.visibilities()
	batch := source.NewBatch(s.Columns(), r.Needs, r.Dict)
	for from, seq := 0, int64(0); from < n; from, seq = from+batchRows, seq+1 {
		batch.Reset(seq)
		for i := from; i < min(from+batchRows, n); i++ {
			reason := batch.Append(&source.Message{
				CreatedAt: times[i], Sender: id[source.SenderUserID][i], Client: id[source.ClientUserID][i],
				MerchantUser: id[source.MerchantUserID][i], Merchant: id[source.MerchantID][i],
				Conversation: id[source.ConversationID][i], MessageID: id[source.MessageID][i],
				Country: countries[i], Visibility: visible[i],
			})
			if reason != source.Accepted && r.Reject != nil {
				if err := r.Reject(&source.Reject{Input: "messages", Line: int64(i) + 1, Reason: reason}); err != nil {
					return err
				}
			}
		}
		if err := r.Batch(batch); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

func (s *frameSource) times() []int64 {
	c, _ := s.column(source.CreatedAt)
	if c.Type() == frame.Text {
		return decode(c, source.MissingTime, func(text string) int64 {
			at, _ := source.ParseTime(source.Clean([]byte(text)), nil)
			return at
		})
	}
	times := make([]int64, c.Len())
	for i, at := range c.Int64s() {
		if c.IsNull(i) {
			times[i] = source.MissingTime
		} else {
			times[i] = source.CheckTime(at)
		}
	}
	return times
}

func (s *frameSource) countries(dict *source.Dict) []source.Text {
	parser := &source.Parser{Dict: dict}
	unknown := parser.Country(nil)
	c, ok := s.column(source.Country)
	if !ok {
		all := make([]source.Text, s.messages.Len())
		for i := range all {
			all[i] = unknown
		}
		return all
	}
	return decode(c, unknown, func(text string) source.Text { return parser.Country(source.Clean([]byte(text))) })
}

func (s *frameSource) visibilities() []source.Visibility {
	c, ok := s.column(source.IsPublic)
	if ok && c.Type() == frame.Text {
		return decode(c, source.Public, func(text string) source.Visibility {
			return source.ParseVisibility(source.Clean([]byte(text)))
		})
	}
	all := make([]source.Visibility, s.messages.Len())
	if ok {
		for i, public := range c.Int64s() {
			if public == 0 && !c.IsNull(i) {
				all[i] = source.Private
			}
		}
	}
	return all
}
