package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/analysis/explain"
	"github.com/sav-analytics/sav/internal/analysis/shard"
	"github.com/sav-analytics/sav/internal/filelock"
	"github.com/sav-analytics/sav/internal/sink/metrics"
	"github.com/sav-analytics/sav/internal/sink/rundir"
	"github.com/sav-analytics/sav/policy"
	"github.com/sav-analytics/sav/sink/delivery"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/database"
	"github.com/sav-analytics/sav/source/sqldb"
)

// The exit statuses of every command.
const (
	statusDone         = 0
	statusUsage        = 64
	statusInput        = 65 // input unusable, or too many rows rejected
	statusFault        = 70 // a fault of ours
	statusIO           = 74
	statusIncomplete   = 75 // delivery incomplete: run again
	statusDead         = 76 // delivered, some batches dead
	statusUnauthorized = 77
	statusConfig       = 78
	statusEmpty        = 99 // no conversation in the window, and --on-empty skip
)

// A statusError is an error with the exit status it asks for.
type statusError struct {
	status int
	err    error
}

func (e *statusError) Error() string { return e.err.Error() }
func (e *statusError) Unwrap() error { return e.err }

// statusSignal, plus the number of a signal, is the status of a command that the
// signal interrupted, as shells have it. A delivery ends with statusIncomplete.
const statusSignal = 128

// An interruptedError says that a signal ended the command.
type interruptedError struct{ signal syscall.Signal }

func (e *interruptedError) Error() string { return "interrupted: " + e.signal.String() }

// Is makes it one of the errors of a context that was cancelled.
func (e *interruptedError) Is(target error) bool { return target == context.Canceled }

// statusOf is the exit status of err: the one table from kinds of errors to
// statuses.
func statusOf(err error) int {
	var withStatus *statusError
	var interrupted *interruptedError
	switch {
	case err == nil:
		return statusDone
	case errors.As(err, &withStatus):
		return withStatus.status
	case is[source.RulesError](err):
		return statusUsage
	case is[*source.InputError](err), is[*explain.NotFoundError](err), errors.Is(err, delivery.ErrReport),
		errors.Is(err, rundir.ErrResult), errors.Is(err, shard.ErrState):
		return statusInput
	case is[*analysis.MemoryError](err):
		return statusUsage // of --memory-limit
	case is[*policy.Error](err), errors.Is(err, delivery.ErrConfig):
		return statusConfig
	case errors.Is(err, delivery.ErrUnauthorized):
		return statusUnauthorized
	case errors.Is(err, delivery.ErrIncomplete), errors.Is(err, delivery.ErrLocked),
		errors.Is(err, rundir.ErrBusy), errors.Is(err, filelock.ErrHeld):
		return statusIncomplete
	case errors.Is(err, delivery.ErrDead):
		return statusDead
	case errors.As(err, &interrupted):
		return statusSignal + int(interrupted.signal)
	case is[*fs.PathError](err), is[*os.LinkError](err), is[*database.Error](err), is[*sqldb.Error](err):
		return statusIO
	}
	return statusFault
}

// is reports whether err is an E, or wraps one.
func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// A runError is an error of a run that has a summary nevertheless.
type runError struct {
	run *rundir.Run
	err error
}

func (e *runError) Error() string { return e.err.Error() }
func (e *runError) Unwrap() error { return e.err }

// A shownError is an error that has been printed. Only its exit status matters.
type shownError struct{ err error }

func (e *shownError) Error() string { return e.err.Error() }
func (e *shownError) Unwrap() error { return e.err }

// finish ends a command with the summary of its run as the last line, be err
// nil or not. Without a run it is err alone.
func finish(e *env, run *rundir.Run, err error) error {
	e.ended = run
	switch {
	case run == nil:
		return err
	case err != nil:
		return &runError{run, err}
	}
	return printLine(e.stdout, run)
}

// printLine writes v as one line of JSON.
func printLine(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// fail tells the user what went wrong: a line on standard error for people,
// and the one-line JSON summary, last on standard output, for programs.
func fail(stdout, stderr io.Writer, err error) int {
	status := statusOf(err)
	if is[*shownError](err) {
		return status
	}
	fmt.Fprintf(stderr, "sav: %s\n", strings.TrimSpace(err.Error()))
	summary := any(map[string]any{"status": status, "error": err.Error()})
	if withRun, ok := errors.AsType[*runError](err); ok {
		summary = withRun.run
	}
	printLine(stdout, summary)
	return status
}

// writeMetrics writes what a command did to the file at path, and returns the
// command's error, or that of writing if it had none.
func (e *env) writeMetrics(path, command string, begin time.Time, err error) error {
	command, _, _ = strings.Cut(command, " <") // its arguments
	r := metrics.Run{
		Command: command, Status: statusOf(err), Ended: time.Now(), Elapsed: time.Since(begin), Version: version(),
		Run: e.ended,
	}
	writeErr := e.addReport(&r)
	if writeErr == nil {
		writeErr = metrics.Write(path, r)
	}
	if err == nil {
		return writeErr
	}
	if writeErr != nil {
		e.log.Warn("metrics are not written", "error", writeErr)
	}
	return err
}

// addReport adds what the report says, if the run has one and no other took its
// place meanwhile.
func (e *env) addReport(r *metrics.Run) error {
	if r.Run == nil || r.Run.Files["report"] == "" {
		return nil
	}
	dir := filepath.Dir(r.Run.Files["report"])
	ctx := context.WithoutCancel(e.ctx) // the metrics of an interrupted run, too
	report, run, err := rundir.ReadReport(ctx, dir)
	if err != nil {
		return err
	}
	if run.ReportSHA256 != r.Run.ReportSHA256 {
		return nil
	}
	r.Report = report
	hasTargets := slices.ContainsFunc(report.Names(),
		func(name string) bool { return strings.HasPrefix(name, "target_") })
	if !hasTargets || run.PairsSHA256 == "" {
		return nil
	}
	_, waiting, err := rundir.ReadWaiting(ctx, dir)
	if err != nil {
		return err
	}
	overdue := int64(0)
	for _, w := range waiting {
		if w.TargetStatus == analysis.TargetMissed {
			overdue++
		}
	}
	r.Overdue = &overdue
	return nil
}
