package policy_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/parallel"
	"github.com/sav-analytics/sav/internal/thorough"
	"github.com/sav-analytics/sav/policy"
)

// The days without work of three countries are those that were published: for
// France by the Code du travail (L3133-1), whose dates service-public.gouv.fr
// lists; for the United States' federal holidays, as observed, by opm.gov; for the
// bank holidays of England and Wales, with their substitute days, by gov.uk.
func TestPublishedHolidays(t *testing.T) {
	t.Parallel()
	for country, published := range map[string]map[int]string{
		"FR": {
			2025: "01-01 04-21 05-01 05-08 05-29 06-09 07-14 08-15 11-01 11-11 12-25",
			2026: "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25",
		},
		"US": {
			2021: "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31", // the last is 2022's
			2022: "01-17 02-21 05-30 06-20 07-04 09-05 10-10 11-11 11-24 12-26",
			2025: "01-01 01-20 02-17 05-26 06-19 07-04 09-01 10-13 11-11 11-27 12-25",
			2026: "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25",
		},
		"GB": {
			2022: "01-03 04-15 04-18 05-02 06-02 06-03 08-29 12-26 12-27",
			2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
			2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
			2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
		},
	} {
		c := one(t, "{zone: UTC, holidays: "+country+", week: {mon-sun: 00:00-24:00}}")
		for year, want := range published {
			var got []string
			for day := time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC); day.Year() == year; day = day.AddDate(0,
				0, 1) {
				if c.Day(day).Why != "" {
					got = append(got, day.Format("01-02"))
				}
			}
			require.Equal(t, strings.Fields(want), got, "%s %d", country, year)
		}
	}
}

// Every country has holidays in every year, each of them with a name, and one
// that Working leaves out.
func TestHolidaysOfEveryCountry(t *testing.T) {
	t.Parallel()
	require.Len(t, policy.HolidayCountries(), 34)
	for _, country := range policy.HolidayCountries() {
		c := one(t, "{zone: UTC, holidays: "+strings.ToLower(country)+", week: {mon-sun: 00:00-24:00}}")
		require.Equal(t, country, c.Country())
		for year := 1990; year < 2100; year += thorough.Or(63, 21) {
			closed := 0
			first := time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC)
			for day := first; day.Year() == year; day = day.AddDate(0, 0, 1) {
				if c.Day(day).Why != "" {
					closed++
				}
			}
			require.Greater(t, closed, 3, "%s %d", country, year)
			next := first.AddDate(1, 0, 0)
			days := int(next.Sub(first).Hours()) / 24
			require.EqualValues(t, int64(days-closed)*24*hour, c.Working(first.UnixMicro(), next.UnixMicro()), "%s %d",
				country, year)
		}
	}
}

// Holidays may be asked for by several goroutines at once, of any country: the race detector looks on.
func TestHolidaysFromManyGoroutines(t *testing.T) {
	t.Parallel()
	for _, country := range policy.HolidayCountries() {
		c := one(t, "{zone: UTC, holidays: "+country+", week: {mon-sun: 00:00-24:00}}")
		parallel.Each(4, func(i int) {
			for month := time.January; month <= time.December; month++ {
				c.Day(time.Date(2026+i, month, 1, 0, 0, 0, 0, time.UTC))
			}
		})
	}
}

// The page of policies names every country that has a table.
func TestPageNamesTheCountries(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/policy.md")
	require.NoError(t, err)
	require.Contains(t, string(page), "\n"+strings.Join(policy.HolidayCountries(), " ")+"\n")
}
