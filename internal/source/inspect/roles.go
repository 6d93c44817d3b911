package inspect

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/source"
)

// A roleColumn is a column that may say who wrote.
type roleColumn struct {
	index int
	added map[string]source.WrittenBy // words that analyze does not know
	known map[string]source.WrittenBy // words that it knows
	sure  sureness
	why   string
	guess map[string]bool // words of added that nothing is known of
	score float64
}

// maxRoles is the number of words that a column of roles may have.
const maxRoles = 25

// asRoles looks at a column as one that says who wrote.
func (g *guesser) asRoles(i int) *roleColumn {
	c := &g.s.columns[i]
	if c.values == nil || len(c.values) > maxRoles || len(c.values) < 1 || c.mixed || c.filled < len(g.s.rows)/2 {
		return nil
	}
	r := &roleColumn{index: i, added: make(map[string]source.WrittenBy), known: make(map[string]source.WrittenBy),
		sure: likely}
	named := roleColumns.count(c.words)
	parser := intake.NewParser(nil, &source.Rules{Roles: g.rules.Roles}, source.NewDict())
	var unknown []string
	boolean := c.flags == c.filled && len(c.values) == 2
	switch {
	case boolean && (trueIsClient.any(c.words) || trueIsMerchant.any(c.words)) &&
		!notRoles.any(slices.DeleteFunc(slices.Clone(c.words), func(w string) bool { return w == "internal" })):
		client := trueIsClient.any(c.words) &&
			!(trueIsMerchant.any(c.words) && !slices.Contains(c.words, "from") && !slices.Contains(c.words, "is"))
		for word := range c.values {
			on := intake.FlagsOf(source.IsPrivate, []byte(word))&intake.FlagPrivate != 0
			r.added[word] = source.ByMerchant
			if on == client {
				r.added[word] = source.ByClient
			}
		}
		r.why = "true and false by the column's name"
		r.score = 6
	case boolean && notRoles.any(c.words):
		return nil
	case boolean || c.ints == c.filled || isLetters(c.values) && !allKnown(c.values, parser):
		if named == 0 {
			return nil
		}
		return g.codes(r)
	default:
		understood := 0
		for word, n := range c.values {
			if by := parser.By([]byte(word)); by != intake.ByUnknown {
				r.known[word] = by
				understood += n
			} else if by, ok := meaning(word); ok {
				r.added[word] = by
				understood += n
			} else {
				unknown = append(unknown, word)
			}
		}
		if 2*understood < c.filled && named == 0 || understood == 0 {
			return nil
		}
		r.why = "by its word"
		r.score = 5 * float64(understood) / float64(max(1, c.filled))
		g.settle(r, unknown)
	}
	r.score += float64(min(2, named))
	return r
}

// allKnown reports whether an analysis knows all of some words.
func allKnown(values map[string]int, parser *intake.Parser) bool {
	for word := range values {
		if parser.By([]byte(word)) == intake.ByUnknown {
			return false
		}
	}
	return true
}

func isLetters(values map[string]int) bool {
	for word := range values {
		if len(word) != 1 {
			return false
		}
	}
	return true
}

// swapped returns a role column whose two sides are exchanged.
func (r *roleColumn) swapped() *roleColumn {
	s := *r
	s.added = maps.Clone(r.added)
	for word, by := range s.added {
		switch by {
		case source.ByClient:
			s.added[word] = source.ByMerchant
		case source.ByMerchant:
			s.added[word] = source.ByClient
		}
	}
	return &s
}

// withRoles returns the rules by which a role column says who wrote.
func (g *guesser) withRoles(r *roleColumn) source.Rules {
	rules := g.rules
	rules.Override = copied(rules.Override)
	rules.Override[source.SenderRole] = g.s.names[r.index]
	rules.Roles = copied(rules.Roles)
	for word, by := range r.added {
		if by != intake.ByIDs {
			rules.Roles[word] = by
		}
	}
	return rules
}

