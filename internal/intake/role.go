package intake

import (
	"encoding/binary"
	"strings"

	"github.com/sav-analytics/sav/internal/swar"
	"github.com/sav-analytics/sav/source"
)

// What a word may say beside the values that package source has.
const (
	ByIDs     source.WrittenBy = 0                      // nothing: the ids decide
	ByUnknown                  = source.ByAutomatic + 1 // none of the values
)

// roleWords are the words of sender_role, as normalRole has them.
var roleWords = map[string]source.WrittenBy{}

func init() {
	for by, words := range map[source.WrittenBy]string{
		source.ByClient: "c client clientuser customer customeruser enduser buyer contact requester " +
			"visitor consumer incoming inbound",
		source.ByMerchant:  "m merchant merchantuser seller vendor shop shopuser store outgoing outbound",
		source.ByOther:     "o other staff system internal platform marketplace",
		source.ByAutomatic: "bot auto automatic automation autoreply campaign",
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
func ParseRole(pair string) (word string, by source.WrittenBy, err error) {
	at := strings.LastIndexByte(pair, '=')
	if at < 0 || normalRole(pair[:at]) == "" {
		return "", 0, badRules("%q is not a word, = and client, merchant, other or automatic", pair)
	}
	by, ok := map[string]source.WrittenBy{
		"client": source.ByClient, "merchant": source.ByMerchant, "other": source.ByOther, "automatic": source.ByAutomatic,
	}[normalRole(pair[at+1:])]
	if !ok {
		return "", 0, badRules("%q says none of client, merchant, other and automatic", pair)
	}
	return pair[:at], by, nil
}

// roles knows the words of sender_role.
type roles struct {
	added map[string]source.WrittenBy
	// recent is a direct-mapped cache of short words as they were written.
	recent [1 << recentRoles]struct {
		word uint64 // the first byte is the lowest; 0 marks a free slot
		by   source.WrittenBy
	}
}

const recentRoles = 6 // a power of two

// recentRole returns the place of a word in roles.recent.
func recentRole(word uint64) uint64 { return word * 0x9E3779B97F4A7C15 >> (64 - recentRoles) }

func newRoles(added map[string]source.WrittenBy) *roles {
	r := &roles{added: make(map[string]source.WrittenBy, len(added))}
	for word, by := range added {
		r.added[normalRole(word)] = by
	}
	return r
}

// by returns what a word says; it is not empty.
func (r *roles) by(word []byte) source.WrittenBy {
	if len(word) > 8 || word[len(word)-1] == 0 { // zeros are padding
		return r.look(word)
	}
	var bytes [8]byte
	copy(bytes[:], word)
	key := binary.LittleEndian.Uint64(bytes[:])
	slot := &r.recent[recentRole(key)]
	if slot.word != key {
		slot.word, slot.by = key, r.look(word)
	}
	return slot.by
}

// KnownRole returns what the word says that a text begins with, if By was asked for it not long
// ago, and the number of its letters; 0 if it was not. It takes the first eight bytes of the
// text, the first one lowest, and words of up to eight letters of ASCII.
func (p *Parser) KnownRole(text uint64) (by source.WrittenBy, n int) {
	n = swar.First(swar.NonLetters(text))
	word := text & (1<<(8*n) - 1)
	slot := &p.roles.recent[recentRole(word)]
	if slot.word != word {
		n = 0
	}
	return slot.by, n
}

func (r *roles) look(word []byte) source.WrittenBy {
	normal := normalRole(string(word))
	if by, ok := r.added[normal]; ok {
		return by
	}
	if by, ok := roleWords[normal]; ok {
		return by
	}
	return ByUnknown
}
