package main

import (
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"strings"
	"unicode"

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

// An inspectPrinter writes a report for people.
type inspectPrinter struct {
	b      strings.Builder
	w      io.Writer
	width  int
	styled bool
}

func newInspectPrinter(w io.Writer) *inspectPrinter {
	p := &inspectPrinter{w: w, width: 120}
	if f, ok := w.(*os.File); ok && isTerminal(w) {
		p.styled = os.Getenv("NO_COLOR") == ""
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 20 {
			p.width = width
		}
	}
	return p
}

func (p *inspectPrinter) line(format string, args ...any) { fmt.Fprintf(&p.b, format+"\n", args...) }

// heading starts a part.
func (p *inspectPrinter) heading(title string) {
	if p.styled {
		title = "\x1b[1m" + title + "\x1b[0m"
	}
	p.line("\n%s", title)
}

// style colours a text on a terminal.
func (p *inspectPrinter) style(code, text string) string {
	if !p.styled {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// table writes rows in columns that are aligned and fit the width: cells of the last
// ones are cut.
func (p *inspectPrinter) table(rows [][]string, style func(row, column int, cell string) string) {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], len([]rune(oneLine(cell))))
		}
	}
	const maxWidth = 48
	for n, row := range rows {
		var b strings.Builder
		left := p.width - 2
		for i, cell := range row {
			runes := []rune(oneLine(cell))
			width := min(widths[i], maxWidth)
			if i == len(row)-1 {
				width = max(len(runes), 0)
			}
			if left < 4 {
				break
			}
			width = min(width, left)
			if len(runes) > width {
				runes = append(runes[:width-1], '…')
			}
			text := string(runes)
			if style != nil {
				text = style(n, i, text)
			}
			b.WriteString(text)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", width-len(runes)+2))
			}
			left -= width + 2
		}
		p.line("  %s", strings.TrimRight(b.String(), " "))
	}
}

// paragraph writes a text in lines that fit the width.
func (p *inspectPrinter) paragraph(text string) {
	line := " "
	for word := range strings.FieldsSeq(text) {
		if len([]rune(line))+1+len([]rune(word)) > p.width && line != " " {
			p.line("%s", line)
			line = " "
		}
		line += " " + word
	}
	p.line("%s", line)
}

// oneLine returns a text without line breaks and other signs that act on a terminal.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, text)
}

func (p *inspectPrinter) flush() error {
	_, err := io.WriteString(p.w, strings.TrimPrefix(p.b.String(), "\n"))
	return err
}
