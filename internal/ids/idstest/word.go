// Package idstest draws texts of ids for tests, which alone import it.
package idstest

import "pgregory.net/rapid"

// Word is a text that is a word, or nearly one.
var Word = rapid.Custom(func(t *rapid.T) string {
	text := rapid.OneOf(
		rapid.StringMatching(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`),
		rapid.StringMatching(`[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}`),
		rapid.StringMatching(`[0-9]{8}-[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{12}`),
		rapid.StringMatching(`[A-Z]{1,3}-[0-9]{0,14}`),
		rapid.StringMatching(`[A-Z]-0{0,17}[0-9]{0,2}`),
		rapid.StringMatching(`[0-9A-Za-z_-]{0,18}`),
		rapid.StringMatching(`-?[0-9]{0,20}`),
		rapid.StringMatching(`[0-9a-f]{24}([0-9a-f]{8})?`),
		rapid.StringMatching(`[0-9A-F]{24}([0-9A-F]{8})?`),
		rapid.StringMatching(`[0-9]{24}([0-9]{8})?`),
		rapid.StringMatching(`[0-9a-f]{15}[a-f][0-9]{8,13}`),
	).Draw(t, "text")
	if len(text) > 0 && rapid.IntRange(0, 3).Draw(t, "odd") == 0 {
		at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
		by := rapid.SampledFrom([]string{"", "a", "F", "g", "o", "O", "-", "_", ".", "/", ":", "@", "[", "`", "{", "@",
			"G", "w", "W", "Z", "z", "\xf7", "\x00",
			"\xb0", "é", " "}).Draw(t, "by")
		text = text[:at] + by + text[at+1:]
	}
	return text
})
