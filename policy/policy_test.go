package policy_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/policy"
)

const hour = int64(3_600_000_000)

const everything = `# what we promise
calendars:
  paris:
    zone: Europe/Paris
    week: {mon-thu: "09:00-12:30 14:00-18:00", fri: "09:00-16:00", sat: "22:00-02:00"}
    holidays: FR
    days: {2026-12-24: "09:00-12:00", 2026-05-15: closed}
  haifa: {zone: Asia/Jerusalem, week: {sun-thu: 08:00-16:00}}
use:
  default: paris
  countries: {IL: haifa, NO: always}
  merchants: {"72": always, 73: paris}
targets:
  clock: work
  default: 24h
  countries: {DE: 12h, no: none}
  merchants: {"72": 1h30m, "9": none}
`

func parse(t require.TestingT, text string) *policy.Policy {
	p, err := policy.Parse("policy.yaml", []byte(text))
	require.NoError(t, err)
	return p
}

func TestWhoHasWhat(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "policy.yaml")
	require.NoError(t, os.WriteFile(path, []byte(everything), 0o600))
	p, err := policy.Load(path)
	require.NoError(t, err)
	sum := sha256.Sum256([]byte(everything))
	require.Equal(t, hex.EncodeToString(sum[:]), p.SHA256)
	require.Equal(t, path, p.Path)
	require.Equal(t, everything, p.Text())
	require.True(t, p.HasCalendars())
	require.True(t, p.HasTargets())
	require.Equal(t, policy.Work, p.Clock)

	for _, test := range []struct {
		merchant, country, calendar string
		target                      int64 // 0: none
	}{
		{"1", "FR", "paris", 24 * hour},
		{"1", "DE", "paris", 12 * hour},
		{"1", "IL", "haifa", 24 * hour},
		{"1", "NO", "always", 0},
		{"72", "IL", "always", hour * 3 / 2},
		{"73", "IL", "paris", 24 * hour},
		{"9", "DE", "paris", 0},
		{"", "IL", "haifa", 24 * hour},
		{"", "", "paris", 24 * hour},
	} {
		require.Equal(t, test.calendar, p.Calendar(test.merchant, test.country).Name(), test)
		micros, ok := p.Target(test.merchant, test.country)
		require.Equal(t, test.target, micros, test)
		require.Equal(t, test.target > 0, ok, test)
	}

	var uses []string
	for _, u := range p.Uses() {
		uses = append(uses, u.Who.String()+": "+u.Calendar.Name())
	}
	require.Equal(t, []string{"default: paris", "country IL: haifa", "country NO: always", "merchant 72: always",
		"merchant 73: paris"}, uses)
	require.Equal(t, []policy.Target{
		{Micros: 24 * hour, Text: "24h"},
		{Who: policy.Who{Country: "DE"}, Micros: 12 * hour, Text: "12h"}, {Who: policy.Who{Country: "NO"},
			Text: "none"},
		{Who: policy.Who{Merchant: "72"}, Micros: hour * 3 / 2, Text: "1h30m"}, {Who: policy.Who{Merchant: "9"},
			Text: "none"},
	}, p.Targets())
	require.Len(t, p.Calendars(), 2)
	require.Equal(t, "Europe/Paris", p.Calendars()[0].Zone())
	require.Equal(t, "FR", p.Calendars()[0].Country())
}

func TestUnused(t *testing.T) {
	t.Parallel()
	p := parse(t, everything)
	known := func(names ...string) func(string) bool {
		return func(name string) bool {
			for _, n := range names {
				if n == name {
					return true
				}
			}
			return false
		}
	}
	require.Equal(t, []policy.Who{{Country: "NO"}, {Merchant: "73"}, {Country: "DE"}}, p.Unused(known("72", "9"),
		known("IL", "FR")))
	require.Empty(t, p.Unused(known("72", "73", "9"), known("IL", "NO", "DE")))
	require.Empty(t, p.Unused(nil, nil))
}

// A policy of targets alone measures all time; one of calendars alone promises nothing.
func TestHalves(t *testing.T) {
	t.Parallel()
	p := parse(t, `targets: {default: none, merchants: {"9": 1d}}`)
	require.False(t, p.HasCalendars())
	require.True(t, p.HasTargets())
	require.Equal(t, policy.Elapsed, p.Clock)
	require.Equal(t, "always", p.Calendar("9", "FR").Name())
	require.Equal(t, policy.Target{Text: "none"}, p.Targets()[0])

	p = parse(t, "calendars: {a: {zone: UTC, week: {sun: 00:00-24:00}}}\nuse: {countries: {unknown: a}}")
	require.True(t, p.HasCalendars())
	require.False(t, p.HasTargets())
	require.Equal(t, "a", p.Calendar("1", "unknown").Name())
	require.True(t, p.Calendar("1", "FR").IsAlways())

	p = parse(t, "use: {default: always}\ntargets: {clock: elapsed, default: none}")
	require.False(t, p.HasCalendars())
	require.False(t, p.HasTargets())
}

// An alias stands for what its anchor names.
func TestAliases(t *testing.T) {
	t.Parallel()
	p := parse(t, `calendars:
  a: {zone: UTC, week: &hours {mon: &nine 09:00-18:00, tue: *nine}}
  b: {zone: Europe/Paris, week: *hours}
use: {default: a, countries: {FR: b}}`)
	require.Equal(t, 9*hour, p.Calendar("1", "FR").Day(date("2026-03-03")).Open)
}

// Nothing promises nothing, and no argument makes it panic.
func TestNil(t *testing.T) {
	t.Parallel()
	var p *policy.Policy
	require.False(t, p.HasCalendars())
	require.False(t, p.HasTargets())
	require.Empty(t, p.Text())
	require.Equal(t, "always", p.Calendar("1", "FR").Name())
	_, ok := p.Target("1", "FR")
	require.False(t, ok)
	require.Len(t, p.Uses(), 1)
	require.Len(t, p.Targets(), 1)
	require.Empty(t, p.Calendars())
	require.Empty(t, p.Unused(nil, nil))
	var c *policy.Calendar
	require.Equal(t, "always", c.Name())
	require.Empty(t, c.Zone()+c.Country())
	require.EqualValues(t, 5, c.Working(10, 15))
	require.Equal(t, policy.Day{Hours: "00:00-24:00", Open: 24 * hour}, c.Day(date("2026-03-03")))
	require.EqualValues(t, 5, new(policy.Calendar).Working(10, 15))
}
