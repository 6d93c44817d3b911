// Package shard makes one report of messages that were read in several places. Each
// reads the messages of some conversations into a [State], a file; [Merge] makes the
// report of all.
//
//	state.go          what a shard contributes to a report
//	run.go            states of messages
//	merge.go          the report of states, and what a policy adds to it
//	inputs.go         what states were read from
//	members.go        whether states share a conversation
//	encode.go         a state as bytes: its one file format
//	encode_groups.go  and the groups in it, and what a policy adds to them
//	decode.go         a state from bytes, and the groups in it
package shard

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/analysis/waits"
	"github.com/sav-analytics/sav/internal/tally"
	"github.com/sav-analytics/sav/policy"
	"github.com/sav-analytics/sav/source"
)

// A State is what one shard of the messages contributes to a report: for each
// group its sums and its conversations' times, and the ids of a few that wait the longest,
// no message and no client's words.
// [Run] and [Of] make it. A conversation's messages must all be in one shard.
type State struct {
	Name   string   // in errors: a file's name
	Inputs []string // what the shard was read from
	// Headers say which columns each of Inputs has. None are not known.
	Headers []*source.Header
	Zone    string // of its times without an offset, as the IANA database names it

	// Bucket is the part of the conversations that is in the shard, if they were
	// spread over buckets. Without any it is zero, and members tells.
	Bucket Bucket
	// Spread is how many messages were spread over the shards of buckets. The states
	// of all must have that many.
	Spread int64

	asOf     int64 // as given, or of the latest message
	latest   int64 // time of the latest message; 0 without messages
	settled  bool  // as_of was given
	from, to int64 // the window, in µs since 1970 UTC
	newAfter int64 // as in pair.Rules
	client   bool  // groups tell clients apart
	within   []analysis.Within
	policy   *policy.Policy // nil: none
	unused   []policy.Who   // names in it that no message of the shard has
	every    analysis.Every

	rows                                               source.Counts
	facts                                              tally.Facts
	duplicates, afterAsOf, merchantOnly, outsideWindow int64

	countries, merchants, clients []string // that groups name, each once
	conversations, answered       int64    // of all groups
	groups                        []byte   // as a groupEncoder writes them
	oldest                        []waits.Unanswered

	members []member
	sum     [sha256.Size]byte // of the bytes it was read from
}

// A Bucket is one part of a hash partition of the conversations: part Number of Of,
// counted from 0.
type Bucket struct{ Number, Of int64 }

// ErrState is what errors of states are that cannot be merged, and of bytes that are
// no state.
var ErrState = errors.New("not a shard state")

// A stateError is an ErrState with a text of its own.
type stateError string

func (e stateError) Error() string        { return string(e) }
func (e stateError) Is(target error) bool { return target == ErrState }

func errorf(format string, args ...any) error { return stateError(fmt.Sprintf(format, args...)) }

// Window returns that of the shard; an open end is zero.
func (s *State) Window() (from, to time.Time) {
	if s.from != math.MinInt64 {
		from = time.UnixMicro(s.from).UTC()
	}
	if s.to != math.MaxInt64 {
		to = time.UnixMicro(s.to).UTC()
	}
	return from, to
}

// Rows returns what became of the rows of the shard.
func (s *State) Rows() source.Counts { return s.rows }
