// Package nearest finds the name that was probably meant where an unknown one
// was given.
package nearest

import (
	"strings"
	"unicode"
)

// maxRunes bounds the names that are compared: the distance takes O(n·m).
const maxRunes = 100

// Name returns the candidate with the smallest edit distance to name, the first
// of equal ones, or "" if none is near. The distance is that of optimal string
// alignment: the number of runes to insert, delete, replace, or exchange with
// their neighbour. Case, and anything but letters and digits, does not count.
// A candidate is near if at most a third of the longer name has to change.
func Name(name string, candidates []string) string {
	best, least := "", 0
	a := fold(name)
	for _, candidate := range candidates {
		b := fold(candidate)
		longer, shorter := max(len(a), len(b)), min(len(a), len(b))
		if longer > maxRunes || 3*(longer-shorter) > longer { // the distance is at least the difference
			continue
		}
		d := distance(a, b)
		if 3*d <= longer && len(b) > 0 && (best == "" || d < least) {
			best, least = candidate, d
		}
	}
	return best
}

// fold returns the letters and digits of s in lower case.
func fold(s string) []rune {
	var out []rune
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			out = append(out, unicode.ToLower(r))
		}
	}
	return out
}

// distance returns the optimal string alignment distance of a and b.
func distance(a, b []rune) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1) // rows i−2 and i−1 of the table
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

// maxListed is how many names Hint lists if none is near.
const maxListed = 40

// Hint returns what an error says after an unknown name: "did you mean mon?" if one
// of known is near, or is how the name begins (monday); else the known names, if
// they are few; else "".
func Hint(name string, known []string) string {
	best := Name(name, known)
	for i := 0; best == "" && i < len(known); i++ {
		if known[i] != "" && strings.HasPrefix(strings.ToLower(name), strings.ToLower(known[i])) {
			best = known[i]
		}
	}
	switch n := len(known); {
	case best != "":
		return "did you mean " + best + "?"
	case n == 0 || n > maxListed:
		return ""
	case n == 1:
		return "expected " + known[0]
	default:
		return "expected " + strings.Join(known[:n-1], ", ") + " or " + known[n-1]
	}
}
