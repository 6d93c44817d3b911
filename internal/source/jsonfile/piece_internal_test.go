package jsonfile

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sav-analytics/sav/internal/intake"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/source/dialect"
	"github.com/sav-analytics/sav/internal/swar"
	"github.com/sav-analytics/sav/source"
)

// manyKeys is an object with all keys that have a meaning below.
const manyKeys = `{"id":1,"conversation":{"id":1},"sentAt":"2026-03-01 10:00:00","sender":{"user_id":1},` +
	`"client":{"user_id":1},"merchant":{"user_id":2,"id":3},"country":"FR","role":"client",` +
	`"is_public":true,"body":""}` + "\n"

// A read is what a row's object gives.
type read struct {
	End, Bad int // Bad if End is -1
	Message  intake.Message
	Blank    bool
	Late     string
}

// scanners returns a function that makes scanners of one file and dictionary.
func scanners(t require.TestingT) func() *scanner {
	file, err := dialect.Open(dialect.Stdin, strings.NewReader(manyKeys), dialect.Options{})
	require.NoError(t, err)
	in, err := newInput(file, &Options{})
	require.NoError(t, err)
	require.NoError(t, file.Close())
	dict := source.NewDict()
	return func() *scanner { return in.Scanner(source.Needs{}, dict).(*scanner) }
}

// load makes a text what the scanner reads.
func (s *scanner) load(text []byte, lines bool) {
	s.b, s.end, s.lines = append(bytes.Clone(text), make([]byte, swar.Padding)...), len(text), lines
}

// fast reads the row of a text as a scanner does.
func (s *scanner) fast(text []byte, lines bool) read {
	s.load(text, lines)
	return s.result(s.row(1))
}

// plain reads the row of a text by the general path alone: no piece is known to a new
// scanner, and all values are taken as text.
func (s *scanner) plain(text []byte, lines bool) read {
	s.load(text, lines)
	values := new([intake.NumFields][]byte)
	s.values = values
	end := s.read(1)
	for f, value := range values {
		if value != nil {
			s.parser.Set(&s.message, source.Field(f), value)
		}
	}
	if s.illFormed {
		s.message.Flags |= intake.FlagInvalidUTF8
	}
	return s.result(end)
}

func (s *scanner) result(end int) read {
	if end < 0 {
		return read{End: -1, Bad: s.bad}
	}
	return read{End: end, Message: s.message, Blank: s.blank, Late: s.late}
}

