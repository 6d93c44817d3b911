package naive

import (
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

var (
	zeroFraction = regexp.MustCompile(`^(-?[0-9]+)\.0+$`)
	letters      = regexp.MustCompile(`^[A-Za-z]{2}$`)
	cutID        = regexp.MustCompile(`^-?[0-9]([.,][0-9]+)?[eE]\+[0-9]+$`)
	// Forms of time, with the parts of each named.
	timeForms = []*regexp.Regexp{
		regexp.MustCompile(`^(?P<Y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})` + clock + `$`),
		regexp.MustCompile(`^(?P<Y>[0-9]{4})/(?P<m>[0-9]{2})/(?P<d>[0-9]{2})` + clock + `$`),
		regexp.MustCompile(
			`^` + dayName + ` ` + month + ` (?P<d>[0-9]{1,2}) ` + hms + ` (?P<z>` + offset + `) (?P<Y>[0-9]{4})$`),
		regexp.MustCompile(
			`^(?:` + dayName + `, )?(?P<d>[0-9]{1,2}) ` + month + ` (?P<Y>[0-9]{4}) ` + hms + ` (?P<z>` + offset + `)$`,
		),
	}
	wordSigns = regexp.MustCompile(`[ _-]`)
	unixTime  = regexp.MustCompile(`^([0-9]{9,10}|[0-9]{12,13}|[0-9]{15,16}|[0-9]{18,19})(\.[0-9]+)?$`)
)

const (
	offset = `Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?`
	clock  = `(?:[T ](?P<H>[0-9]{2}):(?P<M>[0-9]{2})(?::(?P<S>[0-9]{2})(?:\.(?P<f>[0-9]{1,9}))?)? *(?P<z>` + offset +
		`)?)?`
	hms = `(?P<H>[0-9]{2}):(?P<M>[0-9]{2}):(?P<S>[0-9]{2})`
)

var (
	dayName = anyCase(`mon|tue|wed|thu|fri|sat|sun`)
	month   = `(?P<b>` + anyCase(`jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec`) + `)`
)

// anyCase returns a regular expression of names in any case. A flag i would let ſ pass for
// an s.
func anyCase(names string) string {
	return "(?:" + regexp.MustCompile(`[a-z]`).ReplaceAllStringFunc(names, func(letter string) string {
		return "[" + letter + strings.ToUpper(letter) + "]"
	}) + ")"
}

// Role returns what a word of sender_role says: client, merchant, other, automatic, or
// unknown; "" if it is empty.
func Role(word string, added map[string]string) string {
	normal := func(word string) string { return strings.ToLower(wordSigns.ReplaceAllString(word, "")) }
	if word == "" {
		return ""
	}
	for w, role := range added {
		if normal(w) == normal(word) {
			return role
		}
	}
	for role, words := range map[string]string{
		"client":    "c client clientuser customer customeruser enduser buyer contact requester visitor consumer incoming inbound",
		"merchant":  "m merchant merchantuser seller vendor shop shopuser store outgoing outbound",
		"other":     "o other staff system internal platform marketplace",
		"automatic": "bot auto automatic automation autoreply campaign",
	} {
		if slices.Contains(strings.Fields(words), normal(word)) {
			return role
		}
	}
	return "unknown"
}

// ID returns the text by which two ids are equal.
func ID(s string) string { return zeroFraction.ReplaceAllString(s, "$1") }

// isInteger reports whether s is digits, perhaps with a minus sign before them.
func isInteger(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	return digits != "" && strings.Trim(digits, "0123456789") == ""
}

// CompareIDs orders ids: integers by value, then bytewise; other text bytewise;
// empty last.
func CompareIDs(a, b string) int {
	kind := func(s string) int {
		switch {
		case isInteger(s):
			return 0
		case s != "":
			return 1
		}
		return 2
	}
	kindA, kindB := kind(a), kind(b)
	if kindA != kindB {
		return kindA - kindB
	}
	if kindA == 0 {
		x, _ := new(big.Int).SetString(a, 10)
		y, _ := new(big.Int).SetString(b, 10)
		if c := x.Cmp(y); c != 0 {
			return c
		}
	}
	return strings.Compare(a, b)
}

// Country returns a country as it is shown.
func Country(s string) string {
	switch {
	case s == "":
		return "unknown"
	case letters.MatchString(s):
		return strings.ToUpper(s)
	}
	return s
}

// Time reads created_at, as µs since 1970; ok is false where it is in no form
// that is read.
func Time(s string, zone *time.Location) (at int64, ambiguous, ok bool) {
	number := func(s string) int { // "" is 0
		n, _ := strconv.Atoi(s)
		return n
	}
	micros := func(digits string) int64 { return int64(number((digits + "000000")[:6])) }
	if m := unixTime.FindStringSubmatch(s); m != nil {
		// A number of units of 10^-k seconds, where the whole part has 10+k digits or one fewer.
		n, _ := new(big.Rat).SetString(m[1] + m[2])
		k := (len(m[1]) - 9) / 3 * 3
		n.Mul(n, new(big.Rat).SetFrac(big.NewInt(1e6), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(k)), nil)))
		at = new(big.Int).Quo(n.Num(), n.Denom()).Int64()
		year := time.UnixMicro(at).UTC().Year()
		return at, false, 1990 <= year && year <= 2099
	}
	var form *regexp.Regexp
	for _, f := range timeForms {
		if f.MatchString(s) {
			form = f
		}
	}
	if form == nil {
		return 0, false, false
	}
	part := func(name string) string {
		if i := form.SubexpIndex(name); i >= 0 {
			return form.FindStringSubmatch(s)[i]
		}
		return ""
	}
	year, month, day := number(part("Y")), time.Month(number(part("m"))), number(part("d"))
	if name := part("b"); name != "" {
		t, _ := time.Parse("Jan", strings.ToUpper(name[:1])+strings.ToLower(name[1:]))
		month = t.Month()
	}
	h, min, sec := number(part("H")), number(part("M")), number(part("S"))
	t := time.Date(year, month, day, h, min, sec, 0, time.UTC)
	if t.Year() != year || t.Month() != month || t.Day() != day || h > 23 || min > 59 || sec > 59 || year < 1990 ||
		year > 2099 {
		return 0, false, false
	}
	local := t.UnixMicro() + micros(part("f"))
	z := part("z")
	switch z {
	case "":
		at, ambiguous = UTC(local, zone)
		return at, ambiguous, true
	case "Z", "UTC", "GMT":
		return local, false, true
	}
	digits := strings.ReplaceAll(strings.TrimLeft(z, "+-"), ":", "") + "0000"
	oh, omin := number(digits[:2]), number(digits[2:4])
	offset := int64(oh*60+omin) * 60e6
	if z[0] == '-' {
		offset = -offset
	}
	return local - offset, false, oh <= 23 && omin <= 59
}

