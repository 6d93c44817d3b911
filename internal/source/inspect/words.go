package inspect

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// words returns the words of a name: created_at, CreatedAt and "Created at" are two
// words, in lower case and without accents.
func words(name string) []string {
	var all []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			all = append(all, string(word))
			word = word[:0]
		}
	}
	before := rune(0)
	runes := []rune(norm.NFD.String(name))
	for i, r := range runes {
		switch {
		case unicode.Is(unicode.Mn, r): // an accent
			continue
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			end()
		case unicode.IsUpper(r) && (unicode.IsLower(before) || i+1 < len(runes) && unicode.IsUpper(before) &&
			unicode.IsLower(runes[i+1])):
			end()
			word = append(word, unicode.ToLower(r))
		default:
			word = append(word, unicode.ToLower(r))
		}
		before = r
	}
	end()
	return all
}

// joined returns a name's words as one.
func joined(name string) string { return strings.Join(words(name), "") }

// set is a set of words.
type set map[string]bool

func newSet(words string) set {
	s := make(set)
	for _, word := range strings.Fields(words) {
		s[word] = true
	}
	return s
}

// any reports whether one of some words is in the set.
func (s set) any(words []string) bool { return s.count(words) > 0 }

// count returns how many of some words are in the set.
func (s set) count(words []string) (n int) {
	for _, word := range words {
		if s[word] {
			n++
		}
	}
	return n
}
