package inspect

import (
	"fmt"
	"maps"
	"strings"

	"github.com/sav-analytics/sav/source"
)

// conversationScore says how likely a column's name is that of a conversation's id.
func conversationScore(c *column) int {
	score := 0
	switch {
	case conversationWords.any(c.words):
		score = 8
	case orderWords.any(c.words):
		score = 3
	case conversationWords[strings.Join(c.words, "")]:
		score = 8
	default:
		return 0
	}
	if idWords.any(c.words) || len(c.words) == 1 {
		score += 2
	}
	for _, w := range c.words {
		if notConversation[w] {
			score -= 4
		}
	}
	return score
}

// findConversation chooses the column that tells conversations apart.
func (g *guesser) findConversation() {
	if g.rules.Override[source.ConversationID] != "" || g.rules.Set[source.ConversationID] != "" {
		return
	}
	found := g.header.Index[source.ConversationID]
	best, bestScore := -1, 0.0
	threads := false // a column with such a name has its values in several rows
	for i := range g.s.columns {
		threads = threads || conversationScore(&g.s.columns[i]) > 0 && g.s.repeats(i) > 1.5
	}
	for i := range g.s.columns {
		c := &g.s.columns[i]
		if c.mixed || c.filled < len(g.s.rows)*8/10 || i == g.header.Index[source.CreatedAt] {
			continue
		}
		repeats := g.s.repeats(i)
		score := float64(conversationScore(c))
		switch {
		case i == found:
			score += 6
		case i == g.header.Index[source.MessageID] && repeats > 1.5:
			score += 5 // its name is that of a message's id, but its values repeat
		}
		if score <= 0 {
			continue
		}
		switch {
		case repeats < 1.15 && (threads || len(g.s.rows) > 20): // a row's own id
			score -= 9
		case c.unique <= 1 && len(g.s.rows) > 30:
			score -= 9
		case c.unique < 5 && len(g.s.rows) > 200:
			score -= 6
		}
		if score > bestScore {
			best, bestScore = i, score
		}
	}
	switch {
	case best < 0 && found >= 0 && g.s.repeats(found) < 1.15:
		g.note("each value of %q is in one row only: a conversation may have another column", g.s.names[found])
	case best < 0 || best == found:
	case found >= 0:
		g.column(source.ConversationID, best, fmt.Sprintf("%q has another value in nearly each row", g.s.names[found]),
			likely)
	default:
		g.column(source.ConversationID, best, "its name, and each of its values is in several rows", likely)
	}
}

// findThread chooses a column by which messages are put together where none has the
// name: that of a conversation, or of the client. Roles are known.
func (g *guesser) findThread() {
	if g.header.Index[source.ConversationID] >= 0 || g.header.Index[source.ClientUserID] >= 0 ||
		g.header.Set[source.ClientUserID] != "" {
		return
	}
	best, bestScore, client := -1, 0.0, false
	for i := range g.s.columns {
		c := &g.s.columns[i]
		repeats := g.s.repeats(i)
		if c.mixed || g.serves(i) || bodyWords.any(c.words) || c.filled < len(g.s.rows)*9/10 || c.unique < 2 ||
			repeats < 1.15 || repeats > float64(len(g.s.rows))/3 && len(g.s.rows) > 30 {
			continue
		}
		rules := g.rules
		rules.Override = maps.Clone(rules.Override)
		rules.Override[source.ConversationID] = g.s.names[i]
		rules = g.dummies(rules)
		t, err := g.s.try(&rules)
		if err != nil || t.conversations == 0 {
			continue
		}
		answered := float64(t.answered) / float64(t.conversations)
		if answered < 0.3 {
			continue
		}
		score := answered + float64(t.opened)/float64(t.answered) - min(1, repeats/100)
		named := clientIDWords.any(c.words) || newSet("email phone handle mail tel telephone number").any(c.words)
		if named {
			score += 0.5
		}
		if score > bestScore {
			best, bestScore, client = i, score, named
		}
	}
	switch {
	case best < 0:
		g.note("no column tells conversations apart, nor clients")
	case client:
		g.column(source.ClientUserID, best, "its name; what one client writes to a merchant is one conversation",
			unsure)
	default:
		g.column(source.ConversationID, best, "in the rows of each of its values both sides write", unsure)
	}
}
