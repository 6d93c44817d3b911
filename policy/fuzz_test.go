package policy_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/policy"
)

// Whatever the text, a policy is read or its faults lie within it; and what was
// read gives no more working time than there was.
func FuzzParse(f *testing.F) {
	f.Add([]byte(everything))
	f.Add([]byte(`targets: {default: none, merchants: {"9": 1d}}`))
	f.Add([]byte("calendars:\n  a: &a {zone: UTC, week: {sat-tue: 09:00-09:00, mon: closed}}\n  b: *a\nuse: {default: a, countries: {fr: b}}\n"))
	f.Add([]byte("calendars: &a\n  a: *a\n"))
	f.Add([]byte("? {a: b}\n: !!binary aGVsbG8=\n--- |\n x\n"))
	f.Add([]byte("\xff\xfeu\x00s\x00e\x00:\x00"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := policy.Parse("p", text)
		if err != nil {
			require.Nil(t, p)
			joined, ok := err.(interface{ Unwrap() []error })
			require.True(t, ok)
			for _, err := range joined.Unwrap() {
				var fault *policy.Error
				require.True(t, errors.As(err, &fault))
				require.Equal(t, "p", fault.Path)
				require.LessOrEqual(t, fault.Line, 2+strings.Count(string(text), "\n")+strings.Count(string(text),
					"\r")+
					strings.Count(string(text), "\u0085")+strings.Count(string(text), "\u2028")+
					strings.Count(string(text), "\u2029"))
			}
			return
		}
		require.True(t, p.HasTargets() || p.Clock == policy.Elapsed || p.HasCalendars())
		for _, c := range p.Calendars() {
			from, to := micros(t, "2025-03-28T12:34:56Z"), micros(t, "2026-01-04T01:02:03Z")
			worked := c.Working(from, to)
			require.LessOrEqual(t, worked, to-from)
			require.Equal(t, worked, c.Working(from, from+12345678901)+c.Working(from+12345678901, to))
			c.Day(date("2025-12-25"))
		}
	})
}
