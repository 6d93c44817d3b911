package source

import (
	"strings"
	"unicode/utf8"
)

// WrittenBy is who wrote a message, by what its row says in a word.
type WrittenBy uint8

// Values of WrittenBy.
const (
	ByIDs       WrittenBy = iota // nothing is said: the ids decide
	ByClient                     // the conversation's client
	ByMerchant                   // the conversation's merchant
	ByOther                      // somebody else: the marketplace's staff, the system
	ByAutomatic                  // a machine
	ByUnknown                    // the word says none of these
)

// roleWords are the words of sender_role, as normalRole has them.
var roleWords = map[string]WrittenBy{}

func init() {
	for by, words := range map[WrittenBy]string{
		ByClient:    "c client clientuser customer customeruser enduser buyer contact requester visitor consumer incoming inbound",
		ByMerchant:  "m merchant merchantuser seller vendor shop shopuser store outgoing outbound",
		ByOther:     "o other staff system internal platform marketplace",
		ByAutomatic: "bot auto automatic automation autoreply campaign",
	} {
		for _, word := range strings.Fields(words) {
			roleWords[word] = by
		}
	}
}

// normalRole returns what of a word is compared: in lower case, without spaces, _
// and -.
func normalRole(word string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "_", "", "-", "").Replace(word))
}

// ParseRole reads a pair WORD=client, =merchant, =other or =automatic, as
// Rules.Roles has it.
func ParseRole(pair string) (word string, by WrittenBy, err error) {
	at := strings.LastIndexByte(pair, '=')
	if at < 0 || normalRole(pair[:at]) == "" {
		return "", 0, badRules("%q is not a word, = and client, merchant, other or automatic", pair)
	}
	by, ok := map[string]WrittenBy{
		"client": ByClient, "merchant": ByMerchant, "other": ByOther, "automatic": ByAutomatic,
	}[normalRole(pair[at+1:])]
	if !ok {
		return "", 0, badRules("%q says none of client, merchant, other and automatic", pair)
	}
	return pair[:at], by, nil
}

// roles knows the words of sender_role.
type roles struct {
	added map[string]WrittenBy
	// recent is a direct-mapped cache of short words as they were written.
	recent [64]struct {
		word [8]byte
		by   WrittenBy
		used bool
	}
}

func newRoles(added map[string]WrittenBy) *roles {
	r := &roles{added: make(map[string]WrittenBy, len(added))}
	for word, by := range added {
		r.added[normalRole(word)] = by
	}
	return r
}

// by returns what a word says; it is not empty.
func (r *roles) by(word []byte) WrittenBy {
	if len(word) > 8 || word[len(word)-1] == 0 { // zeros are padding
		return r.look(word)
	}
	var key [8]byte
	copy(key[:], word)
	slot := &r.recent[(key[0]^key[2]<<2^uint8(len(word))<<4)&63]
	if !slot.used || slot.word != key {
		slot.word, slot.by, slot.used = key, r.look(word), true
	}
	return slot.by
}

func (r *roles) look(word []byte) WrittenBy {
	const maxWord = 64 // characters; longer ones are no words
	if utf8.RuneCount(word) > maxWord && len(r.added) == 0 {
		return ByUnknown
	}
	normal := normalRole(string(word))
	if by, ok := r.added[normal]; ok {
		return by
	}
	if by, ok := roleWords[normal]; ok {
		return by
	}
	return ByUnknown
}
