package jsonfile_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/naive"
	"github.com/sav-analytics/sav/internal/quirks"
	"github.com/sav-analytics/sav/internal/source/readtest"
	"github.com/sav-analytics/sav/source"
)

// compare reads a text in chunks, at once, and by encoding/json and the naive rules.
func compare(t readtest.T, text string, chunk, workers int) {
	path := readtest.File(t, "m.jsonl", text)
	want := expected(path, lines(text))
	src, err := open(readtest.Options{}, path)
	require.NoError(t, err, "%q", text)
	defer src.Close()
	whole, err := readPlainly(src)
	require.NoError(t, err)
	require.Equal(t, want, whole, "one scan: %q", text)
	cut, err := read(readtest.Options{}.Cut(chunk, workers), path)
	require.NoError(t, err)
	require.Equal(t, want, cut, "%d workers on chunks of %d bytes: %q", workers, chunk, text)
	stream, err := read(readtest.Options{Stdin: strings.NewReader(text)}, "-")
	require.NoError(t, err)
	for i := range stream.Rejects {
		stream.Rejects[i].Input = path
	}
	require.Equal(t, want, stream, "a stream: %q", text)
}

// first has all keys, so that none is new later.
const first = `{"message_id":"0","conversation_id":1,"created_at":"2026-03-01 10:00:00","sender_user_id":1,"client_user_id":1,"merchant_user_id":2,"merchant_id":3,"country":"fr","is_public":true,"needs_reply":"","body":""}` + "\n"

// FuzzLines: any text after an object with all keys reads as the rules say.
func FuzzLines(f *testing.F) {
	row := `{"message_id":"1","conversation_id":1,"created_at":"2026-03-01 10:00:01","sender_user_id":1,"client_user_id":1,"merchant_user_id":2,"merchant_id":3,"country":"fr","body":"x"}`
	for _, body := range []string{
		"", "\n\n", row, row + "\r\n" + row + "\n", row + row + "\n", "{}\n{\"body\":\" \\n\"}\n",
		strings.ReplaceAll(row, ":", " : "), "[]\n5\n\"x\"\nnull\n{\n",
		strings.Replace(row, `"x"`, `{"a":{"b":[1,{"c":2}]}}`, 1), strings.Replace(row, `"x"`, `"\u00e9\ud800\"\\"`, 1),
		strings.Replace(row, `"fr"`, `"\u0066r"`, 1),
		strings.Replace(row, `"fr"`, "\"f\xff\"", 1), strings.Replace(row, `1,"created`,
			`12345678901234567890,"created`, 1), strings.Replace(row, `"2026-03-01 10:00:01"`, "1772359200.5", 1),
		strings.Replace(row, `:3`, `:3.0`, 1), strings.Replace(row, `:3`, `:null`, 1), strings.Replace(row, `:3`,
			`:[3]`, 1), strings.Replace(row, `:3`, `:{"merchant_id":3}`, 1),
		strings.Replace(row, `message_id`, `message\u005fid`, 1), row[:40], row + "x\n" + row, "\t" + row + " \t\n \n",
		strings.Replace(row, `:1,"client`, `:0001,"client`, 1),
		"{\"\xe1\x80\":\"x\",\"\xff\":\"\"}", // one key, in two forms
	} {
		f.Add(body, uint8(0))
		f.Add(body+"\n"+row, uint8(20))
	}
	f.Fuzz(func(t *testing.T, body string, size uint8) {
		if len(body) > 2<<10 || strings.Contains(body, "NaN") {
			t.Skip("too long for so small chunks, or NaN, which encoding/json does not know")
		}
		for _, o := range lines(body) {
			for name := range o.values {
				if strings.Contains(name, ".") || intake.HasMeaning(name) && !strings.Contains(first, `"`+name+`"`) ||
					twice(naive.Valid(o.text)) {
					t.Skip("a key that is new or there twice")
				}
			}
		}
		compare(t, first+body, 1+int(size%64), 2)
	})
}

// twice reports whether an object has a key twice.
func twice(text string) bool {
	var depth []map[string]bool // keys of the objects around, nil for an array
	key := false
	for decoder := json.NewDecoder(strings.NewReader(text)); ; {
		token, err := decoder.Token()
		if err != nil {
			return false
		}
		switch v := token.(type) {
		case json.Delim:
			switch v {
			case '{':
				depth, key = append(depth, make(map[string]bool)), true
				continue
			case '[':
				depth = append(depth, nil)
			default:
				depth = depth[:len(depth)-1]
			}
		case string:
			if key {
				seen := depth[len(depth)-1]
				if seen[v] {
					return true
				}
				seen[v], key = true, false
				continue
			}
		}
		key = len(depth) > 0 && depth[len(depth)-1] != nil
	}
}