// UTC finds the instant at which clocks in zone showed a local time, given in
// µs as if it were UTC, by trying every offset of whole minutes. A time that
// they showed twice is the first; one that they skipped is taken to have the
// offset of the last instant before it.
func UTC(local int64, zone *time.Location) (at int64, ambiguous bool) {
	if zone == nil {
		return local, false
	}
	const minute, reach = 60e6, 26 * 60
	shown := func(utc int64) int64 {
		_, offset := time.UnixMicro(utc).In(zone).Zone()
		return utc + int64(offset)*1e6
	}
	var found []int64
	for m := int64(-reach); m <= reach; m++ {
		if utc := local + m*minute; shown(utc) == local {
			found = append(found, utc)
		}
	}
	if len(found) > 0 {
		return found[0], len(found) > 1
	}
	for m := int64(-reach); ; m++ {
		if utc := local + m*minute; shown(utc) < local && shown(utc+minute) > local {
			return local - (shown(utc) - utc), true
		}
	}
}

type span struct{ low, high byte }

// wellFormed is table 3-7 of the Unicode standard: the sequences of bytes that are a character.
var wellFormed = [][]span{
	{{0x00, 0x7F}},
	{{0xC2, 0xDF}, tail},
	{{0xE0, 0xE0}, {0xA0, 0xBF}, tail},
	{{0xE1, 0xEC}, tail, tail},
	{{0xED, 0xED}, {0x80, 0x9F}, tail},
	{{0xEE, 0xEF}, tail, tail},
	{{0xF0, 0xF0}, {0x90, 0xBF}, tail, tail},
	{{0xF1, 0xF3}, tail, tail, tail},
	{{0xF4, 0xF4}, {0x80, 0x8F}, tail, tail},
}

var tail = span{0x80, 0xBF}

// Valid replaces what is no valid UTF-8 by U+FFFD: each longest beginning of a
// well-formed sequence, or a byte that begins none.
func Valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var out strings.Builder
	for len(s) > 0 {
		n, whole := 1, false
		for _, sequence := range wellFormed {
			k := 0
			for k < len(sequence) && k < len(s) && sequence[k].low <= s[k] && s[k] <= sequence[k].high {
				k++
			}
			if k > 0 {
				n, whole = k, k == len(sequence)
			}
		}
		if whole {
			out.WriteString(s[:n])
		} else {
			out.WriteString("\uFFFD")
		}
		s = s[n:]
	}
	return out.String()
}
