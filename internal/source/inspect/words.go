package inspect

import (
	_ "embed"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/sav-analytics/sav/source"
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

// wordsText has lists of words in the names of columns and of who wrote, in the languages of exports. A line
// "# name: what for" begins a list.
//
//go:embed words.txt
var wordsText string

func listed(name string) set {
	_, list, ok := strings.Cut(wordsText, "# "+name+": ")
	if !ok {
		panic("no list of words " + name)
	}
	list, _, _ = strings.Cut(list, "\n#")
	_, list, _ = strings.Cut(list, "\n") // what for
	return newSet(list)
}

var (
	conversationWords = listed("conversation")
	orderWords        = listed("order")
	idWords           = listed("id")
	notConversation   = listed("not conversation")
	merchantIDWords   = listed("merchant id")
	siteWords         = listed("site")
	accountWords      = listed("account")
	senderWords       = listed("sender")
	clientIDWords     = listed("client id")
	agentIDWords      = listed("agent id")
	messageIDWords    = listed("message id")
	bodyWords         = listed("body")
	countryWords      = listed("country")
	timeWords         = listed("time")
	messageWords      = listed("message")
	notTimeWords      = listed("not time")
	clientWords       = listed("client")
	merchantWords     = listed("merchant")
	otherWords        = listed("other")
	automaticWords    = listed("automatic")
	roleColumns       = listed("role column")
	trueIsClient      = listed("true is client")
	trueIsMerchant    = listed("true is merchant")
	notRoles          = listed("not role")
)

// meaning guesses what a word says.
func meaning(word string) (by source.WrittenBy, ok bool) {
	all := words(word)
	whole := strings.Join(all, "")
	all = append([]string{whole}, all...)
	for _, w := range all {
		switch {
		case automaticWords[w]:
			return source.ByAutomatic, true
		case otherWords[w]:
			return source.ByOther, true
		case clientWords[w]:
			return source.ByClient, true
		case merchantWords[w]:
			return source.ByMerchant, true
		}
	}
	return 0, false
}