// render writes a table as JSON, with numbers and nesting where it may be.
func render(t *rapid.T, table quirks.Table, separator string) (objects []string) {
	chance := func(n int) bool { return rapid.IntRange(1, n).Draw(t, "chance") == n }
	for _, row := range table.Rows {
		var b strings.Builder
		b.WriteString("{")
		for i, name := range table.Header {
			if i >= len(row) {
				break
			}
			if i > 0 {
				b.WriteString("," + separator)
			}
			value, _ := json.Marshal(row[i])
			switch {
			case json.Valid([]byte(row[i])) && strings.Trim(row[i], "-.0123456789") == "" && chance(2):
				value = []byte(row[i])
			case row[i] == "" && chance(2):
				value = []byte(rapid.SampledFrom([]string{"null", "[]", `[{"a": 1}]`}).Draw(t, "empty"))
			case !strings.ContainsAny(row[i], "\"\\\n\r\t") && chance(2):
				value = []byte(`"` + row[i] + `"`) // ill-formed text, too
			}
			key, _ := json.Marshal(name)
			fmt.Fprintf(&b, "%s:%s%s", key, separator, value)
		}
		b.WriteString("}")
		objects = append(objects, b.String())
	}
	return objects
}

// headerObject returns an object with all keys of a table, so that none is new later.
func headerObject(table quirks.Table) string {
	var members []string
	for _, name := range table.Header {
		key, _ := json.Marshal(name)
		members = append(members, string(key)+`:"x"`)
	}
	return "{" + strings.Join(members, ",") + "}"
}

// Tables with every quirk, as JSON Lines and however they are cut.
func TestQuirksInChunks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		table := quirks.Draw(t, quirks.Options{Rejects: true})
		objects := render(t, table, rapid.SampledFrom([]string{"", " "}).Draw(t, "separator"))
		for i := range objects {
			if rapid.IntRange(1, 12).Draw(t, "bad") == 1 {
				objects[i] = rapid.SampledFrom([]string{"", " ", "{}", "5", "[1]", `{"x": `, objects[i] + objects[i],
					objects[i] + " \r", `{"body": "\n"}`, `{"nested": {"body": 1}}`}).Draw(t, "line")
			}
		}
		end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "end")
		text := headerObject(table) + end + strings.Join(objects, end)
		compare(t, text, rapid.IntRange(1, 64).Draw(t, "chunk"), rapid.IntRange(1, 3).Draw(t, "workers"))
	})
}

// An array of objects reads as the same objects on lines, but for the lines.
func TestArrays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		table := quirks.Draw(t, quirks.Options{Rejects: true})
		separator := rapid.SampledFrom([]string{"", " ", "\n", "\r\n\t"}).Draw(t, "separator")
		objects := append([]string{headerObject(table)}, render(t, table, separator)...)
		for range rapid.IntRange(0, 3).Draw(t, "others") {
			i := rapid.IntRange(1, len(objects)).Draw(t, "place")
			other := rapid.SampledFrom([]string{"5", `"x"`, "null", "[1, {\"message_id\": \n2}]", "{}"}).Draw(t,
				"other")
			objects = append(objects[:i:i], append([]string{other}, objects[i:]...)...)
		}
		gap := rapid.SampledFrom([]string{"", " ", "\n", "\n ", " \r\n\n"}).Draw(t, "gap")
		text := "[" + gap + strings.Join(objects, ","+gap) + gap + "]" + gap
		path := readtest.File(t, "a.json", text)

		var placed []object
		for i, p := 0, strings.Index(text, "{"); i < len(objects); i++ {
			p += strings.Index(text[p:], objects[i])
			o := object{line: 1 + strings.Count(text[:p], "\n"), text: objects[i]}
			one := lines(strings.NewReplacer("\n", "", "\r", "").Replace(objects[i]))
			o.values = one[0].values
			placed = append(placed, o)
			p += len(objects[i])
		}
		want := expected(path, placed)
		src, err := open(readtest.Options{}, path)
		require.NoError(t, err, "%q", text)
		defer src.Close()
		whole, err := readPlainly(src)
		require.NoError(t, err)
		require.Equal(t, want, whole, "%q", text)
		cut, err := read(readtest.Options{}.Cut(rapid.IntRange(1, 64).Draw(t, "chunk"), rapid.IntRange(1, 3).Draw(t,
			"workers")), path)
		require.NoError(t, err)
		require.Equal(t, want, cut, "%q", text)
	})
}

// What makes a file unusable is said with the file, the line and the column.
func TestUnusableFiles(t *testing.T) {
	t.Parallel()
	many := strings.Repeat(first, 1000)
	for _, test := range []struct{ name, text, want string }{
		{"late key", many + strings.Replace(first, "{", `{"country_code":"FR",`, 1),
			`:1001: the key "country_code" has a meaning`},
		{"late key without a value", many + "\n{\"role\": null}\n", `:1002: the key "role"`},
		{"columns", `{"created_at": 1, "ids": {"merchant": 5}}`, `lacks`},
		{"rows within", `{"tickets": [{"id": 1}], "next": null}`,
			`the key "tickets" holds an array of objects: if these are the rows, write each on a line, as jq -c '.tickets[]' does`},
		{"over several lines", "\n{\n \"created_at\": 1\n}\n{\n}", `:2: an object goes over several lines`},
		{"two keys", `{"created_at": 1, "createdAt": 2}`, `two columns of one name for created_at`},
		{"array cut off", "[" + strings.TrimSpace(first), ":1: the array is not closed"},
		{"array without a comma", "[" + first + first + "]", ":2:1: the array is broken"},
		{"array with a comma too many", "[" + first + ",]", ":2:2: the array is broken"},
		{"broken element", "[\n" + first + ",\n {\"a\": tru}]", ":4:11: the array is broken"},
		{"text behind", "[" + first + "] x", ":2:3: the array is broken"},
		{"text behind an empty one", "[]\n x", ":2: text after the array"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, chunk := range []int{1, 50, 1 << 20} {
				path := readtest.File(t, "m.json", test.text)
				_, err := read(readtest.Options{}.Cut(chunk, 2), path)
				var inputErr *source.InputError
				require.True(t, errors.As(err, &inputErr), "%v", err)
				require.ErrorContains(t, err, path)
				require.ErrorContains(t, err, test.want)
			}
		})
	}
}

