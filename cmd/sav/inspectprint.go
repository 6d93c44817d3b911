package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/term"

	"github.com/sav-analytics/sav/internal/source/inspect"
)

// sureStyles are the colours of how sure a guess is.
var sureStyles = map[string]string{"sure": "32", "likely": "33", "unsure": "31"}

// print writes the report, up to the command.
func (p *inspectPrinter) print(r *inspect.Report) {
	p.heading("Files")
	var rows [][]string
	for _, in := range r.Inputs {
		about := []string{in.Format}
		for _, part := range []struct{ what, value string }{
			{"", in.Compression}, {"", in.Encoding}, {"delimiter ", delimiterWord(in.Delimiter)},
			{"lines end with ", in.LineEnds},
		} {
			if part.value != "" {
				about = append(about, part.what+part.value)
			}
		}
		if in.Mark {
			about = append(about, "byte-order mark")
		}
		if in.HeaderLine > 1 {
			about = append(about, fmt.Sprintf("header on line %d", in.HeaderLine))
		}
		rows = append(rows, []string{in.Name, strings.Join(about, ", ")})
	}
	p.table(rows, nil)

	p.heading("Columns")
	rows = nil
	for _, c := range r.Columns {
		switch {
		case c.By != "":
			rows = append(rows, []string{c.Field, c.By, c.Why})
		case c.Needed:
			row := []string{c.Field, "missing", "needed"}
			if c.Nearest != "" {
				row[2] += fmt.Sprintf("; is it %q?", c.Nearest)
			}
			rows = append(rows, row)
		}
	}
	if len(r.Unused) > 0 {
		rows = append(rows, []string{"(not used)", "", strings.Join(r.Unused, ", ")})
	}
	p.table(rows, func(_, column int, cell string) string {
		if column == 2 && cell == "guessed" || column == 1 && cell == "missing" {
			return p.style("33", cell)
		}
		return cell
	})
	p.printValues(r)
	p.printRows(r)

	warnings := inspectWarnings(r)
	if len(warnings) > 0 || len(r.Notes) > 0 {
		p.heading("Mind")
		for _, w := range warnings {
			p.paragraph(w.Code + ": " + w.Text)
		}
		for _, note := range r.Notes {
			p.paragraph(note)
		}
	}
	p.heading("As it is")
	if r.Fits {
		p.line("  analyze can read it.")
	} else {
		p.paragraph(fmt.Sprintf("analyze cannot read it: %s.", strings.TrimSuffix(oneLine(r.Why), ".")))
	}
	if len(r.Guesses) > 0 || r.MaxRejectRate > 0 {
		p.heading("Guessed")
		rows := guessRows(r.Guesses)
		if r.MaxRejectRate > 0 {
			rows = append(rows, []string{"unsure", fmt.Sprintf("max-reject-rate %v", r.MaxRejectRate),
				"so that it runs: rows are rejected, see above and rejects.csv"})
		}
		p.table(rows, func(_, column int, cell string) string {
			if column == 0 {
				return p.style(sureStyles[cell], cell)
			}
			return cell
		})
		if slices.ContainsFunc(r.Guesses, func(g inspect.Guess) bool {
			return g.Kind == inspect.GuessRole && g.Value == "merchant"
		}) {
			p.paragraph("Mind that an agent is the merchant's in one place and the marketplace's in another: look at who answers in the report.")
		}
	}
	p.line("")
}

// guessRows says what was guessed, how sure and why.
func guessRows(guesses []inspect.Guess) (rows [][]string) {
	for _, g := range guesses {
		var what string
		switch g.Kind {
		case inspect.GuessColumn:
			what = fmt.Sprintf("%s is the column %q", g.Name, g.Value)
		case inspect.GuessSet:
			what = fmt.Sprintf("%s is %q in each row", g.Name, g.Value)
		case inspect.GuessRole:
			what = fmt.Sprintf("%q is the %s", g.Name, map[string]string{"client": "client", "merchant": "merchant",
				"other": "system or staff", "automatic": "machine"}[g.Value])
		case inspect.GuessTimeFormat:
			what = "times are " + g.Value
		case inspect.GuessNewestFirst:
			what = "the newest row is the first"
		case inspect.GuessDialect:
			what = g.Name + " " + g.Value
		}
		rows = append(rows, []string{g.Sure, what, g.Why})
	}
	return rows
}

// printValues writes what times and roles are.
func (p *inspectPrinter) printValues(r *inspect.Report) {
	if len(r.Times.Forms) > 0 {
		p.heading("Times")
		var rows [][]string
		for _, f := range r.Times.Forms {
			row := []string{strconv.Itoa(f.Count), f.Example, ""}
			if !f.Read {
				row[2] = "not read"
			}
			rows = append(rows, row)
		}
		p.table(rows, nil)
		if r.Times.First != nil {
			p.line("  from %s to %s", r.Times.First.Format("2006-01-02T15:04:05Z"),
				r.Times.Last.Format("2006-01-02T15:04:05Z"))
		}
	}
	if len(r.Roles) > 0 {
		p.heading("Who wrote")
		var rows [][]string
		for _, role := range r.Roles {
			meaning := cmp.Or(role.Meaning, "says nothing")
			rows = append(rows, []string{strconv.Itoa(role.Count), role.Word, meaning, role.Why})
		}
		p.table(rows, nil)
	}
}

// printRows writes what the rows come to, and the first ones.
func (p *inspectPrinter) printRows(r *inspect.Report) {
	p.heading("Rows")
	more := ""
	if r.More {
		more = ", and there are more"
	}
	p.line("  %s%s: %d by clients, %d by merchants", counted(r.Rows, "row"), more, r.Clients, r.Merchants)
	var aside []string
	counts := putAside(r)
	for _, what := range slices.Sorted(maps.Keys(counts)) {
		if counts[what] > 0 {
			aside = append(aside, fmt.Sprintf("%d %s", counts[what], what))
		}
	}
	if len(aside) > 0 {
		p.line("  put aside: %s", strings.Join(aside, ", "))
	}
	groups := []string{counted(int64(r.MerchantIDs), "merchant")}
	if r.ClientIDs > 0 {
		groups = append(groups, counted(int64(r.ClientIDs), "client"))
	}
	p.line("  %s, in %d of them both sides write; %s", counted(int64(r.Conversations), "conversation"), r.Answered,
		strings.Join(groups, ", "))
	if r.Several > 0 {
		p.line("  %d conversations have several merchants", r.Several)
	}
	for _, rejected := range r.Rejected {
		what := ""
		if rejected.Column != "" {
			what = fmt.Sprintf("%s %q in ", rejected.Column, rejected.Value)
		}
		p.line("  rejected: %d %s, first on line %d: %s%s", rejected.Count, rejected.Reason, rejected.Line, what,
			cut(oneLine(rejected.Record), p.width-60))
	}
	if len(r.First) > 0 {
		p.heading("First rows")
		p.table(append([][]string{r.Names}, r.First...), func(row, _ int, cell string) string {
			if row == 0 {
				return p.style("2", cell)
			}
			return cell
		})
	}
}

func delimiterWord(d string) string {
	switch d {
	case ",":
		return "comma"
	case ";":
		return "semicolon"
	case "|":
		return "bar"
	}
	return printable(d)
}

// cut returns a text of at most n characters.
func cut(text string, n int) string {
	if r := []rune(text); len(r) > max(n, 10) {
		return string(r[:max(n, 10)-1]) + "…"
	}
	return text
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