// findRoles chooses the column that says who wrote, if one does.
func (g *guesser) findRoles() bool {
	if g.header.Index[source.SenderRole] >= 0 && len(g.rules.Override) > 0 &&
		g.rules.Override[source.SenderRole] != "" {
		return g.applyRoles([]*roleColumn{g.asRolesForced(g.header.Index[source.SenderRole])})
	}
	var all []*roleColumn
	for i := range g.s.columns {
		r := g.asRoles(i)
		if r == nil {
			continue
		}
		if i == g.header.Index[source.SenderRole] {
			r.score += 2
		}
		all = append(all, r)
	}
	return g.applyRoles(all)
}

// asRolesForced does what asRoles does, for a column that was named.
func (g *guesser) asRolesForced(i int) *roleColumn {
	if r := g.asRoles(i); r != nil {
		return r
	}
	return &roleColumn{index: i, sure: sure}
}

// applyRoles takes the best of some role columns, by what the messages come to.
func (g *guesser) applyRoles(all []*roleColumn) bool {
	var best *roleColumn
	bestScore := 0.0
	for _, r := range all {
		candidates := []*roleColumn{r}
		if len(r.known) == 0 && r.sure == unsure {
			candidates = append(candidates, r.swapped())
		}
		for _, r := range candidates {
			rules := g.dummies(g.withRoles(r))
			t, err := g.s.try(&rules)
			if err != nil || t.clients == 0 || t.merchants == 0 {
				continue
			}
			score := r.score - 25*t.rejected()
			if t.answered > 0 {
				score += 3 * float64(t.opened) / float64(t.answered)
				score += 3 * float64(t.answered) / float64(max(1, t.conversations))
			}
			if best == nil || score > bestScore {
				best, bestScore = r, score
			}
		}
	}
	if best == nil {
		return false
	}
	if g.header.Index[source.SenderRole] != best.index {
		g.column(source.SenderRole, best.index, "its values say who wrote", likely)
	}
	for _, word := range slices.Sorted(maps.Keys(best.added)) {
		why, how := best.why, best.sure
		if best.guess[word] {
			why = "no word that says it: whoever is not the client"
		} else if len(best.guess) > 0 && how == unsure {
			how = likely
		}
		g.role(word, best.added[word], why, how)
	}
	return true
}

// dummies returns rules with a value for what is still missing, so that rows can be
// judged.
func (g *guesser) dummies(rules source.Rules) source.Rules {
	rules.Set = copied(rules.Set)
	if rules.TimeFormat == nil && len(g.timeFormats) > 0 {
		rules.TimeFormat, _ = source.ParseTimeFormat(g.timeFormats[0])
	}
	_, missing, err := intake.FindColumns(g.s.names, &rules)
	if err != nil {
		return rules
	}
	for _, f := range missing {
		rules.Set[f] = fmt.Sprintf("no %s", f)
		if f == source.CreatedAt {
			rules.Set[f] = "2000-01-01"
		}
	}
	return rules
}

// settle gives the words of a role column that are not understood a meaning: that of
// the side which has no word, else the merchant's, whose people may be named.
func (g *guesser) settle(r *roleColumn, unknown []string) {
	sides := make(map[source.WrittenBy]int)
	for word, by := range r.known {
		sides[by] += g.s.columns[r.index].values[word]
	}
	for word, by := range r.added {
		sides[by] += g.s.columns[r.index].values[word]
	}
	by := source.ByMerchant
	if sides[source.ByClient] == 0 {
		by = source.ByClient
	}
	if len(unknown) > 0 {
		r.sure = unsure
		r.score -= float64(len(unknown)) / 4
	}
	r.guess = make(map[string]bool)
	for _, word := range unknown {
		r.added[word], r.guess[word] = by, true
		if joined(word) == "" { // a dash, say
			r.added[word] = source.ByOther
		}
	}
	if sides[source.ByMerchant] == 0 && sides[source.ByClient] > 0 && len(unknown) == 0 {
		g.answers(r)
	}
	// Staff, the marketplace's elsewhere, is the merchant's where no seller has a word.
	if !sellerWord(r.known) {
		for word, by := range r.known {
			if by == source.ByOther && newSet("staff o other internal").any([]string{joined(word)}) &&
				(joined(word) == "staff" || sides[source.ByMerchant] == 0) {
				r.added[word], r.sure = source.ByMerchant, unsure
			}
		}
	}
	// With the seller's own word there, an agent or operator is the marketplace's.
	if hasAny(r.known, source.ByMerchant) {
		for word := range r.added {
			if w := joined(word); r.added[word] == source.ByMerchant &&
				(strings.HasPrefix(w, "operator") || strings.HasPrefix(w, "agent") || strings.HasPrefix(w, "admin") ||
					strings.HasPrefix(w, "support")) &&
				!slices.Contains(unknown, word) {
				if sellerWord(r.known) {
					r.added[word] = source.ByOther
					r.sure = unsure
				}
			}
		}
	}
}