// A row that is like those before it reads as it does alone.
func TestRowsBesideOthers(t *testing.T) {
	t.Parallel()
	newScanner := scanners(t)
	values := []string{`1`, `12345678`, `123456789012`, `9223372036854775806`, `0`, `01`, `-5`, `1.0`, `1e3`, `12a`,
		`"12"`, `"012"`, `"12345678"`, `"C-7"`, `"0b9c4c1e-7d0c-4e3b-9a57-3f6f1c2d4e5f"`, `""`, `" "`, `null`, `NaN`, `true`,
		`[1,{"id":2}]`, `{}`, `{"id":7}`, `{"user_id": 8 }`, `"FR"`, `"fr"`, `"F\u0052"`, `"FRA"`, `"merchant"`, `"Client "`,
		`client"`, `"agent"`, "\"\xff\"", `"é"`, `"a\"b"`, `"a`, `tru`,
		`"2026-03-01 10:00:01"`, `"2026-03-01T10:00:02Z"`, `"2026-03-02T10:00:03+00:00"`, `"2026-03-02 10:00:04x"`,
		`"2026-03-01 25:00:00"`, `1772359200`, `2026-03-01 10:00:00"`, `FR"`}
	names := []string{`"id"`, `"conversation"`, `"sentAt"`, `"sender"`, `"client"`, `"merchant"`, `"country"`, `"role"`,
		`"is_public"`, `"body"`, `"a key that is new, and longer than what is compared at once"`, `"i\u0064"`, "\"\xff\"",
		`"a key that is new, and longer than another"`, `""`, `"country_code"`, `"x`}
	usual := strings.Split(strings.Trim(manyKeys, "{}\n"), ",\"")
	for i := range usual {
		usual[i] = `"` + strings.TrimPrefix(usual[i], `"`)
	}
	rapid.Check(t, func(t *rapid.T) {
		one := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, "one") }
		rarely := func() bool { return rapid.IntRange(1, 12).Draw(t, "rarely") == 12 }
		s, lines := newScanner(), rapid.Bool().Draw(t, "lines")
		for range rapid.IntRange(1, 20).Draw(t, "rows") {
			members := slices.Clone(usual)
			for len(members) > 0 && rapid.IntRange(1, 3).Draw(t, "more") == 1 {
				i, j := rapid.IntRange(0, len(members)-1).Draw(t, "i"), rapid.IntRange(0, len(members)-1).Draw(t, "j")
				switch rapid.IntRange(1, 4).Draw(t, "what") {
				case 1:
					members[i], members[j] = members[j], members[i]
				case 2:
					members = slices.Delete(members, i, i+1)
				default:
					members[i] = one(names...) + one("", "", " ") + ":" + one("", "", "\n", "\t ") + one(values...)
				}
			}
			text := []byte("{" + strings.Join(members, ",") + "}")
			for rarely() {
				i := rapid.IntRange(1, len(text)-1).Draw(t, "place")
				text = append(text[:i:i], append([]byte(one("", " ", "\n", "{", "}", `"`, `\`, ",", "x", "\x00", "\xff")),
					text[i+rapid.IntRange(0, 1).Draw(t, "replaced"):]...)...)
			}
			if rarely() {
				text = text[:rapid.IntRange(1, len(text)).Draw(t, "cut")]
			}
			require.Equal(t, newScanner().plain(text, lines), s.fast(text, lines), "%q", text)
		}
	})
}

// Whatever a row is, the next one reads as it does alone.
func FuzzRowsBesideOthers(f *testing.F) {
	row := strings.TrimSuffix(manyKeys, "\n")
	f.Add(row, row, true)
	f.Add(row, strings.ReplaceAll(row, ":", " : "), false)
	f.Add(row, strings.Replace(row, `{"id":1}`, `5`, 1), true)
	f.Add(strings.Replace(row, `"id":1`, `"id":"1"`, 1), strings.Replace(row, `"id":1`, `"id":{"id":1}`, 1), true)
	f.Add(row, strings.Replace(row, `"FR`, `FR`, 1), true)
	f.Add(row, strings.Replace(row, `:"client"`, `:client"`, 1), true)
	f.Add(row, strings.Replace(row, `:"client"`, `:"client "`, 1), true)
	f.Add(row, strings.Replace(row, `"2026`, `2026`, 1), true)
	f.Add(row, strings.Replace(row, `00"`, `00x"`, 1), true)
	f.Add(`{"a key that is longer than others are":1}`, `{"a key that is longer than others aren't":1}`, true)
	f.Add("{\"\xff\":1}", "{\"\xff\":1,\"id\":2}", true)
	newScanner := scanners(f)
	f.Fuzz(func(t *testing.T, first, second string, lines bool) {
		if len(first)+len(second) > 1<<12 || !strings.HasPrefix(first, "{") || !strings.HasPrefix(second, "{") {
			t.Skip("no objects")
		}
		s := newScanner()
		for _, text := range []string{first, second, first, second} {
			require.Equal(t, newScanner().plain([]byte(text), lines), s.fast([]byte(text), lines), "%q", text)
		}
	})
}

// However many pieces there are, few are remembered, and rows read the same.
func TestManyPieces(t *testing.T) {
	t.Parallel()
	newScanner := scanners(t)
	s := newScanner()
	for i := range 3 * maxPieces {
		text := fmt.Appendf(nil, `{"key%d":%d,"key%d":1,"id":"%d","country":"DE"}`, i%(2*maxPieces), i, i*7, i)
		require.Equal(t, newScanner().plain(text, true), s.fast(text, true), "%q", text)
	}
	require.LessOrEqual(t, s.pieces, maxPieces)
}
