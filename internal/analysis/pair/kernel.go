package pair

import "github.com/sav-analytics/sav/source"

// A Stamp is when a message was sent and by whom: µs since 1970 UTC, shifted left by
// one, and its role in the lowest bit.
type Stamp int64

// NewStamp returns the stamp of a message that was sent at a time, in µs since 1970.
func NewStamp(at int64, role source.Role) Stamp { return Stamp(at<<1) | Stamp(role) }

// At returns when the message was sent, in µs since 1970.
func (s Stamp) At() int64 { return int64(s >> 1) }

// Role returns who sent the message.
func (s Stamp) Role() source.Role { return source.Role(s & 1) }

// FromClient reports whether the client sent the message.
func (s Stamp) FromClient() bool { return s.Role() == source.FromClient }

// Before reports whether the message was sent at an earlier time.
func (s Stamp) Before(o Stamp) bool { return s>>1 < o>>1 }

// None stands for a message that is not there.
const None = -1

// An Exchange is what there is to find in a conversation.
type Exchange struct {
	Opening  int   // the index of C, the first client message, or None
	Response int   // the index of M, the first merchant message after C, or None
	ExchNr   int64 // client messages from C up to M; 0 if there is no M
	Turns    int64 // turns that closed
	TurnTime int64 // the sum of their times, in µs
}

// Find returns the opening exchange and the turns of one conversation, whose messages
// are in order, as [Conversation.Arrange] leaves them.
func Find(messages []Stamp) Exchange {
	x := Exchange{Opening: None, Response: None}
	open := Stamp(None) // the client message that opened the current turn
	written := int64(0) // client messages so far
	for i, m := range messages {
		switch {
		case m.FromClient():
			if x.Opening == None {
				x.Opening = i
			}
			if open == None {
				open = m
			}
			written++
		case open != None:
			if x.Response == None {
				x.Response, x.ExchNr = i, written
			}
			x.Turns++
			x.TurnTime += m.At() - open.At()
			open = None
		}
	}
	return x
}
