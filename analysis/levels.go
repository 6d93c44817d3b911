package analysis

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sav-analytics/sav/internal/analysis/groups"
)

// A Level says what the groups of a part of the report are made of.
type Level uint8

const (
	All               Level = iota // one group of all conversations
	ByCountry                      // a group for each country
	ByMerchant                     // a group for each merchant
	ByCountryMerchant              // a group for each merchant in each country
	ByMerchantClient               // a group for each client of each merchant
	numLevels
)

// A levelSpec is a level's name, and which parts of the keys it tells apart.
type levelSpec struct {
	name string
	by   groups.By
}

var levels = [numLevels]levelSpec{
	All:               {"all", groups.By{}},
	ByCountry:         {"country", groups.By{Country: true}},
	ByMerchant:        {"merchant", groups.By{Merchant: true}},
	ByCountryMerchant: {"country_merchant", groups.By{Country: true, Merchant: true}},
	ByMerchantClient:  {"merchant_client", groups.By{Merchant: true, Client: true}},
}

// String returns the level's name in the report, or Level(77) if there is no such
// level.
func (l Level) String() string {
	if !l.known() {
		return fmt.Sprintf("Level(%d)", uint8(l))
	}
	return levels[l].name
}

func (l Level) known() bool { return l < numLevels }

// spec returns what the level tells apart: nothing, if there is no such level.
func (l Level) spec() levelSpec {
	if !l.known() {
		return levelSpec{}
	}
	return levels[l]
}

// defaultLevels returns the levels of a report for which none are chosen.
func defaultLevels() []Level { return []Level{All, ByCountry, ByMerchant, ByCountryMerchant} }

// ParseLevels reads a comma-separated list of levels. A level that is named
// twice counts once. An empty list is the default.
func ParseLevels(list string) ([]Level, error) {
	if list == "" {
		return defaultLevels(), nil
	}
	var parsed []Level
	for name := range strings.SplitSeq(list, ",") {
		name = strings.TrimSpace(name)
		at := slices.IndexFunc(levels[:], func(l levelSpec) bool { return l.name == name })
		if at < 0 {
			return nil, fmt.Errorf(
				"unknown level %q; the levels are all, country, merchant, country_merchant, merchant_client", name)
		}
		if !slices.Contains(parsed, Level(at)) {
			parsed = append(parsed, Level(at))
		}
	}
	return parsed, nil
}
