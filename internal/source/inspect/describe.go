package inspect

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/source"
)

// describe says what the columns are.
func (r *Report) describe(s *sample, g *guesser, opts *Options) {
	r.Names = s.names
	for _, row := range s.rows[:min(len(s.rows), shownRows)] {
		var cells []string
		for i := range row {
			cells = append(cells, s.cell0(row[i]))
		}
		r.First = append(r.First, cells)
	}
	_, missing, _ := intake.FindColumns(s.names, &opts.Rules)
	for _, f := range missing {
		r.Missing = append(r.Missing, f.String())
	}
	for f := range source.NumFields {
		c := Column{Field: f.String()}
		by, ok := g.header.Serves(f)
		switch {
		case ok:
			c.By, c.Why = by, why(f, by, opts, g)
		case slices.Contains(g.missing, f):
			c.Needed, c.Nearest = true, intake.Nearest(g.header, f)
		}
		r.Columns = append(r.Columns, c)
	}
	for i, name := range s.names {
		if !g.serves(i) && name != "" {
			r.Unused = append(r.Unused, name)
		}
	}
	parser := intake.NewParser(nil, &g.rules, source.NewDict())
	if i := g.header.Index[source.SenderRole]; i >= 0 && s.columns[i].values != nil {
		for _, word := range slices.Sorted(maps.Keys(s.columns[i].values)) {
			role := Role{Word: word, Count: s.columns[i].values[word], Meaning: roleNames[parser.By([]byte(word))],
				Why: "known"}
			for _, guess := range g.guesses {
				if guess.Kind == GuessRole && guess.Name == word {
					role.Why = "guessed"
				}
			}
			if _, given := opts.Roles[word]; given {
				role.Why = "given"
			}
			r.Roles = append(r.Roles, role)
		}
	}
	if i := g.header.Index[source.CreatedAt]; i >= 0 {
		r.Times.Forms = formsOf(s, i, parser)
	}
}

// cell0 returns a value as a report shows it: on one line.
func (s *sample) cell0(cell []byte) string {
	clean, _ := intake.Clean(cell)
	return strings.Join(strings.Fields(string(clean)), " ")
}

// why says why a column serves a field.
func why(f source.Field, by string, opts *Options, g *guesser) string {
	if _, given := opts.Override[f]; given {
		return "given"
	}
	if _, given := opts.Set[f]; given {
		return "given"
	}
	for _, guess := range g.guesses {
		if (guess.Kind == GuessColumn || guess.Kind == GuessSet) && guess.Name == f.String() {
			return "guessed"
		}
	}
	if intake.SameName(by, f.String()) {
		return "its name"
	}
	return "an alias"
}

// formsOf returns the forms of a column of times, the commonest first.
func formsOf(s *sample, column int, parser *intake.Parser) []Form {
	shapes := make(map[string]*Form)
	for row := range s.rows {
		cell := s.cell(row, column)
		if cell == "" {
			continue
		}
		at, _ := parser.Time([]byte(cell))
		shape := fmt.Sprint(at > source.BadTime) + shapeOf(cell)
		if f := shapes[shape]; f != nil {
			f.Count++
		} else {
			shapes[shape] = &Form{Example: cell, Count: 1, Read: at > source.BadTime}
		}
	}
	var forms []Form
	for _, f := range shapes {
		forms = append(forms, *f)
	}
	slices.SortFunc(forms,
		func(a, b Form) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Example, b.Example)) })
	return forms[:min(len(forms), 8)]
}

// shapeOf returns a text with its runs of digits and of letters made one sign.
func shapeOf(text string) string {
	var b strings.Builder
	last := byte(0)
	for i := range len(text) {
		c := text[i]
		switch {
		case isDigit(c):
			c = '0'
		case isLetter(c):
			c = 'a'
		}
		if c != last || c != '0' && c != 'a' {
			b.WriteByte(c)
		}
		last = c
	}
	return b.String()
}
