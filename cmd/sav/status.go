package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
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

// statusOf is the exit status of err: the one table from kinds of errors to
// statuses.
func statusOf(err error) int {
	var withStatus *statusError
	var pathErr *fs.PathError
	switch {
	case err == nil:
		return statusDone
	case errors.As(err, &withStatus):
		return withStatus.status
	case errors.As(err, &pathErr):
		return statusIO
	}
	return statusFault
}

// fail tells the user what went wrong: a line on standard error for people,
// and the one-line JSON summary, last on standard output, for programs.
func fail(stdout, stderr io.Writer, err error) int {
	status := statusOf(err)
	fmt.Fprintf(stderr, "sav: %s\n", strings.TrimSpace(err.Error()))
	line, jerr := json.Marshal(map[string]any{"status": status, "error": err.Error()})
	if jerr == nil {
		fmt.Fprintf(stdout, "%s\n", line)
	}
	return status
}