// A reading that is called off, or that fails on the way, ends with the cause
// and leaves no goroutine behind (TestMain looks).
func TestReadEnds(t *testing.T) {
	t.Parallel()
	text := strings.Repeat(first+"{\n", 2000)
	for _, input := range []string{readtest.File(t, "m.jsonl", text), readtest.Stdin} {
		t.Run(filepath.Base(input), func(t *testing.T) {
			readtest.Ends(t, func() (source.Source, error) {
				return open(readtest.Options{Stdin: strings.NewReader(text)}.Cut(1000, 3), input)
			})
		})
	}
}

// No object at all is an input without rows.
func TestNoObjects(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"[]", "[ ]\n", "{}", "{}\n\n{}\n"} {
		got, err := read(readtest.Options{}, readtest.File(t, "m.json", text))
		require.NoError(t, err)
		require.Equal(t, readtest.Reading{Counts: map[string]int64{}}, got)
	}
}

// Each maximal ill-formed part of a key becomes one U+FFFD.
func TestIllFormedKey(t *testing.T) {
	t.Parallel()
	src, err := open(readtest.Options{}, readtest.File(t, "m.json", strings.Replace(first, `"country"`, "\"country\x9f\x98\"", 1)))
	require.NoError(t, err)
	defer src.Close()
	require.Contains(t, src.Headers()[0].Names, "country\uFFFD\uFFFD")
}

// A line with text behind its object is rejected, also if no other line is an object.
func TestTextBehindObject(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{"created_at": 1}x`, `{"created_at": 1} {"created_at": 2}`, "{\"created_at\": 1},\n"} {
		got, err := read(readtest.Options{}, readtest.File(t, "m.json", text))
		require.NoError(t, err)
		require.Len(t, got.Rejects, 1)
		require.Equal(t, "bad_json", got.Rejects[0].Reason)
	}
}

// A key that is named may be late, but must occur.
func TestNamedKey(t *testing.T) {
	t.Parallel()
	named := readtest.Options{Rules: source.Rules{Override: map[source.Field]string{source.Country: "where.country_code"}}}
	without := strings.Replace(first, `"country":"fr",`, "", 1)
	many := strings.Repeat(without, 1000)
	got, err := read(named, readtest.File(t, "m.json", many+strings.Replace(first, `"country":"fr"`,
		`"where": {"country_code": "DE"}`, 1)))
	require.NoError(t, err)
	require.Equal(t, "unknown", got.Messages[999].Country)
	require.Equal(t, "DE", got.Messages[1000].Country)
	_, err = read(named, readtest.File(t, "m.json", many))
	require.ErrorContains(t, err, `no object has the key "where.country_code"`)
}

// Of a key that occurs twice, the last counts.
func TestKeyTwice(t *testing.T) {
	t.Parallel()
	text := strings.Replace(first, "}", `,"is_public":false,"is_public":"yes","country":"de","country":null,"merchant_id":"1.2E+15","merchant_id":9}`, 1)
	got, err := read(readtest.Options{}, readtest.File(t, "m.json", text))
	require.NoError(t, err)
	require.Empty(t, got.Rejects)
	require.Len(t, got.Messages, 1)
	require.Equal(t, "9", got.Messages[0].Merchant)
	require.Equal(t, "unknown", got.Messages[0].Country)
}

// An object beyond the limit is rejected, and what follows is read.
func TestObjectLimit(t *testing.T) {
	t.Parallel()
	long := strings.Replace(first, `"body":""`, `"body":"`+strings.Repeat("x", 1000)+`"`, 1)
	text := first + long + first
	for _, chunk := range []int{1, 64, 1 << 20} {
		for _, name := range []string{readtest.File(t, "m.jsonl", text), "-"} {
			got, err := read(readtest.Options{Stdin: strings.NewReader(text)}.Limit(500).Cut(chunk, 2), name)
			require.NoError(t, err)
			require.Len(t, got.Messages, 2)
			require.Len(t, got.Rejects, 1)
			require.Equal(t, "bad_json", got.Rejects[0].Reason)
			require.Equal(t, 2, got.Rejects[0].Line)
		}
	}
	_, err := read(readtest.Options{}.Limit(500), readtest.File(t, "m.json", "["+first+","+long+"]"))
	require.ErrorContains(t, err, "no end within 500 bytes")
}
