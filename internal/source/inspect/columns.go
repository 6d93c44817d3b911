package inspect

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sav-analytics/sav/source"
)

// findMerchant chooses the column of the merchant's id, or gives all rows one.
func (g *guesser) findMerchant() {
	if g.rules.Set[source.MerchantID] != "" || g.rules.Override[source.MerchantID] != "" {
		return
	}
	found := g.header.Index[source.MerchantID]
	if found >= 0 && g.s.columns[found].filled >= len(g.s.rows)*9/10 {
		return
	}
	best, bestScore := -1, 0
	for i := range g.s.columns {
		c := &g.s.columns[i]
		if c.mixed || c.filled < len(g.s.rows)*95/100 || c.unique > len(g.s.rows)/2+1 ||
			i == g.header.Index[source.SenderRole] || i == found {
			continue
		}
		score := 0
		switch {
		case merchantIDWords.any(c.words):
			score = 10
		case siteWords.any(c.words):
			score = 6
		case accountWords.any(c.words) && c.unique > 1:
			score = 4
		}
		if score == 0 || newSet("user name email date time country city url status type message role").any(c.words) &&
			!slices.Contains(c.words, "name") {
			continue
		}
		if idWords.any(c.words) {
			score += 2
		}
		if by := g.header.Index[source.ConversationID]; by >= 0 && g.s.constant(i, by) < 0.9 {
			continue
		}
		if score > bestScore {
			best, bestScore = i, score
		}
	}
	if best >= 0 {
		g.column(source.MerchantID, best, "its name, and one value in each conversation", likely)
		return
	}
	if found < 0 {
		g.set(source.MerchantID, "shop", "no column says which merchant: all messages are one's")
	}
}

// findFlags chooses columns that say which messages are internal notes.
func (g *guesser) findFlags() {
	type meaning struct {
		field source.Field
		words set
	}
	for _, m := range []meaning{
		{source.IsPrivate, newSet(`
		private isprivate note isnote internal internalnote visibility whisper prive privee interne intern
		privado interno privato confidential hidden`)},
		{source.IsPublic, newSet(`
		public ispublic published ispublished visibletocustomer external customervisible isvisible
		publique offentlich publico pubblico`)},
		{source.IsAutomatic, newSet(`
		bot isbot autoreply automated autoresponse autoresponder automatic isautomatic isautoreply
		isautoresponse`)},
	} {
		if g.header.Index[m.field] >= 0 || g.rules.Set[m.field] != "" {
			continue
		}
		for i := range g.s.columns {
			c := &g.s.columns[i]
			visible := slices.Contains(c.words, "visible") || slices.Contains(c.words, "visibility")
			named := m.words.any(c.words) || m.words[strings.Join(c.words, "")]
			if visible && newSet("customer client public enduser").any(c.words) {
				named = m.field == source.IsPublic
			}
			if g.serves(i) || c.filled == 0 || c.flags < c.filled || !named {
				continue
			}
			g.column(m.field, i, "its name, and its values are true and false", likely)
			break
		}
	}
	for i := range g.s.columns {
		c := &g.s.columns[i]
		if g.serves(i) || c.values == nil || len(c.values) > 5 || c.flags == c.filled {
			continue
		}
		for word := range c.values {
			if newSet("private internal note internalnote notiz").any([]string{joined(word)}) && len(c.values) > 1 {
				g.note("%q has the value %q: such rows count as messages, unless they are left out before", c.name,
					word)
			}
		}
	}
}

// serves reports whether a column serves a field.
func (g *guesser) serves(i int) bool { return slices.Contains(g.header.Index[:], i) }

// findMessageID chooses the column of the messages' ids, where there is none, or
// where the one that goes by its name is not.
func (g *guesser) findMessageID() {
	if g.rules.Override[source.MessageID] != "" || g.rules.Set[source.MessageID] != "" {
		return
	}
	found := g.header.Index[source.MessageID]
	rows := len(g.s.rows)
	unique := func(i int) bool {
		c := &g.s.columns[i]
		return c.filled == rows && c.unique > rows*8/10
	}
	conversation := g.header.Index[source.ConversationID]
	if found >= 0 {
		c := &g.s.columns[found]
		if found == conversation ||
			rows > 20 && c.unique < c.filled/2 && (conversation < 0 || g.s.constant(found, conversation) > 0.5) {
			// Not a message's id: another column must stand in its place.
			best := -1
			for i := range g.s.columns {
				if i != found && i != conversation && !g.s.columns[i].mixed && unique(i) &&
					(best < 0 || messageIDWords.any(g.s.columns[i].words)) {
					best = i
				}
			}
			if best < 0 {
				best = g.header.Index[source.CreatedAt]
			}
			if best >= 0 {
				g.column(source.MessageID, best,
					fmt.Sprintf("%q is no message's id: it has the same value in many rows", g.s.names[found]), likely)
			}
		}
		return
	}
	for i := range g.s.columns {
		c := &g.s.columns[i]
		if g.serves(i) || c.mixed || !unique(i) || c.times > c.filled/2 && c.ints < c.filled || g.s.hasSpaces(i) {
			continue
		}
		if messageIDWords.any(c.words) && (idWords.any(c.words) || len(c.words) == 1) ||
			messageIDWords.any([]string{strings.TrimSuffix(strings.Join(c.words, ""), "id")}) {
			g.column(source.MessageID, i, "its name, and each row has its own", likely)
			return
		}
	}
}

// findCountry chooses the column of the country, where its name is another.
func (g *guesser) findCountry() {
	if g.header.Index[source.Country] >= 0 || g.rules.Set[source.Country] != "" {
		return
	}
	for i := range g.s.columns {
		c := &g.s.columns[i]
		if !g.serves(i) && !c.mixed && c.ints == 0 && c.flags < max(1, c.filled) && c.unique < 300 &&
			countryWords.any(c.words) && len(c.words) <= 3 {
			g.column(source.Country, i, "its name", likely)
			return
		}
	}
}

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
