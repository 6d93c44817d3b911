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
	SenderRole     string // who wrote it, in a word; empty: the ids decide
	Private        bool   // an internal note
	Automatic      bool   // written by a machine
	NoReply        bool   // wants no answer
}

// A Source yields the messages of a slice. It can be read any number of times.
type Source struct {
	messages []Message
	columns  source.Columns
}

// New returns a source of messages, which must not change while they are read.
// They have a conversation_id, message_id, country or sender_role if one of them
// does: where some conversation_id are there and others are not, the others are
// missing.
func New(messages []Message) *Source {
	s := &Source{messages: messages, columns: source.ColumnsOf(source.CreatedAt, source.SenderUserID, source.ClientUserID,
		source.MerchantUserID, source.MerchantID, source.IsPrivate, source.IsAutomatic, source.NeedsReply)}
	for i := range messages {
		m := &messages[i]
		for field, value := range map[source.Field]string{source.ConversationID: m.ConversationID, source.MessageID: m.MessageID,
			source.Country: m.Country, source.SenderRole: m.SenderRole} {
			if value != "" {
				s.columns |= source.ColumnsOf(field)
			}
		}
	}
	return s
}

// Columns returns the fields that the messages have.
func (s *Source) Columns() source.Columns { return s.columns }

// EstimateRows returns the number of messages.
func (s *Source) EstimateRows() int64 { return int64(len(s.messages)) }

// batchRows is how many messages make a batch.
const batchRows = 1 << 12

// Read hands the messages to r, in their order. A row that cannot be used is
// rejected with its place, from 1, as the line, and no record.
func (s *Source) Read(ctx context.Context, r *source.Receiver) error {
	batch := source.NewBatch(s.columns, r.Needs, r.Dict)
	parser := source.NewParser(nil, nil, r.Dict)
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
	typed := new(source.Message)
	parser.Start(typed)
	set := func(f source.Field, value string) { parser.Set(typed, f, []byte(value)) }
	set(source.SenderUserID, m.SenderUserID)
	set(source.ClientUserID, m.ClientUserID)
	set(source.MerchantUserID, m.MerchantUserID)
	set(source.MerchantID, m.MerchantID)
	set(source.ConversationID, m.ConversationID)
	set(source.MessageID, m.MessageID)
	set(source.Country, m.Country)
	set(source.SenderRole, m.SenderRole)
	if !m.CreatedAt.IsZero() {
		typed.CreatedAt = source.CheckInstant(m.CreatedAt)
	}
	if m.Private {
		typed.Flags |= source.FlagPrivate
	}
	if m.Automatic {
		typed.Flags |= source.FlagAutomatic
	}
	if m.NoReply {
		typed.Flags |= source.FlagNoReply
	}
	return typed
}
