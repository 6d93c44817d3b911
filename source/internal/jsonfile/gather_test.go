package jsonfile_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sav-analytics/sav/internal/naive"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/internal/jsonfile"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var ctx = context.Background()

// A reading is what was read from files, as text.
type reading struct {
	Messages []naive.Message
	Rejects  []naive.Reject
	Counts   map[string]int64 // those that are not 0
}

// gather collects what read hands to a receiver.
func gather(read func(*source.Receiver) error) (reading, error) {
	type part struct {
		seq      int64
		messages []naive.Message
	}
	var mu sync.Mutex
	var parts []part
	var counts source.Counts
	var got reading
	dict := source.NewDict()
	err := read(&source.Receiver{
		Dict: dict, Needs: source.Needs{Client: true},
		Batch: func(b *source.Batch) error {
			messages := make([]naive.Message, b.Len())
			for i := range messages {
				messages[i] = naive.Message{At: b.At[i], FromMerchant: b.Role[i] == source.FromMerchant,
					Shown: dict.IDText(b.Conversation[i]), ID: dict.IDText(b.MessageID[i]),
					Country:  dict.TextOf(b.Country[i]),
					Merchant: dict.IDText(b.Merchant[i]), Client: dict.IDText(b.Client[i])}
			}
			mu.Lock()
			defer mu.Unlock()
			parts = append(parts, part{b.Seq, messages})
			counts.Add(&b.Counts)
			return nil
		},
		Reject: func(r *source.Reject) error {
			got.Rejects = append(got.Rejects, naive.Reject{Input: r.Input, Line: int(r.Line), Reason: r.Reason.String(),
				Record: string(r.Record)})
			return nil
		},
	})
	slices.SortFunc(parts, func(a, b part) int { return cmp.Compare(a.seq, b.seq) })
	for _, p := range parts {
		got.Messages = append(got.Messages, p.messages...)
	}
	got.Counts = map[string]int64{"rows_read": counts.Rows, "private": counts.Private, "automatic": counts.Automatic,
		"other_sender":    counts.OtherSender,
		"no_reply_needed": counts.NoReplyNeeded, "ambiguous_local": counts.AmbiguousLocal,
		"invalid_utf8": counts.InvalidUTF8}
	for key, n := range got.Counts {
		if n == 0 {
			delete(got.Counts, key)
		}
	}
	return got, err
}

// read reads files with jsonfile.
func read(opts jsonfile.OpenOptions, names ...string) (reading, error) {
	src, err := jsonfile.Open(names, opts)
	if err != nil {
		return reading{}, err
	}
	defer src.Close()
	return gather(func(r *source.Receiver) error { return src.Read(ctx, r) })
}

// An object is one of a text's, or something in its place.
type object struct {
	line   int
	text   string
	values map[string]string // nil: it is none
}

// lines reads JSON Lines by encoding/json, which knows no NaN.
func lines(text string) (objects []object) {
	n := 0
	for line := range strings.Lines(strings.TrimPrefix(text, "\uFEFF")) {
		n++
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		if strings.Trim(line, " \t\r") == "" {
			continue
		}
		o := object{line: n, text: line}
		var value map[string]any
		decoder := json.NewDecoder(strings.NewReader(naive.Valid(line)))
		decoder.UseNumber()
		if json.Valid([]byte(line)) && strings.TrimLeft(line, " \t\r")[0] == '{' && decoder.Decode(&value) == nil {
			o.values = make(map[string]string)
			flatten(o.values, "", value)
		}
		objects = append(objects, o)
	}
	return objects
}

func flatten(into map[string]string, prefix string, from map[string]any) {
	for key, value := range from {
		switch v := value.(type) {
		case map[string]any:
			flatten(into, prefix+key+".", v)
		case nil, []any:
			into[prefix+key] = ""
		default:
			into[prefix+key] = fmt.Sprint(v)
		}
	}
}

// expected is what the naive rules read of objects: they are made a table.
func expected(input string, objects []object) reading {
	var names []string
	for _, o := range objects {
		for name := range o.values {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	var table bytes.Buffer
	row := func(cells []string) {
		for i, cell := range cells {
			if i > 0 {
				table.WriteByte(',')
			}
			fmt.Fprintf(&table, `"%s"`, strings.ReplaceAll(cell, `"`, `""`))
		}
		table.WriteByte('\n')
	}
	row(append(slices.Clone(names), "x")) // a last name without letters would be dropped
	of := make(map[int]int)               // objects, by the line of the table
	reasons := make([]string, len(objects))
	var want reading
	counts := map[string]int64{}
	for n, o := range objects {
		illFormed := !utf8.ValidString(o.text)
		if o.values == nil {
			reasons[n] = "bad_json"
			counts["rows_read"]++
			if illFormed {
				counts["invalid_utf8"]++
			}
			continue
		}
		cells := make([]string, len(names)+1)
		for i, name := range names {
			cells[i] = o.values[name]
		}
		if illFormed && strings.TrimSpace(strings.Join(cells, "")) != "" {
			counts["invalid_utf8"]++
		}
		of[bytes.Count(table.Bytes(), []byte("\n"))+1] = n
		row(cells)
	}
	in := naive.Read(nil, naive.File{Text: table.String()})
	want.Messages = in.Messages
	for i := range want.Messages {
		want.Messages[i].Conversation = "" // a batch does not tell
	}
	for _, r := range in.Rejects {
		reasons[of[r.Line]] = r.Reason
	}
	for n, o := range objects {
		if reasons[n] != "" {
			want.Rejects = append(want.Rejects, naive.Reject{Input: input, Line: o.line, Reason: reasons[n],
				Record: naive.Valid(o.text)})
		}
	}
	want.Counts = in.Counts
	for key, n := range counts {
		want.Counts[key] += n
	}
	return want
}

// file puts text into a new file of that name.
func file(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}
