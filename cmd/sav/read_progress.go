package main

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// A readBar shows on a terminal how much of the input was read.
type readBar struct {
	w     io.Writer // nil shows nothing
	begin time.Time

	mu    sync.Mutex
	drawn time.Time
}

func newReadBar(e *env) *readBar {
	b := &readBar{begin: time.Now()}
	if e.progress {
		b.w = e.stderr
	}
	return b
}

// show draws how far the reading is.
func (b *readBar) show(done, total int64) {
	b.draw(func(elapsed time.Duration) string { return readLine(done, total, elapsed) })
}

// draw draws a line, unless the last drawing is too fresh.
func (b *readBar) draw(line func(elapsed time.Duration) string) {
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
