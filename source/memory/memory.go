// Package memory is a source of messages that stand in a slice: what to analyse
// from, and to write tests against, where there is no file and no database.
//
// It stands in the flow's first room, below package source, whose rules it
// applies: source → frame → analysis → sink.
//
//	messages := memory.New([]memory.Message{
//		{CreatedAt: march, SenderUserID: "1", ClientUserID: "1", MerchantUserID: "2", MerchantID: "7"},
//		{CreatedAt: april, SenderUserID: "2", ClientUserID: "1", MerchantUserID: "2", MerchantID: "7"},
//	})
//	result, err := analysis.Run(ctx, messages, analysis.Options{})
package memory

import (
	"context"
	"time"

	"github.com/sav-analytics/sav/source"
)

// A Message is one row, as a database would give it. Texts are read as those of
// a file are: trimmed of spaces, "1234.0" is 1234, empty is absent.
type Message struct {
	CreatedAt      time.Time // kept to the microsecond; zero is missing
	SenderUserID   string    // empty for a system message
	ClientUserID   string
	MerchantUserID string
	MerchantID     string
	ConversationID string // empty in all: a client and a merchant have one conversation
	MessageID      string
	Country        string
	Private        bool // an internal note
}

// A Source yields the messages of a slice. It can be read any number of times.
type Source struct {
	messages []Message
	columns  source.Columns
}

// New returns a source of messages, which must not change while they are read.
// They have a conversation_id, message_id or country if one of them does: where
// some conversation_id are there and others are not, the others are missing.
func New(messages []Message) *Source {
	s := &Source{messages: messages, columns: source.Columns{Visibility: true}}
	for i := range messages {
		m := &messages[i]
		s.columns.Conversation = s.columns.Conversation || m.ConversationID != ""
		s.columns.MessageID = s.columns.MessageID || m.MessageID != ""
		s.columns.Country = s.columns.Country || m.Country != ""
	}
	return s
}

// Columns says which optional columns the messages have.
func (s *Source) Columns() source.Columns { return s.columns }

// EstimateRows is the number of messages.
func (s *Source) EstimateRows() int64 { return int64(len(s.messages)) }

// batchRows is how many messages make a batch.
const batchRows = 1 << 12

// Read hands the messages to r, in their order. A row that cannot be used is
// rejected with its place, from 1, as the line, and no record.
func (s *Source) Read(ctx context.Context, r *source.Receiver) error {
	batch := source.NewBatch(s.columns, r.Needs, r.Dict)
	parser := &source.Parser{Dict: r.Dict}
	for from, seq := 0, int64(0); from < len(s.messages); from, seq = from+batchRows, seq+1 {
		if err := ctx.Err(); err != nil {
			return err
		}
		batch.Reset(seq)
		for i := from; i < min(from+batchRows, len(s.messages)); i++ {
			reason := batch.Append(message(&s.messages[i], parser))
			batch.Place("memory", int64(i)+1)
			if reason == source.Accepted || r.Reject == nil {
				continue
			}
			if err := r.Reject(&source.Reject{Input: "memory", Line: int64(i) + 1, Reason: reason}); err != nil {
				return err
			}
		}
		if err := r.Batch(batch); err != nil {
			return err
		}
	}
	return nil
}

// message turns the texts of a row into numbers.
func message(m *Message, parser *source.Parser) *source.Message {
	id := func(s string) source.ID { return parser.Dict.ID(source.Clean([]byte(s))) }
	typed := &source.Message{
		CreatedAt: source.MissingTime, Sender: id(m.SenderUserID), Client: id(m.ClientUserID), MerchantUser: id(m.MerchantUserID),
		Merchant: id(m.MerchantID), Conversation: id(m.ConversationID), MessageID: id(m.MessageID),
		Country: parser.Country(source.Clean([]byte(m.Country))),
	}
	if !m.CreatedAt.IsZero() {
		typed.CreatedAt = source.CheckTime(m.CreatedAt.UnixMicro())
	}
	if m.Private {
		typed.Visibility = source.Private
	}
	return typed
}
