package delivery

import (
	"errors"
	"net/http"

	"github.com/sav-analytics/sav/sink"
)

// The kinds of errors of this package. Those of reading and writing files are
// as package os gives them.
var (
	// ErrReport: the folder does not hold a report as run.json names it.
	ErrReport = errors.New("no deliverable report")
	// ErrConfig: the options cannot be used.
	ErrConfig = errors.New("bad configuration")
	// ErrUnauthorized: the API answered 401 or 403; what is left is pending.
	ErrUnauthorized = errors.New("not authorised")
	// ErrIncomplete: some batches are pending; delivering again sends them.
	ErrIncomplete = errors.New("delivery incomplete")
	// ErrDead: every batch had an answer, and some were refused for good.
	ErrDead = errors.New("some batches are dead")
	// ErrLocked: another process is delivering from the same folder.
	ErrLocked = errors.New("another delivery of this folder is at work")
)

// An outcome is what became of a batch when it was sent.
type outcome string

const (
	// acknowledged: the API answered 2xx.
	acknowledged outcome = "acknowledged"
	// dead: the API refused the batch, and would do so again.
	dead outcome = "dead"
	// unknown: retries were spent without a final answer. The batch is pending.
	unknown outcome = "unknown"
	// unauthorized: the API answered 401 or 403. The batch is as before.
	unauthorized outcome = "unauthorized"
)

// outcomeOf is what an answer with this status means for the batch when no
// further attempt is made.
func outcomeOf(status int) outcome {
	switch {
	case status >= 200 && status < 300:
		return acknowledged
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return unauthorized
	case transient(status):
		return unknown
	}
	return dead
}

// transient reports whether the same request may fare better later. A status below
// 200 is no final answer, and one above 599 none of HTTP's: they decide nothing.
func transient(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	case http.StatusNotImplemented:
		return false
	}
	return status >= 500 || status < 200
}

// A ledger holds the state of every batch: a byte each.
type ledger struct {
	states  []state // by batch number - 1
	dead    int
	acked   int
	retried int
}

type state uint8

const (
	stateAcked state = 1 << iota
	stateDead
	stateTried // at least once, in this run or in one before
)

func newLedger(batches int) *ledger { return &ledger{states: make([]state, batches)} }

// apply books an entry. An entry of a batch that does not exist is passed
// over, and so is whatever follows an acknowledgement.
func (l *ledger) apply(e entry) {
	if e.Batch < 1 || e.Batch > len(l.states) {
		return
	}
	s := &l.states[e.Batch-1]
	if e.Attempts > 0 {
		l.retried += e.Attempts
		if *s&stateTried == 0 {
			l.retried--
		}
		*s |= stateTried
	}
	if *s&stateAcked != 0 {
		return
	}
	switch e.Outcome {
	case acknowledged:
		l.set(s, stateAcked)
	case dead:
		l.set(s, stateDead)
	case unknown:
		l.set(s, 0)
	}
}

// set gives a batch that is not acknowledged its new state: stateAcked, stateDead or 0.
func (l *ledger) set(s *state, to state) {
	if *s&stateDead != 0 {
		l.dead--
	}
	switch to {
	case stateAcked:
		l.acked++
	case stateDead:
		l.dead++
	}
	*s = *s&stateTried | to
}

func (l *ledger) isAcked(number int) bool { return l.is(number, stateAcked) }
func (l *ledger) isDead(number int) bool  { return l.is(number, stateDead) }

func (l *ledger) is(number int, s state) bool {
	return number >= 1 && number <= len(l.states) && l.states[number-1]&s != 0
}

// summary counts the batches by state.
func (l *ledger) summary(endpoint string) sink.Delivery {
	return sink.Delivery{
		Endpoint:     endpoint,
		Batches:      int64(len(l.states)),
		Acknowledged: int64(l.acked),
		Dead:         int64(l.dead),
		Pending:      int64(len(l.states) - l.acked - l.dead),
		Retried:      int64(l.retried),
	}
}
