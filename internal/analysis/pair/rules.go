package pair

import (
	"math"
	"strconv"
	"time"
)

// Rules are the options that decide what counts. Times are in µs since 1970 UTC.
type Rules struct {
	AsOf     int64 // messages after it are ignored
	From, To int64 // conversations opened in [From, To) count
	// NewAfter is how long a thread may be silent, in µs: a client message after more
	// than that begins another contact. 0 is for ever.
	NewAfter int64
	// NewestFirst says that the newest message stands first in the input.
	NewestFirst bool
}

// NewRules returns the rules for these times. A zero asOf means the time of the latest
// message; a zero from or to leaves the window open.
func NewRules(asOf, from, to time.Time, latest int64) Rules {
	r := Rules{AsOf: latest, From: math.MinInt64, To: math.MaxInt64}
	if !asOf.IsZero() {
		r.AsOf = asOf.UnixMicro()
	}
	if !from.IsZero() {
		r.From = from.UnixMicro()
	}
	if !to.IsZero() {
		r.To = to.UnixMicro()
	}
	return r
}

// Knows reports whether a message of that time counts, and is not ignored.
func (r *Rules) Knows(at int64) bool { return at <= r.AsOf }

// InWindow reports whether a conversation that was opened then counts.
func (r *Rules) InWindow(opened int64) bool { return r.From <= opened && opened < r.To }

// ContactEnd returns where the contact ends that begins with message from of a thread:
// at the next client message that comes more than NewAfter after the message before it,
// or at the end. A thread's first client message belongs to its first contact, whatever
// stands before it. messages are in order, without those after as-of.
func (r *Rules) ContactEnd(messages []Stamp, from int) int {
	if r.NewAfter == 0 {
		return len(messages)
	}
	opened := false
	for i := from; i < len(messages); i++ {
		if !messages[i].FromClient() {
			continue
		}
		if opened && messages[i].At()-messages[i-1].At() > r.NewAfter {
			return i
		}
		opened = true
	}
	return len(messages)
}

// AppendContact appends to the id of a thread what tells contact n of it apart: 1 is
// the thread's first one, which has its id alone.
func AppendContact(id []byte, n int) []byte {
	if n == 1 {
		return id
	}
	return strconv.AppendInt(append(id, '#'), int64(n), 10)
}
