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
// outcome or the delivery is stopped: by the API (401, 403), by ctx, by the
// deadline, or because the API is not there. Attempts under way when it stops
// have a few seconds to finish.
//
// The journal is on the disk when Run returns. The error wraps [ErrUnauthorized], [ErrIncomplete] or [ErrDead], the first
// of these that holds, or is that of writing the journal.
func (d *Delivery) Run(ctx context.Context) error {
	if d.opts.DryRun {
		return fmt.Errorf("%w: a dry run is not to be run", ErrConfig)
	}
	if d.opts.Deadline > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, d.opts.Deadline, fmt.Errorf("the deadline of %v passed", d.opts.Deadline))
		defer cancel()
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	r := &runner{Delivery: d, sender: newSender(d.endpoint, d.opts), stop: stop}
	defer r.sender.close()

	work := make(chan Request)
	var workers sync.WaitGroup
	for range min(d.opts.Concurrency, len(d.ledger.states)) {
		workers.Go(func() {
			for request := range work {
				r.deliver(ctx, request)
			}
		})
	}
	// The producer looks at states that workers change, but only at those of
	// batches that it has not handed out yet.
	for request, err := range d.Pending() {
		if err != nil {
			r.mu.Lock()
			r.fail(err)
			r.mu.Unlock()
			break
		}
		select {
		case work <- request:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(work)
	workers.Wait()
	return r.conclude(ctx)
}

// A runner is one Run.
type runner struct {
	*Delivery
	sender *sender
	stop   context.CancelCauseFunc

	mu           sync.Mutex
	err          error // a fault on this side: the journal cannot be written
	unauthorized int   // the status that said so
	unanswered   int   // batches in a row whose retries were spent
	retrying     int64 // attempts beyond the first that are not booked yet
}

func (r *runner) deliver(ctx context.Context, request Request) {
	if ctx.Err() != nil {
		return
	}
	retries := int64(0)
	f := r.sender.send(ctx, request, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		retries++
		r.retrying++
		r.progress()
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	r.retrying -= retries
	if f.attempts == 0 {
		if ctx.Err() == nil { // not for want of time: the request cannot be made at all
			r.fail(errors.New(r.sender.text(f.err)))
		}
		return
	}
	atStep("answered")
	if err := r.book(request, f); err != nil {
		r.fail(err)
		return
	}
	r.log(request, f)
	r.react(f)
	r.progress()
}

// book journals an outcome. A dead letter is written first, so that a batch
// that the journal calls dead has one.
func (r *runner) book(request Request, f fate) error {
	now := time.Now().UTC()
	if f.outcome == dead {
		err := appendLetter(filepath.Join(r.folder, DeadName), letter{
			Batch: request.Number, Batches: len(r.ledger.states), Key: request.Key,
			Status: f.status, Answer: f.answer, At: now, Body: request.Body,
		})
		if err != nil {
			return err
		}
		atStep("letter")
	}
	e := entry{Batch: request.Number, Key: request.Key, Outcome: f.outcome, Status: f.status, Attempts: f.attempts, At: now}
	if f.err != nil {
		e.Error = r.sender.text(f.err)
	}
	if err := r.journal.append(e); err != nil {
		return err
	}
	atStep("journalled")
	r.ledger.apply(e)
	return nil
}

// log says the batch's fate, once.
func (r *runner) log(request Request, f fate) {
	level := slog.LevelWarn
	if f.outcome == acknowledged {
		level = slog.LevelInfo
	}
	r.opts.Log.Log(context.Background(), level, "batch "+string(f.outcome),
		"batch", request.Number, "of", len(r.ledger.states), "attempts", f.attempts, r.sender.why(f))
}

// giveUpAfter is how many batches in a row go without an answer, their retries
// spent, before the API is taken to be away.
const giveUpAfter = 10

// react stops the delivery when the next batch cannot fare better.
func (r *runner) react(f fate) {
	if f.outcome == unknown {
		r.unanswered++
	} else {
		r.unanswered = 0
	}
	switch {
	case f.outcome == unauthorized:
		r.unauthorized = f.status
		r.stop(ErrUnauthorized)
	case f.err != nil && hopeless(f.err):
		r.stop(errors.New(r.sender.text(f.err)))
	case r.unanswered == giveUpAfter:
		r.stop(fmt.Errorf("%d batches in a row had no answer", r.unanswered))
	}
}

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

// conclude is the error of the whole run. It syncs the journal, and cleans up
// after a replay.
func (r *runner) conclude(ctx context.Context) error {
	if r.err == nil {
		r.err = r.journal.flush()
	}
	if err := sweepLetters(filepath.Join(r.folder, DeadName), r.ledger.isDead); err != nil {
		r.err = errors.Join(r.err, err)
	}
	atStep("swept")
	s := r.Summary()
	switch {
	case r.err != nil:
		return r.err
	case r.unauthorized != 0:
		return fmt.Errorf("%w: the API answered %d; %d of %d batches are pending", ErrUnauthorized, r.unauthorized, s.Pending, s.Batches)
	case s.Pending > 0 && ctx.Err() != nil:
		return fmt.Errorf("%w: %d of %d batches are pending: %w", ErrIncomplete, s.Pending, s.Batches, context.Cause(ctx))
	case s.Pending > 0:
		return fmt.Errorf("%w: %d of %d batches are pending: their retries are spent", ErrIncomplete, s.Pending, s.Batches)
	case s.Dead > 0:
		return fmt.Errorf("%w: %d of %d", ErrDead, s.Dead, s.Batches)
	}
	return nil
}
