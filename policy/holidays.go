package policy

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/ar"
	"github.com/rickar/cal/v2/at"
	"github.com/rickar/cal/v2/be"
	"github.com/rickar/cal/v2/bg"
	"github.com/rickar/cal/v2/br"
	"github.com/rickar/cal/v2/ca"
	"github.com/rickar/cal/v2/ch"
	"github.com/rickar/cal/v2/cz"
	"github.com/rickar/cal/v2/de"
	"github.com/rickar/cal/v2/dk"
	"github.com/rickar/cal/v2/es"
	"github.com/rickar/cal/v2/fr"
	"github.com/rickar/cal/v2/gb"
	"github.com/rickar/cal/v2/gr"
	"github.com/rickar/cal/v2/hr"
	"github.com/rickar/cal/v2/ie"
	"github.com/rickar/cal/v2/it"
	"github.com/rickar/cal/v2/jp"
	"github.com/rickar/cal/v2/lt"
	"github.com/rickar/cal/v2/lv"
	"github.com/rickar/cal/v2/mw"
	"github.com/rickar/cal/v2/nc"
	"github.com/rickar/cal/v2/nl"
	"github.com/rickar/cal/v2/no"
	"github.com/rickar/cal/v2/nz"
	"github.com/rickar/cal/v2/pl"
	"github.com/rickar/cal/v2/ro"
	"github.com/rickar/cal/v2/ru"
	"github.com/rickar/cal/v2/se"
	"github.com/rickar/cal/v2/si"
	"github.com/rickar/cal/v2/sk"
	"github.com/rickar/cal/v2/ua"
	"github.com/rickar/cal/v2/us"
	"github.com/rickar/cal/v2/za"
)

// tables are the national holidays that rickar/cal knows, by ISO 3166 country. It
// has Australia's by state only.
var tables = map[string][]*cal.Holiday{
	"AR": ar.Holidays, "AT": at.Holidays, "BE": be.Holidays, "BG": bg.Holidays, "BR": br.Holidays,
	"CA": ca.Holidays, "CH": ch.Holidays, "CZ": cz.Holidays, "DE": de.Holidays, "DK": dk.Holidays,
	"ES": es.Holidays, "FR": fr.Holidays, "GB": gb.Holidays, "GR": gr.Holidays, "HR": hr.Holidays,
	"IE": ie.Holidays, "IT": it.Holidays, "JP": jp.Holidays, "LT": lt.Holidays, "LV": lv.Holidays,
	"MW": mw.Holidays, "NC": nc.Holidays, "NL": nl.Holidays, "NO": no.Holidays, "NZ": nz.Holidays,
	"PL": pl.Holidays, "RO": ro.Holidays, "RU": ru.Holidays, "SE": se.Holidays, "SI": si.Holidays,
	"SK": sk.Holidays, "UA": ua.Holidays, "US": us.Holidays, "ZA": za.Holidays,
}

// The tables are of dates, which must not depend on the zone of the machine: where
// midnight is skipped, a date of that zone would be that of the day before.
func init() { cal.DefaultLoc = time.UTC }

// holidayCountries returns the ISO 3166 codes of the countries whose public
// holidays are known, in order.
func holidayCountries() []string { return slices.Sorted(maps.Keys(tables)) }

// holidayHint returns what is expected instead of a country without holidays.
func holidayHint(country string) string {
	hint := "expected one of " + strings.Join(holidayCountries(), " ")
	switch country {
	case "AU":
		return "Australia's differ from state to state; name the dates under days"
	case "UK":
		return "did you mean GB?"
	case "EL":
		return "did you mean GR?"
	}
	return hint
}

// observed returns the names of the holidays that are observed in a country in the
// year and the days around it, by day since 1970. Where two fall on one day, the
// first of the table is named.
func observed(country string, year int) map[int64]string {
	days := make(map[int64]string)
	for _, shared := range tables[country] {
		// Calc of some writes to the holiday itself, which all goroutines share.
		holiday := *shared
		for y := year - 1; y <= year+1; y++ { // New Year may be observed in the year before
			_, date := holiday.Calc(y)
			if date.IsZero() {
				continue
			}
			day := time.Date(date.Year(), date.Month(), date.Day(), 0, 0, 0, 0, time.UTC).UnixMicro() / dayLength
			if _, ok := days[day]; !ok {
				days[day] = holiday.Name
			}
		}
	}
	return days
}
