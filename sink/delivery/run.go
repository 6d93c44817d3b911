package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"
)

// Run sends what is pending, several batches at a time, until each has an
// outcome or the delivery is stopped: by the API (401, 403, or refusals alone),
// by ctx, by the deadline, or because the API is not there. Attempts under way
// when it stops have a few seconds to finish.
//
// The journal is on the disk when Run returns. The error wraps
// [ErrUnauthorized], [ErrIncomplete] or [ErrDead], the first of these that
// holds, or is that of writing the journal.
func (d *Delivery) Run(ctx context.Context) error {
	if d.opts.DryRun {
		return fmt.Errorf("%w: a dry run cannot be run", ErrConfig)
	}
	if d.opts.Deadline > 0 {
		var cancel context.CancelFunc
		passed := fmt.Errorf("the deadline of %v passed", d.opts.Deadline)
		ctx, cancel = context.WithTimeoutCause(ctx, d.opts.Deadline, passed)
		defer cancel()
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	r := &runner{Delivery: d, sender: newSender(d.endpoint, d.opts), stop: stop, inherited: d.ledger.open}
	if !d.opts.Replay {
		r.refused = d.ledger.dead
	}
	defer r.sender.close()
	if err := r.mark(runBegan); err != nil {
		return err
	}
	if err := r.journal.flush(); err != nil {
		return err
	}
	atStep("began")

	work := make(chan Request)
	var workers sync.WaitGroup
	for range min(d.opts.Concurrency, len(d.ledger.batches)) {
		workers.Go(func() {
			for request := range work {
				r.deliver(ctx, request)
			}
		})
	}
	// The producer looks at marks that workers change, but only at those of
	// batches that it has not handed out yet.
	whole := true // every pending batch was handed out
	for request, err := range d.Pending() {
		if err != nil {
			r.mu.Lock()
			r.fail(err)
			r.mu.Unlock()
			whole = false
			break
		}
		select {
		case work <- request:
			continue
		case <-ctx.Done():
			whole = false
		}
		break
	}
	close(work)
	workers.Wait()
	return r.conclude(ctx, whole)
}

// A runner is one Run.
type runner struct {
	*Delivery
	sender    *sender
	stop      context.CancelCauseFunc
	inherited bool // an earlier run did not end: any batch may be in doubt

	mu           sync.Mutex
	err          error // a fault on this side: the journal cannot be written
	unauthorized int   // the status that said so
	unanswered   int   // batches in a row whose retries were spent
	refused      int   // dead batches, but those that are replayed
	unsent       bool  // a batch was handed out, and not attempted
	retrying     int64 // attempts beyond the first that are not booked yet
}

// mark journals that the run began or ended.
func (r *runner) mark(o outcome) error {
	return r.journal.append(entry{Key: r.subject.key(0), Outcome: o, At: time.Now().UTC()})
}

func (r *runner) deliver(ctx context.Context, request Request) {
	r.mu.Lock()
	r.unsent = r.unsent || ctx.Err() != nil
	inDoubt := r.ledger.has(request.Number, isDoubted)
	r.mu.Unlock()
	if ctx.Err() != nil {
		return
	}
	retries := int64(0)
	sent := r.sender.send(ctx, request, inDoubt, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		retries++
		r.retrying++
		r.progress()
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	r.retrying -= retries
	if sent.attempts == 0 {
		r.unsent = true
		if ctx.Err() == nil { // not for want of time: the request cannot be made at all
			r.fail(errors.New(r.sender.text(sent.err)))
		}
		return
	}
	atStep("answered")
	if err := r.book(request, sent); err != nil {
		r.fail(err)
		return
	}
	r.log(request, sent)
	r.react(sent)
	r.progress()
}

// book journals an outcome. A dead letter is written first, so that a batch
// that the journal calls dead has one.
func (r *runner) book(request Request, s sending) error {
	now := time.Now().UTC()
	if s.outcome == dead {
		err := appendLetter(filepath.Join(r.folder, DeadName), letter{
			Batch: request.Number, Batches: len(r.ledger.batches), Key: request.Key,
			Status: s.status, Answer: s.answer, At: now, Body: request.Body,
		})
		if err != nil {
			return err
		}
		atStep("letter")
	}
	e := entry{
		Batch: request.Number, Key: request.Key, Outcome: s.outcome, Status: s.status, Attempts: s.attempts,
		InDoubt: s.inDoubt, At: now,
	}
	if s.err != nil {
		e.Error = r.sender.text(s.err)
	}
	if err := r.journal.append(e); err != nil {
		return err
	}
	atStep("journalled")
	r.ledger.apply(e)
	return nil
}

// log logs the batch's outcome, once.
func (r *runner) log(request Request, s sending) {
	level := slog.LevelWarn
	if s.outcome == acknowledged {
		level = slog.LevelInfo
	}
	r.opts.Log.Log(context.Background(), level, "batch "+string(s.outcome),
		"batch", request.Number, "of", len(r.ledger.batches), "attempts", s.attempts, r.sender.why(s))
}

const (
	// giveUpAfter is the number of batches in a row without an answer, their
	// retries spent, after which the API is taken to be away.
	giveUpAfter = 10
	// refusedAfter is the number of dead batches, with none acknowledged, after
	// which the address or the form is taken to be wrong.
	refusedAfter = 10
)

// refused reports whether the batches speak of a wrong address or form.
func (l *ledger) refused() bool { return l.dead >= refusedAfter && l.acked == 0 }

// react stops the delivery when the next batch cannot fare better.
func (r *runner) react(s sending) {
	if s.outcome == unknown {
		r.unanswered++
	} else {
		r.unanswered = 0
	}
	if s.outcome == dead {
		r.refused++
	}
	switch {
	case s.outcome == unauthorized:
		r.unauthorized = s.status
		r.stop(ErrUnauthorized)
	case s.err != nil && hopeless(s.err):
		r.stop(errors.New(r.sender.text(s.err)))
	case r.allRefused():
		r.stop(ErrDead)
	case r.unanswered == giveUpAfter:
		r.stop(fmt.Errorf("%d batches in a row had no answer", r.unanswered))
	}
}

func (r *runner) allRefused() bool { return r.refused >= refusedAfter && r.ledger.acked == 0 }

func (r *runner) progress() {
	s := r.Summary()
	s.Retried += r.retrying
	r.opts.Progress(s)
}

// fail stops the delivery for a fault on this side. The caller holds mu.
func (r *runner) fail(err error) {
	r.err = errors.Join(r.err, err)
	r.stop(err)
}

// conclude returns the error of the whole run. It syncs the journal, and cleans
// up after a replay.
func (r *runner) conclude(ctx context.Context, whole bool) error {
	// What an earlier run left in doubt is so for as long as it is not sent.
	if r.err == nil && (!r.inherited || whole && !r.unsent) {
		r.err = r.mark(runEnded)
	}
	if r.err == nil {
		r.err = r.journal.flush()
	}
	isStillDead := func(batch int) bool { return r.ledger.has(batch, isDead) }
	if err := sweepLetters(filepath.Join(r.folder, DeadName), isStillDead); err != nil {
		r.err = errors.Join(r.err, err)
	}
	atStep("swept")
	s := r.Summary()
	switch {
	case r.err != nil:
		return r.err
	case r.unauthorized != 0:
		return fmt.Errorf("%w: the API answered %d; %d of %d batches are pending", ErrUnauthorized, r.unauthorized,
			s.Pending, s.Batches)
	case s.Pending > 0 && r.allRefused():
		return fmt.Errorf(
			"%w: the API refused %d and acknowledged none, so the address or the form is wrong; %d of %d are pending",
			ErrDead, s.Dead, s.Pending, s.Batches)
	case s.Pending > 0 && ctx.Err() != nil:
		return fmt.Errorf("%w: %d of %d batches are pending: %w", ErrIncomplete, s.Pending, s.Batches,
			context.Cause(ctx))
	case s.Pending > 0:
		return fmt.Errorf("%w: %d of %d batches are pending: their retries are spent", ErrIncomplete, s.Pending,
			s.Batches)
	case s.Dead > 0:
		return fmt.Errorf("%w: %d of %d", ErrDead, s.Dead, s.Batches)
	}
	return nil
}
