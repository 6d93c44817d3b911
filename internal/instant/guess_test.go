package instant_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/instant"
)

func TestGuessFormats(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, times string
		want        []string
	}{
		{"the day first", "31/10/2017 22:10|01/02/2018 07:00", []string{"%d/%m/%Y %H:%M"}},
		{"the month first", "10/31/2017 22:10|01/02/2018 07:00", []string{"%m/%d/%Y %H:%M"}},
		{"either", "01/02/2018 07:00|03/04/2018 07:00", []string{"%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"}},
		{"two digits", "31.10.17 22:10:47", []string{"%d.%m.%y %H:%M:%S"}},
		{"the year first, in two digits", "17-10-31 22:10|17-12-30 00:00", []string{"%y-%m-%d %H:%M"}},
		{"one digit", "1/2/2018 7:05:01 PM|3/4/2018 7:05:01 AM|3/14/2018 11:05:01 AM",
			[]string{"%m/%d/%Y %I:%M:%S %p"}},
		{"names", "Jan 2, 2018 07:00:00 AM|May 31, 2018 07:00:00 PM", []string{"%b %d, %Y %I:%M:%S %p"}},
		{"long names", "Monday, January 29, 2024 7:00 AM", []string{"%A, %B %d, %Y %I:%M %p"}},
		{"a fraction", "31/10/2017 22:10:47.123456", []string{"%d/%m/%Y %H:%M:%S.%f"}},
		{"an offset", "31/10/2017 22:10:47 +0100|31/10/2017 22:10:47 +01:00", []string{"%d/%m/%Y %H:%M:%S %z"}},
		{"a zone", "31/10/2017 22:10:47 UTC", []string{"%d/%m/%Y %H:%M:%S %Z"}},
		{"letters between", "31/10/2017 à 22h10", []string{"%d/%m/%Y à %Hh%M"}},
		{"no signs", "20171031 221047", nil},
		{"no signs but one", "20171031 22:10:47", []string{"%Y%m%d %H:%M:%S"}},
		{"digits alone", "20171031221047", []string{"%Y%m%d%H%M%S"}},
		{"a date", "31-Oct-2017", []string{"%d-%b-%Y"}},
		{"what is always read, too", "2017-10-31 22:10:47|31/10/2017 22:10", []string{"%d/%m/%Y %H:%M"}},
		{"no times", "soon|later|31/10/2017", nil},
		{"nothing", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var times [][]byte
			for text := range strings.SplitSeq(c.times, "|") {
				times = append(times, []byte(text))
			}
			require.Equal(t, c.want, instant.GuessFormats(times))
		})
	}
}

// A time in some format is read by one of the formats that are guessed of it, as itself.
func TestGuessedFormatsReadTimes(t *testing.T) {
	t.Parallel()
	layouts := map[string]string{
		"02/01/2006 15:04:05": "%d/%m/%Y %H:%M:%S", "1/2/2006 3:04:05 PM": "%m/%d/%Y %I:%M:%S %p",
		"Jan 2, 2006 15:04:05":           "%b %d, %Y %H:%M:%S",
		"Monday 2 January 2006 15:04:05": "%A %d %B %Y %H:%M:%S", "02.01.06 15:04:05": "%d.%m.%y %H:%M:%S",
		"20060102150405":             "%Y%m%d%H%M%S",
		"02-Jan-2006 15:04:05 -0700": "%d-%b-%Y %H:%M:%S %z",
	}
	rapid.Check(t, func(t *rapid.T) {
		layout := rapid.SampledFrom([]string{"02/01/2006 15:04:05", "1/2/2006 3:04:05 PM", "Jan 2, 2006 15:04:05",
			"Monday 2 January 2006 15:04:05",
			"02.01.06 15:04:05", "20060102150405", "02-Jan-2006 15:04:05 -0700"}).Draw(t, "layout")
		var times [][]byte
		var want []int64
		for range rapid.IntRange(1, 5).Draw(t, "times") {
			at := time.Unix(rapid.Int64Range(946684800, 2500000000).Draw(t, "at"), 0).UTC()
			times, want = append(times, []byte(at.Format(layout))), append(want, at.UnixMicro())
		}
		format := layouts[layout]
		if !slices.ContainsFunc(want, func(at int64) bool { return time.UnixMicro(at).UTC().Month() != time.May }) {
			format = strings.Replace(format, "%B", "%b", 1) // May is both
		}
		f, err := instant.ParseFormat(format)
		require.NoError(t, err)
		for i, text := range times {
			at, _, ok := f.Parse(text, nil)
			require.True(t, ok)
			require.Equal(t, want[i], at)
		}
		guessed := instant.GuessFormats(times)
		other, err := instant.ParseFormat("%y.%m.%d %H:%M:%S")
		require.NoError(t, err)
		isOther := func(text []byte) bool { _, _, ok := other.Parse(text, nil); return ok }
		if slices.ContainsFunc(times, func(text []byte) bool { return !isOther(text) }) {
			require.Contains(t, guessed, format)
		} else { // of so few times either may be meant
			require.True(t, slices.Contains(guessed, format) || slices.Contains(guessed, other.String()), guessed)
		}
	})
}

func FuzzGuessFormats(f *testing.F) {
	f.Add("31/10/2017 22:10", "Monday, January 29, 2024 7:00 AM")
	f.Add("20171031221047+01", "%d%")
	f.Fuzz(func(t *testing.T, a, b string) {
		for _, format := range instant.GuessFormats([][]byte{[]byte(a), []byte(b)}) {
			_, err := instant.ParseFormat(format)
			require.NoError(t, err)
		}
	})
}
