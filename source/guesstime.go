package source

import "strings"

// GuessTimeFormats returns formats that read most of some times, at least half of
// them, and all equally many. Where the day and the month could be either, there is
// one of each: which is meant is for the reader to say.
func GuessTimeFormats(times [][]byte) []string {
	best, found := (len(times)+1)/2, []string(nil)
	for _, f := range knownFormats() {
		n := 0
		for i, t := range times {
			if n+len(times)-i < best {
				break
			}
			if _, _, ok := f.Parse(t, nil); ok {
				n++
			}
		}
		switch {
		case n == 0 || n < best:
		case n > best:
			best, found = n, []string{f.String()}
		default:
			found = append(found, f.String())
		}
	}
	return found
}

// knownFormats returns forms of time that exports use, of which none is always read.
func knownFormats() (formats []*TimeFormat) {
	dates := []string{"%Y%m%d", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y", "%B %d, %Y", "%a %d %b %Y", "%A %d %B %Y",
		"%A, %d %B %Y", "%A, %B %d, %Y"}
	for _, sign := range []string{"/", ".", "-"} {
		for _, order := range []string{"%d %m %Y", "%m %d %Y", "%d %m %y", "%m %d %y"} {
			dates = append(dates, strings.ReplaceAll(order, " ", sign))
		}
	}
	clocks := []string{""}
	for _, between := range []string{" ", ", ", "T", " at "} {
		for _, clock := range []string{"%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p", "%Hh%M"} {
			clocks = append(clocks, between+clock, between+clock+" %z", between+clock+" %Z")
		}
	}
	for _, date := range dates {
		for _, clock := range clocks {
			if f, err := ParseTimeFormat(date + clock); err == nil {
				formats = append(formats, f)
			}
		}
	}
	return formats
}
