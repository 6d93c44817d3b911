// Package waits is what conversations contribute to a report: how long each client
// waited, and for each group sums of the rest. It knows nothing of messages.
//
//	wait.go    one conversation: its span, its group, when it was opened
//	total.go   the sums of a group
//	targets.go what became of what was promised to a group
//	set.go     all conversations of a window, as several goroutines find them
//	sort.go    their waits in the order of their spans, as columns
//	rows.go    the spans of each row of a report, in order
//	oldest.go  the conversations that wait longest
//	split.go   the sets of single periods
package waits

import (
	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/pair"
	"github.com/sav-analytics/sav/internal/micros"
	"github.com/sav-analytics/sav/source"
)

// A Span is how long a client waited: µs shifted left by one, and in the lowest bit
// whether the wait was cut off (Censored) rather than ended by an answer. Of equal
// times, answers sort first.
type Span uint64

// Censored is the lowest bit of a span that no answer ended.
const Censored Span = 1

// NewSpan returns the span of a time in µs; cut is Censored or 0.
func NewSpan(time int64, cut Span) Span { return Span(time)<<1 | cut }

// Time returns how long the client waited, in µs.
func (s Span) Time() int64 { return int64(s >> 1) }

// Answered reports whether an answer ended the wait.
func (s Span) Answered() bool { return s&Censored == 0 }

// A Quarter is a quarter of an hour, counted from 1970 UTC: as fine as is needed to
// know the local day and hour, since zones differ by quarters of an hour.
type Quarter uint32

// MicrosPerQuarter is how many µs a quarter of an hour has.
const MicrosPerQuarter = 15 * 60 * micros.PerSecond

// QuarterOf returns the quarter of a time in µs since 1970 UTC, not before.
func QuarterOf(at int64) Quarter { return Quarter(at / MicrosPerQuarter) }

// Start returns when the quarter begins, in µs since 1970 UTC.
func (q Quarter) Start() int64 { return int64(q) * MicrosPerQuarter }

// A Wait is what the report needs of a conversation but for exact sums, in 16 bytes.
type Wait struct {
	Span   Span
	Group  groups.Group
	Opened Quarter
}

// A Pair is a conversation with all its numbers. Times are in µs since 1970 UTC.
type Pair struct {
	Conversation    source.ID
	Contact         uint32 // of the thread that the conversation is, from 1
	Group           groups.Group
	Answered        bool
	Followed        bool    // unanswered, and the thread's next contact ended the watch
	Outcome         Outcome // of what a policy promised
	Opened          int64
	Ended           int64 // when it was answered, or until when it was watched
	ExchNr          int64
	Turns, TurnTime int64 // how many turns closed, and their time together, in µs
	Worked          int64 // the part of the wait within a policy's working hours, in µs
}

// AppendName appends the name of the conversation, which is a thread as yet.
func (p *Pair) AppendName(dst []byte, dict *source.Dict) []byte {
	return pair.AppendContact(dict.AppendID(dst, p.Conversation), max(1, int(p.Contact)))
}

// Wait returns the wait of the conversation.
func (p *Pair) Wait() Wait {
	return Wait{NewSpan(p.Ended-p.Opened, p.cut()), p.Group, QuarterOf(p.Opened)}
}

// WorkedWait returns the wait of the conversation within working hours.
func (p *Pair) WorkedWait() Wait {
	return Wait{NewSpan(p.Worked, p.cut()), p.Group, QuarterOf(p.Opened)}
}

// cut returns the lowest bit of the conversation's spans.
func (p *Pair) cut() Span {
	if p.Answered {
		return 0
	}
	return Censored
}
