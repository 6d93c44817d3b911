package main

import (
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/sav-analytics/sav/sink/delivery"
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

// A bar is a line on a terminal that is drawn again and again.
type bar struct {
	w     io.Writer // nil shows nothing
	begin time.Time

	mu    sync.Mutex
	drawn time.Time
}

func newBar(e *env) *bar {
	b := &bar{begin: time.Now()}
	if e.progress {
		b.w = e.stderr
	}
	return b
}

// draw draws a line, unless the last drawing is too fresh.
func (b *bar) draw(line func(elapsed time.Duration) string) {
	if b.w == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if now.Sub(b.drawn) < 100*time.Millisecond {
		return
	}
	b.drawn = now
	fmt.Fprintf(b.w, "\r%s\x1b[K", line(now.Sub(b.begin)))
}

// A deliveryBar shows on a terminal how a delivery goes on.
type deliveryBar struct {
	*bar
	first int64 // batches that had their outcome before this run
	last  delivery.Progress
}

func newDeliveryBar(e *env) *deliveryBar { return &deliveryBar{bar: newBar(e), first: -1} }

// show draws d, unless the last drawing is too fresh.
func (b *deliveryBar) show(d delivery.Progress) {
	if b.w == nil {
		return
	}
	b.last = d
	if b.first < 0 {
		b.first = max(d.Acknowledged+d.Dead-1, 0)
	}
	b.draw(func(elapsed time.Duration) string { return barLine(d, b.first, elapsed) })
}

// end draws the last state and leaves the line.
func (b *deliveryBar) end() {
	if b.w != nil && b.first >= 0 {
		fmt.Fprint(b.w, "\r", barLine(b.last, b.first, time.Since(b.begin)), "\x1b[K\n")
	}
}

const barWidth = 24

// barLine is the bar as text; first batches were done before it began.
func barLine(d delivery.Progress, first int64, elapsed time.Duration) string {
	done := d.Acknowledged + d.Dead
	filled := 0
	if d.Batches > 0 {
		filled = int(barWidth * done / d.Batches)
	}
	perSecond := 0.0
	if elapsed > 0 {
		perSecond = float64(done-first) / elapsed.Seconds()
	}
	return fmt.Sprintf("delivering [%s%s] %d/%d acknowledged, %d retried, %d dead, %.0f/s", strings.Repeat("=", filled),
		strings.Repeat(" ", barWidth-filled), d.Acknowledged, d.Batches, d.Retried, d.Dead, perSecond)
}

// A readBar shows on a terminal how much of the input was read.
type readBar struct{ *bar }

func newReadBar(e *env) *readBar { return &readBar{newBar(e)} }

// show draws how far the reading is.
func (b *readBar) show(done, total int64) {
	b.draw(func(elapsed time.Duration) string { return readLine(done, total, elapsed) })
}

// end clears the line.
func (b *readBar) end() {
	if b.w != nil {
		fmt.Fprint(b.w, "\r\x1b[K")
	}
}

// readLine is the progress as text; total is -1 if it is not known.
func readLine(done, total int64, elapsed time.Duration) string {
	const mega = 1e6
	line := fmt.Sprintf("reading  %.0f MB", float64(done)/mega)
	if total > 0 {
		line = fmt.Sprintf("reading  %3d %%  %.0f of %.0f MB", 100*done/total, float64(done)/mega, float64(total)/mega)
	}
	if s := elapsed.Seconds(); s > 0 {
		line += fmt.Sprintf("  %.0f MB/s", float64(done)/mega/s)
	}
	return line
}
