package ids

import (
	"cmp"
	"strings"

	"github.com/sav-analytics/sav/internal/idtext"
)

// An ID stands for the text of an id: two ids of one [Dict] are equal when
// their texts are. A plain integer is held in the ID itself, and so is one behind a
// prefix that the dictionary holds (C-123); any other text is in the dictionary. Those that
// a [Reader] gives for some uses are equal only within a row, or only after [Dict.Share].
type ID uint64

// Absent is the id of an empty value.
const Absent ID = 0

// The highest bits of an ID say what the others are.
const (
	// The highest bit is 0: an integer n, held as n+1 so that 0 stays Absent.
	integerAfterIndex = 1

	// 1, and 1 after it: two integers of 31 bits, a conversation without an id of its own.
	kindPackedPair ID = 0b11 << 62
	packedBits        = 31
	packedMax      ID = 1<<packedBits - 1

	// 1, 0, and three more bits.
	kindText     ID = 0b10_000 << indexBits // an index into the dictionary's texts
	kindWord     ID = 0b10_001 << indexBits // one into its words: a form, then a number
	kindPair     ID = 0b10_010 << indexBits // one into its pairs
	kindOwnWord  ID = 0b10_011 << indexBits // one into the words that are not shared: a form, a hash, and a number
	kindRowWord  ID = 0b10_100 << indexBits // a word that is known within its row
	kindNumbered ID = 0b10_101 << indexBits // the code of a prefix, then zeros, then a number

	indexBits    = 59
	index     ID = 1<<indexBits - 1

	numberBits    = 32 // of a word
	number     ID = 1<<numberBits - 1
	formShift     = indexBits - 3
	hashShift     = 64 - (formShift - numberBits) // of a hash of 64 bits, which leaves those between form and number
)

// isInteger reports whether the id is absent or an integer that it holds itself.
func (id ID) isInteger() bool { return int64(id) >= 0 }

func (id ID) isPackedPair() bool { return id >= kindPackedPair }

func (id ID) isPair() bool { return id.isPackedPair() || id.kind() == kindPair }

// kind returns what the id is, if it is neither an integer nor a packed pair.
func (id ID) kind() ID { return id &^ index }

// form returns that of a word.
func (id ID) form() wordForm { return wordForm(id & index >> formShift) }

// Cut stands for an id in scientific notation. No text has it.
const Cut = kindText | index

// MaxInteger is the greatest integer that an ID holds itself.
const MaxInteger = 1<<63 - 1 - integerAfterIndex

// Integer returns the id whose text is the decimal form of n, for n ≤ [MaxInteger];
// beyond it Absent. [Dict.Int] and [Dict.Uint] take any integer.
func Integer(n uint64) ID {
	if n > MaxInteger {
		return Absent
	}
	return ID(n) + integerAfterIndex
}

// Integer returns the integer that the id holds itself, if it does: its text is the
// decimal form of n, without sign or leading zeros.
func (id ID) Integer() (n uint64, ok bool) {
	return uint64(id - integerAfterIndex), id != Absent && id.isInteger()
}

// ParseInteger returns the id of s if s is an integer that an ID can hold.
func ParseInteger(s []byte) (ID, bool) {
	const maxDigits = 19 // those of MaxInteger; every number of 19 digits fits a uint64
	if len(s) == 0 || len(s) > maxDigits || s[0] == '0' && len(s) > 1 {
		return 0, false
	}
	var n uint64
	for _, c := range s {
		d := uint64(c - '0')
		if d > 9 {
			return 0, false
		}
		n = n*10 + d
	}
	return Integer(n), n <= MaxInteger
}

// Compare orders the texts of two ids: integers by value, equal ones
// bytewise; then other texts bytewise; then the absent.
func Compare(a, b string) int {
	if rank := cmp.Compare(idRank(a), idRank(b)); rank != 0 {
		return rank
	}
	if idRank(a) == 0 {
		if c := compareIntegers(a, b); c != 0 {
			return c
		}
	}
	return strings.Compare(a, b)
}

func idRank(s string) int {
	switch {
	case s == "":
		return 2
	case idtext.IsInteger(s):
		return 0
	}
	return 1
}

// compareIntegers orders two decimal integers of any length by value.
func compareIntegers(a, b string) int {
	aNeg, aDigits := magnitude(a)
	bNeg, bDigits := magnitude(b)
	switch {
	case aNeg && !bNeg:
		return -1
	case bNeg && !aNeg:
		return 1
	case aNeg:
		aDigits, bDigits = bDigits, aDigits
	}
	if c := cmp.Compare(len(aDigits), len(bDigits)); c != 0 {
		return c
	}
	return strings.Compare(aDigits, bDigits)
}

// magnitude splits an integer into its sign and its digits without leading
// zeros; zero has no sign and no digits.
func magnitude(s string) (negative bool, digits string) {
	digits = strings.TrimLeft(strings.TrimPrefix(s, "-"), "0")
	return s[0] == '-' && digits != "", digits
}
