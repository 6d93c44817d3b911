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

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/source/verdict"
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
	s := &Source{messages: messages, columns: source.ColumnsOf(
		source.CreatedAt, source.SenderUserID, source.ClientUserID, source.MerchantUserID, source.MerchantID,
		source.IsPrivate, source.IsAutomatic, source.NeedsReply)}
	for i := range messages {
		for _, field := range texts {
			if messages[i].text(field) != "" {
				s.columns |= source.ColumnsOf(field)
			}
		}
	}
	return s
}

// texts are the fields that a Message has as text.
var texts = []source.Field{source.SenderUserID, source.ClientUserID, source.MerchantUserID, source.MerchantID,
	source.ConversationID, source.MessageID, source.Country, source.SenderRole}

// text returns the value of one of texts, "" of any other field.
func (m *Message) text(f source.Field) string {
	switch f {
	case source.SenderUserID:
		return m.SenderUserID
	case source.ClientUserID:
		return m.ClientUserID
	case source.MerchantUserID:
		return m.MerchantUserID
	case source.MerchantID:
		return m.MerchantID
	case source.ConversationID:
		return m.ConversationID
	case source.MessageID:
		return m.MessageID
	case source.Country:
		return m.Country
	case source.SenderRole:
		return m.SenderRole
	}
	return ""
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
	if err := r.Check(); err != nil {
		return err
	}
	batch := intake.NewBatch(s.columns, r.Needs, r.Dict)
	parser := intake.NewParser(nil, nil, r.Dict)
	parser.Serve(r.Needs)
	for from, seq := 0, int64(0); from < len(s.messages); from, seq = from+batchRows, seq+1 {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		batch.Reset(seq)
		for i := from; i < min(from+batchRows, len(s.messages)); i++ {
			reason := batch.Append(message(&s.messages[i], parser))
			batch.Place("memory", int64(i)+1)
			if reason == verdict.Accepted || r.Reject == nil {
				continue
			}
			reject := &source.Reject{Input: "memory", Line: int64(i) + 1, Reason: reason}
			parser.Blame(reject, s.columns, s.messages[i].value)
			if err := r.Reject(reject); err != nil {
				return err
			}
		}
		parser.Settle(batch)
		if err := r.Batch(&batch.Batch); err != nil {
			return err
		}
	}
	return nil
}

// value returns the value of a field as text.
func (m *Message) value(f source.Field) []byte {
	if f != source.CreatedAt {
		return []byte(m.text(f))
	}
	if m.CreatedAt.IsZero() {
		return nil
	}
	return []byte(m.CreatedAt.Format(time.RFC3339Nano))
}

// message turns the texts of a row into numbers.
func message(m *Message, parser *intake.Parser) *intake.Message {
	typed := new(intake.Message)
	parser.Start(typed)
	for _, f := range texts {
		if text := m.text(f); text != "" {
			parser.Set(typed, f, []byte(text))
		}
	}
	if !m.CreatedAt.IsZero() {
		typed.CreatedAt = intake.CheckInstant(m.CreatedAt)
	}
	if m.Private {
		typed.Flags |= intake.FlagPrivate
	}
	if m.Automatic {
		typed.Flags |= intake.FlagAutomatic
	}
	if m.NoReply {
		typed.Flags |= intake.FlagNoReply
	}
	return typed
}
