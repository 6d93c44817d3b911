package inspect

import (
	"maps"
	"slices"
	"strings"

	"github.com/sav-analytics/sav/source"
)

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
