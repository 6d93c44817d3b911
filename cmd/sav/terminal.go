package main

import (
	"io"
	"log"
	"log/slog"
	"os"
	"strings"

	"golang.org/x/term"
)

// newLogger logs to w from level on, as text or as JSON lines.
func newLogger(w io.Writer, format string, level slog.Level) *slog.Logger {
	opts := &slog.HandlerOptions{Level: level}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, opts))
	}
	return slog.New(slog.NewTextHandler(w, opts))
}

// A libraryLog passes on what libraries write to the standard logger, such as
// net/http's "Unsolicited response", as warnings without secrets.
type libraryLog struct {
	log    *slog.Logger
	redact func(string) string
}

func (l *libraryLog) Write(line []byte) (int, error) {
	l.log.Warn(strings.TrimSpace(l.redact(string(line))))
	return len(line), nil
}

// hideFromLibraries takes the standard logger of this process, and has redact
// take the secrets out of what is written to it.
func (e *env) hideFromLibraries(redact func(string) string) {
	log.SetFlags(0)
	log.SetOutput(&libraryLog{e.log, redact})
}

// isTerminal reports whether w is a terminal that a person looks at.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
