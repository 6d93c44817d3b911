package analysis

import "github.com/sav-analytics/sav/source"

// A stamp is when a message was sent and by whom: µs since 1970 UTC, shifted by
// one, and its role in the lowest bit.
type stamp int64

func newStamp(at int64, role source.Role) stamp { return stamp(at<<1) | stamp(role) }

func (s stamp) at() int64           { return int64(s >> 1) }
func (s stamp) isMerchant() bool    { return s&1 == stamp(source.FromMerchant) }
func (s stamp) before(o stamp) bool { return s>>1 < o>>1 }

// none stands for a message that is not there.
const none = -1

// An exchange is what the kernel finds in a conversation.
type exchange struct {
	opening  int   // the place of C, the first client message, or none
	response int   // the place of M, the first merchant message after C, or none
	exchNr   int64 // client messages from C up to M; 0 if there is no M
	turns    int64 // turns that closed
	turnTime int64 // the sum of their times, in µs
}

// pair finds the opening exchange and the turns of one conversation, whose
// messages are in order: by time, then message_id, then input. It is the one
// place that knows which message opens, which answers, and what counts.
func pair(messages []stamp) exchange {
	x := exchange{opening: none, response: none}
	open := stamp(none) // the client message that opened the current turn
	written := int64(0) // client messages so far
	for i, m := range messages {
		switch {
		case !m.isMerchant():
			if x.opening == none {
				x.opening = i
			}
			if open == none {
				open = m
			}
			written++
		case open != none:
			if x.response == none {
				x.response, x.exchNr = i, written
			}
			x.turns++
			x.turnTime += m.at() - open.at()
			open = none
		}
	}
	return x
}
