// Package display lays out tables of text for people.
package display

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Ellipsis stands for what is left out.
const Ellipsis = "…"

// maxCell is the number of characters of a text that are shown.
const maxCell = 40

// Text returns s on one line, in quotes where it would not be readable or could be taken for a null or for what is left
// out, and cut where it is long.
func Text(s string) string {
	if s == "" || s == "null" || s == Ellipsis || s != strings.TrimSpace(s) || !utf8.ValidString(s) ||
		strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		s = strconv.Quote(s)
	}
	if utf8.RuneCountInString(s) <= maxCell {
		return s
	}
	return string([]rune(s)[:maxCell-1]) + Ellipsis
}

// Width returns the number of characters of the longest cell.
func Width(cells []string) int {
	w := 0
	for _, s := range cells {
		w = max(w, utf8.RuneCountInString(s))
	}
	return w
}

// Lines returns the lines of a table of n lines whose columns are given, two spaces apart; those
// of right are aligned to the right.
func Lines(columns [][]string, right []bool, n int) []string {
	lines := make([]strings.Builder, n)
	for k, cells := range columns {
		width := Width(cells)
		for i, s := range cells {
			if k > 0 {
				lines[i].WriteString("  ")
			}
			pad := strings.Repeat(" ", width-utf8.RuneCountInString(s))
			if right[k] {
				lines[i].WriteString(pad + s)
			} else {
				lines[i].WriteString(s + pad)
			}
		}
	}
	out := make([]string, n)
	for i := range lines {
		out[i] = strings.TrimRight(lines[i].String(), " ")
	}
	return out
}
