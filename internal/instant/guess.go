package instant

import (
	"slices"
	"strings"
)

// GuessFormats returns formats that read most of some times, at least half of
// them, and all equally many. Where the day and the month could be either, there is
// one of each: which is meant is for the reader to say.
func GuessFormats(times [][]byte) []string {
	formats, best, years := bestFormats(times, []string{"dmY", "mdY", "Ymd"})
	// The year may stand before the day in two digits, but it seldom does: unless the
	// times are of fewer years then.
	if seldom, n, fewer := bestFormats(times, []string{"ymd"}); n > best || n == best && fewer < years {
		formats, best = seldom, n
	}
	if best == 0 || 2*best < len(times) {
		return nil
	}
	return formats
}

// maxFormats is the number of formats that are tried.
const maxFormats = 60

// bestFormats returns the formats that read most of some times, whose dates have one of
// some orders, how many times they read, and of how many years.
func bestFormats(times [][]byte, orders []string) (formats []string, best, years int) {
	tried := make(map[string]bool)
	for _, t := range times {
		if len(tried) > maxFormats {
			break
		}
		for _, order := range orders {
			format, ok := formatOf(string(t), order)
			if !ok || tried[format] {
				continue
			}
			tried[format] = true
			f, err := ParseFormat(format)
			if err != nil {
				continue
			}
			n, ofYears := 0, make(map[int64]bool)
			for _, t := range times {
				if at, _, ok := f.Parse(t, nil); ok {
					n++
					ofYears[at/(366*dayLength)] = true
				} else if _, _, ok := Parse(t, nil); ok {
					n++ // it is read in any case
				}
			}
			switch {
			case n > best:
				formats, best, years = []string{format}, n, len(ofYears)
			case n == best && n > 0:
				formats = append(formats, format)
			}
		}
	}
	return formats, best, years
}

// formatOf writes the format of a time whose numbers of the date stand in an order, such
// as dmY; a month with a name stands where it does.
func formatOf(text, order string) (format string, ok bool) {
	letters := strings.FieldsFunc(text, func(r rune) bool { return r >= 0x80 || !isLetter(byte(r)) })
	if slices.ContainsFunc(letters, func(w string) bool { return nameFormat(w, months[:], "b", "B") != "" }) {
		order = strings.Replace(order, "m", "", 1)
		if order == "yd" {
			return "", false
		}
	}
	clock := "HMS"
	if slices.ContainsFunc(letters, isHalf) {
		clock = "IMS"
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		j := i + 1
		switch c := text[i]; {
		case isDigit(c):
			for j < len(text) && isDigit(text[j]) {
				j++
			}
			var conversion string
			conversion, order, clock, ok = numberFormat(j-i, b.String(), order, clock)
			switch {
			case !ok:
				return "", false
			case conversion == "%z": // what follows is of the offset
				s := b.String()
				return s[:len(s)-1] + conversion, true
			}
			b.WriteString(conversion)
		case isLetter(c):
			for j < len(text) && isLetter(text[j]) {
				j++
			}
			b.WriteString(wordFormat(text[i:j]))
		case c == '%':
			b.WriteString("%%")
		default:
			b.WriteByte(c)
		}
		i = j
	}
	return b.String(), order == ""
}

// numberFormat returns the conversion of a number of some digits that stands behind
// what was read already, and what of the date and the clock is still to come.
func numberFormat(digits int, before, order, clock string) (conversion, dateLeft, clockLeft string, ok bool) {
	behind := byte(0)
	if before != "" {
		behind = before[len(before)-1]
	}
	switch {
	case order == "" && clock != "HMS" && clock != "IMS" && (behind == '+' || behind == '-'):
		return "%z", order, clock, true
	case order == "Ymd" && digits == len("YYYYMMDD"):
		return "%Y%m%d", "", clock, true
	case order == "Ymd" && digits == len("YYYYMMDDHHMM"):
		return "%Y%m%d%H%M", "", "S", true
	case order == "Ymd" && digits == len("YYYYMMDDHHMMSS"):
		return "%Y%m%d%H%M%S", "", "", true
	case order != "":
		c := order[:1]
		if c == "Y" && digits == 2 && len(order) == 1 {
			c = "y"
		}
		if (c == "Y") != (digits == 4) || c == "y" && digits != 2 || digits > 4 || digits == 3 {
			return "", "", "", false
		}
		return "%" + c, order[1:], clock, true
	case clock != "" && digits <= 2:
		return "%" + clock[:1], order, clock[1:], true
	case clock == "" && behind == '.' && digits <= 9:
		return "%f", order, clock, true
	}
	return "", "", "", false
}

// wordFormat returns the conversion of a word in a time, or the word.
func wordFormat(word string) string {
	for _, names := range []struct {
		all         []string
		short, long string
	}{{months[:], "%b", "%B"}, {days[:], "%a", "%A"}} {
		if c := nameFormat(word, names.all, names.short, names.long); c != "" {
			return c
		}
	}
	switch {
	case isHalf(word):
		return "%p"
	case word == "Z" || word == "UTC" || word == "GMT":
		return "%Z"
	}
	return word
}

// nameFormat returns short or long, as a word is one of some names in three letters or
// whole; "" if it is none.
func nameFormat(word string, names []string, short, long string) string {
	for _, name := range names {
		switch {
		case strings.EqualFold(word, name) && len(name) > 3:
			return long
		case strings.EqualFold(word, name[:3]):
			return short
		}
	}
	return ""
}

// isHalf reports whether a word is AM or PM.
func isHalf(word string) bool { return strings.EqualFold(word, "am") || strings.EqualFold(word, "pm") }

func isDigit(b byte) bool  { return '0' <= b && b <= '9' }
func isLetter(b byte) bool { return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' }
