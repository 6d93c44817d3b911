package policy_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"unicode/utf16"

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
	f.Add([]byte("\xfe\xff" + strings.Repeat("\x20\x28\x00\x85", 9) + "\x00x\x00:"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := policy.Parse("p", text)
		if err != nil {
			require.Nil(t, p)
			joined, ok := err.(interface{ Unwrap() []error })
			require.True(t, ok)
			most := 2 + lineBreaks(text)
			for _, err := range joined.Unwrap() {
				var fault *policy.Error
				require.True(t, errors.As(err, &fault))
				require.Equal(t, "p", fault.Path)
				require.LessOrEqual(t, fault.Line, most)
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

// lineBreaks returns how many characters of a text YAML takes for the end of a line; the text
// may be in UTF-16.
func lineBreaks(text []byte) (n int) {
	switch {
	case bytes.HasPrefix(text, []byte("\xfe\xff")):
		text = fromUTF16(text, binary.BigEndian)
	case bytes.HasPrefix(text, []byte("\xff\xfe")):
		text = fromUTF16(text, binary.LittleEndian)
	}
	for _, r := range string(text) {
		if strings.ContainsRune("\n\r\u0085\u2028\u2029", r) {
			n++
		}
	}
	return n
}

func fromUTF16(text []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, len(text)/2)
	for i := range units {
		units[i] = order.Uint16(text[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}
