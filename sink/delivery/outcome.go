package delivery

import (
	"errors"
	"net/http"
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
	// ErrDead: some batches were refused for good.
	ErrDead = errors.New("some batches are dead")
	// ErrLocked: another process is delivering from the same folder.
	ErrLocked = errors.New("another delivery of this folder is at work")
)

// An outcome is what became of a batch in a run.
type outcome string

const (
	// acknowledged: the API answered 2xx, but not 206.
	acknowledged outcome = "acknowledged"
	// dead: the API refused the batch, and would do so again.
	dead outcome = "dead"
	// unknown: retries were spent without a final answer. The batch is pending.
	unknown outcome = "unknown"
	// unauthorized: the API answered 401 or 403. The batch is as before.
	unauthorized outcome = "unauthorized"

	// runBegan and runEnded are of a run, not of a batch.
	runBegan outcome = "began"
	runEnded outcome = "ended"
)

// outcomeOf returns the outcome of a batch whose last answer has this status.
// After an attempt in doubt, 409 may speak of that attempt, which goes on.
func outcomeOf(status int, inDoubt bool) outcome {
	switch {
	case transient(status, inDoubt):
		return unknown
	case status < 300:
		return acknowledged
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return unauthorized
	}
	return dead
}

// transient reports whether the same request may fare better later. A status
// below 200 or above 599 is no final answer of HTTP's and decides nothing; 206
// answers a request for a part, which this is not.
func transient(status int, inDoubt bool) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests, http.StatusPartialContent:
		return true
	case http.StatusConflict:
		return inDoubt
	case http.StatusNotImplemented:
		return false
	}
	return status >= 500 || status < 200
}

// leavesDoubt reports whether an attempt with this answer, or none (0), may
// still be at work at the API.
func leavesDoubt(status int) bool {
	return status < 200 || status == http.StatusRequestTimeout || status >= 500
}

// A ledger holds what is known of every batch: a byte each.
type ledger struct {
	batches []mark // by batch number - 1
	dead    int
	acked   int
	retried int
	open    bool // the last run did not end
}

// A mark is a set of facts about a batch.
type mark uint8

const (
	isAcked mark = 1 << iota
	isDead
	isTried   // at least once, in this run or an earlier one
	isDoubted // an attempt may still be at work
)

func newLedger(batches int) *ledger { return &ledger{batches: make([]mark, batches)} }

// apply books an entry. An entry of a batch that does not exist is skipped, and
// so is what follows an acknowledgement.
func (l *ledger) apply(e entry) {
	l.open = e.Outcome != runEnded
	if e.Batch < 1 || e.Batch > len(l.batches) {
		return
	}
	m := &l.batches[e.Batch-1]
	if e.Attempts > 0 {
		l.retried += e.Attempts
		if *m&isTried == 0 {
			l.retried--
		}
		*m |= isTried
		if e.InDoubt || leavesDoubt(e.Status) {
			*m |= isDoubted
		}
	}
	if *m&isAcked != 0 {
		return
	}
	switch e.Outcome {
	case acknowledged:
		l.settle(m, isAcked)
	case dead:
		l.settle(m, isDead)
	case unknown:
		l.settle(m, 0)
	}
}

// settle makes a batch that is not acknowledged so, dead, or pending (0).
func (l *ledger) settle(m *mark, to mark) {
	if *m&isDead != 0 {
		l.dead--
	}
	switch to {
	case isAcked:
		l.acked++
	case isDead:
		l.dead++
	}
	*m = *m&^isDead | to
}

// doubtAll marks the batches that a run which did not end may have sent.
func (l *ledger) doubtAll() {
	for i := range l.batches {
		if l.batches[i]&isAcked == 0 {
			l.batches[i] |= isDoubted
		}
	}
}

func (l *ledger) has(number int, m mark) bool {
	return number >= 1 && number <= len(l.batches) && l.batches[number-1]&m != 0
}

func (l *ledger) summary(endpoint string) Progress {
	return Progress{
		Endpoint:     endpoint,
		Batches:      int64(len(l.batches)),
		Acknowledged: int64(l.acked),
		Dead:         int64(l.dead),
		Pending:      int64(len(l.batches) - l.acked - l.dead),
		Retried:      int64(l.retried),
	}
}
