package source_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/source"
)

// FuzzTimeFormat: a format that is read reads what package time writes in it, and
// whatever the text, a time that is read is one of the years that are.
func FuzzTimeFormat(f *testing.F) {
	for _, s := range []string{"%d/%m/%Y %H:%M", "%m/%d/%y %I:%M:%S %p", "%A, %d %B %Y", "%Y%m%d",
		"%d.%m.%Y %H:%M:%S.%f %z", "%b %d %Y%Z", "%Y-%%-%m-%d", "%", "%q"} {
		f.Add(s, "03/02/2025 10:00", int64(1772359200))
	}
	f.Fuzz(func(t *testing.T, text, value string, seconds int64) {
		format, err := source.ParseTimeFormat(text)
		if err != nil {
			require.ErrorAs(t, err, new(source.RulesError))
			return
		}
		if at, _, ok := format.Parse([]byte(value), nil); ok {
			year := time.UnixMicro(at).UTC().Year()
			require.True(t, year >= 1989 && year <= 2100, "%q in %q", value, text)
		}
		when := time.Unix(seconds, 0).UTC()
		if when.Year() < 1990 || when.Year() > 2089 || openEnded.MatchString(format.String()) {
			return
		}
		written := strftime(format.String(), when)
		at, _, ok := format.Parse([]byte(written), nil)
		require.True(t, ok, "%q in %q", written, text)
		require.Equal(t, when.Format(time.DateOnly), time.UnixMicro(at).UTC().Format(time.DateOnly), "%q in %q",
			written, text)
	})
}

// openEnded matches formats in which it is not certain where a conversion ends.
var openEnded = regexp.MustCompile(`%[fzZ][^ ]`)

// strftime writes a time in a format.
func strftime(format string, t time.Time) string {
	layouts := map[byte]string{'Y': "2006", 'y': "06", 'm': "01", 'd': "02", 'H': "15", 'I': "03", 'M': "04", 'S': "05",
		'f': "000000",
		'p': "PM", 'b': "Jan", 'B': "January", 'a': "Mon", 'A': "Monday", 'z': "-0700", 'Z': "MST"}
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		switch {
		case format[i] != '%':
			b.WriteByte(format[i])
		case format[i+1] == '%':
			b.WriteByte('%')
			i++
		case format[i+1] == 'f':
			b.WriteString("000000")
			i++
		default:
			b.WriteString(t.Format(layouts[format[i+1]]))
			i++
		}
	}
	return b.String()
}
