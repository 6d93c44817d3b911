package inspect

import (
	"maps"
	"slices"
	"strings"

	"github.com/sav-analytics/sav/source"
)

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
