package jsonfile_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"go.uber.org/goleak"

	"github.com/sav-analytics/sav/internal/naive"
	"github.com/sav-analytics/sav/internal/source/jsonfile"
	"github.com/sav-analytics/sav/internal/source/readtest"
	"github.com/sav-analytics/sav/source"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var ctx = context.Background()

// open opens files with jsonfile.
func open(opts readtest.Options, names ...string) (*jsonfile.Source, error) {
	files, err := opts.Open(names)
	if err != nil {
		return nil, err
	}
	return jsonfile.New(files, jsonfile.Options{Rules: opts.Rules, Options: opts.Options})
}

// read opens and reads files.
func read(opts readtest.Options, names ...string) (readtest.Reading, error) {
	src, err := open(opts, names...)
	if err != nil {
		return readtest.Reading{}, err
	}
	defer src.Close()
	return readtest.Read(ctx, src)
}

// readPlainly reads a source, each file as one chunk.
func readPlainly(src *jsonfile.Source) (readtest.Reading, error) {
	return readtest.Gather(source.Needs{Client: true}, src.ScanAll)
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
func expected(input string, objects []object) readtest.Reading {
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
		if illFormed && !naive.Blank(cells) {
			counts["invalid_utf8"]++
		}
		of[bytes.Count(table.Bytes(), []byte("\n"))+1] = n
		row(cells)
	}
	in := naive.Read(nil, naive.File{Text: table.String()})
	for _, r := range in.Rejects {
		reasons[of[r.Line]] = r.Reason
	}
	in.Rejects = nil
	for n, o := range objects {
		if reasons[n] != "" {
			in.Rejects = append(in.Rejects, naive.Reject{Input: input, Line: o.line, Reason: reasons[n],
				Record: naive.Valid(o.text)})
		}
	}
	for key, n := range counts {
		in.Counts[key] += n
	}
	return readtest.Expected(in)
}
