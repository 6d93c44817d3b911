package inspect

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sav-analytics/sav/internal/instant"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/source"
)

// timeScore says how likely a column's name is that of when a message was sent: more
// than 0 if it may be.
func timeScore(c *column) int {
	score := 2 * timeWords.count(c.words)
	if score > 0 {
		score += messageWords.count(c.words)
	}
	return score - 3*notTimeWords.count(c.words)
}

// isTime returns the format in which a column's values are times, "" if they are read
// without one, and the share of them that are.
func (s *sample) isTime(i int) (formats []string, share float64) {
	c := &s.columns[i]
	if c.filled == 0 || c.mixed {
		return nil, 0
	}
	if share = c.share(c.times); share >= 0.9 {
		if c.ints > c.filled/2 && timeScore(c) <= 0 {
			return nil, 0 // an id may look like a Unix time
		}
		return nil, share
	}
	var cells [][]byte
	step := max(1, len(s.rows)/2000)
	for row := 0; row < len(s.rows); row += step {
		if cell := s.cell(row, i); cell != "" {
			cells = append(cells, []byte(cell))
		}
	}
	formats = instant.GuessFormats(cells)
	if len(formats) == 0 {
		return nil, 0
	}
	f, err := source.ParseTimeFormat(formats[0])
	if err != nil {
		return nil, 0
	}
	good := 0
	for _, cell := range cells {
		if _, _, ok := f.Parse(cell, nil); ok {
			good++
		} else if at, _ := intake.ParseTime(cell, nil); at > intake.BadTime {
			good++
		}
	}
	return formats, float64(good) / float64(len(cells))
}

// findTimes chooses the column of when messages were sent, and its format.
func (g *guesser) findTimes() {
	found := g.header.Index[source.CreatedAt]
	if _, named := g.rules.Override[source.CreatedAt]; named && found >= 0 {
		if g.rules.TimeFormat == nil {
			formats, _ := g.s.isTime(found)
			g.timeFormats = formats
		}
		return
	}
	if g.rules.Set[source.CreatedAt] != "" {
		return
	}
	best, bestScore, bestFormats := -1, 0.0, []string(nil)
	for i := range g.s.columns {
		c := &g.s.columns[i]
		formats, share := g.s.isTime(i)
		if share < 0.5 {
			continue
		}
		score := 10*share + 2*float64(timeScore(c))
		if i == found {
			score += 5
		}
		score += 4 * min(1, float64(c.unique)/float64(max(1, c.filled)))
		if c.filled < len(g.s.rows)*9/10 {
			score -= 8
		}
		if best < 0 || score > bestScore {
			best, bestScore, bestFormats = i, score, formats
		}
	}
	if best < 0 {
		return
	}
	g.timeFormats = bestFormats
	if best != found {
		why := "its values are times, and its name is the likeliest"
		if found >= 0 {
			why = fmt.Sprintf("more likely the message's own time than %q", g.s.names[found])
		}
		g.column(source.CreatedAt, best, why, likely)
	}
}

// chooseFormat settles which of several formats is meant: the one by which messages of
// a conversation follow each other most closely.
func (g *guesser) chooseFormat() {
	switch {
	case g.rules.TimeFormat != nil || len(g.timeFormats) == 0:
		return
	case len(g.timeFormats) == 1:
		g.timeFormat(g.timeFormats[0], "it reads the values, and no other does", sure)
		return
	}
	// Where nothing tells, the month is first with AM and PM, as Americans write.
	slices.SortStableFunc(g.timeFormats, func(a, b string) int {
		american := func(f string) int {
			if strings.Contains(f, "%p") == (strings.Index(f, "%m") < strings.Index(f, "%d")) {
				return 0
			}
			return 1
		}
		return american(a) - american(b)
	})
	best, bestSpan := -1, 0.0
	spans := make([]float64, len(g.timeFormats))
	for i, text := range g.timeFormats {
		rules := g.rules
		rules.TimeFormat, _ = source.ParseTimeFormat(text)
		t, err := g.s.try(&rules)
		if err != nil {
			continue
		}
		spans[i] = t.span + 1
		if best < 0 || spans[i] < 0.9*bestSpan {
			best, bestSpan = i, spans[i]
		}
	}
	if best < 0 {
		g.timeFormat(g.timeFormats[0], "no value tells the day from the month", unsure)
		return
	}
	for i, span := range spans {
		if i != best && span > 0 && span < 1.1*bestSpan {
			g.timeFormat(g.timeFormats[best], "no value tells the day from the month", unsure)
			return
		}
	}
	g.timeFormat(g.timeFormats[best], "by it the messages of a conversation follow each other closely", likely)
}

func isDigit(b byte) bool  { return '0' <= b && b <= '9' }
func isLetter(b byte) bool { return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' }