// sellerWord reports whether a word for the merchant is one of a shop's.
func sellerWord(known map[string]source.WrittenBy) bool {
	for word, by := range known {
		if by == source.ByMerchant &&
			newSet("merchant merchantuser seller vendor shop shopuser store").any([]string{joined(word)}) {
			return true
		}
	}
	return false
}

func hasAny(words map[string]source.WrittenBy, by source.WrittenBy) bool {
	return slices.Contains(slices.Collect(maps.Values(words)), by)
}

// answers makes one added word the merchant's. Candidates are the words of others, and those of
// a client that another word names too; the one with the most messages is taken.
func (g *guesser) answers(r *roleColumn) {
	values := g.s.columns[r.index].values
	most, n := "", 0
	for word, by := range r.added {
		beside := by == source.ByOther || by == source.ByClient &&
			(hasAny(r.known, source.ByClient) || len(r.added) > 1 && strings.HasPrefix(joined(word), "user"))
		if beside && (values[word] > n || values[word] == n && word < most) {
			most, n = word, values[word]
		}
	}
	if most != "" {
		r.added[most] = source.ByMerchant
		r.sure = unsure
	}
}

// knownCodes are the numbers and letters of tools that everybody knows.
var knownCodes = []struct {
	words string // in the column's name
	codes map[string]source.WrittenBy
}{
	{"messagetype", map[string]source.WrittenBy{"0": source.ByClient, "1": source.ByMerchant, "2": source.ByOther,
		"3": source.ByAutomatic}}, // Chatwoot
	{"senderid",
		map[string]source.WrittenBy{"1": source.ByMerchant, "2": source.ByClient, "3": source.ByOther}}, // Zammad
	{"type",
		map[string]source.WrittenBy{"M": source.ByClient, "R": source.ByMerchant, "N": source.ByOther}}, // osTicket
	{"direction", map[string]source.WrittenBy{"I": source.ByClient, "O": source.ByMerchant}},
	{"direction", map[string]source.WrittenBy{"0": source.ByClient, "1": source.ByMerchant}},
	{"direction", map[string]source.WrittenBy{"1": source.ByClient, "2": source.ByMerchant}},
}

// codes looks at a column of numbers or letters: what they say, tools that are known
// or the messages that open conversations tell.
func (g *guesser) codes(r *roleColumn) *roleColumn {
	c := &g.s.columns[r.index]
	name := strings.Join(c.words, "")
	for _, k := range knownCodes {
		if name != k.words && !strings.HasSuffix(name, k.words) {
			continue
		}
		all := true
		for word := range c.values {
			_, ok := k.codes[word]
			all = all && ok
		}
		if all && len(c.values) > 1 {
			for word := range c.values {
				r.added[word] = k.codes[word]
			}
			r.why, r.score = "by the codes of a tool that is known", 4
			return r
		}
	}
	if len(c.values) != 2 {
		letters := map[string]source.WrittenBy{"c": source.ByClient, "u": source.ByClient, "i": source.ByClient,
			"b": source.ByClient, "a": source.ByMerchant, "m": source.ByMerchant, "o": source.ByMerchant,
			"s": source.ByMerchant, "r": source.ByMerchant, "n": source.ByOther}
		for word := range c.values {
			by, ok := letters[strings.ToLower(word)]
			if !ok {
				return nil
			}
			r.added[word] = by
		}
		r.why, r.score, r.sure = "by its letter", 1, unsure
		return r
	}
	// Two codes: the one that opens most conversations is the client's.
	two := slices.Sorted(maps.Keys(c.values))
	r.added[two[0]], r.added[two[1]] = source.ByClient, source.ByMerchant
	r.why, r.score, r.sure = "the one that opens most conversations is the client's", 2, unsure
	r.score += float64(min(2, roleColumns.count(c.words)))
	return r
}
