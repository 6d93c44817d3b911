package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/sink/rundir"
)

// A conformanceCase is a folder with an input, the arguments of sav analyze, and
// what it must say and write.
type conformanceCase struct {
	dir  string
	args []string
	out  string
	faults
}

// faults collects all that is wrong with a case.
type faults []string

func (f *faults) add(format string, args ...any) { *f = append(*f, fmt.Sprintf(format, args...)) }

// Each case gives its answers, byte for byte.
func TestConformanceCases(t *testing.T) {
	t.Parallel()
	dir := shared(t, "SAV_CONFORMANCE_2", "conformance-2")
	cases, err := filepath.Glob(filepath.Join(dir, "*", "args"))
	require.NoError(t, err)
	require.NotEmpty(t, cases, "no cases in %s", dir)
	for _, args := range cases {
		t.Run(filepath.Base(filepath.Dir(args)), func(t *testing.T) {
			t.Parallel()
			c := newConformanceCase(t, filepath.Dir(args))
			c.check(t)
			if len(c.faults) > 0 {
				t.Errorf("%s\n%s", c.text("README"), strings.Join(c.faults, "\n"))
			}
		})
	}
}

// newConformanceCase reads the arguments of a case, and adds the input and the
// output folder where they name none.
func newConformanceCase(t *testing.T, dir string) *conformanceCase {
	c := &conformanceCase{dir: dir, out: filepath.Join(t.TempDir(), "out")}
	input, output := false, false
	for line := range strings.Lines(c.text("args")) {
		arg := strings.TrimSuffix(line, "\n")
		if arg == "" {
			continue
		}
		optionBefore := len(c.args) > 0 && strings.HasPrefix(c.args[len(c.args)-1], "--")
		input = input || arg == "--input" || strings.HasPrefix(arg, "{case}/") && !optionBefore
		output = output || arg == "--out"
		c.args = append(c.args, strings.NewReplacer("{case}", dir, "{out}", c.out).Replace(arg))
	}
	if !input {
		names, err := filepath.Glob(filepath.Join(dir, "input*")) // input.csv, say, or the folder input
		require.NoError(t, err)
		require.Len(t, names, 1)
		c.args = append(c.args, "--input", names[0])
	}
	if !output {
		c.args = append(c.args, "--out", c.out)
	}
	return c
}

// text returns the content of one of the case's files, "" where it has none.
func (c *conformanceCase) text(name string) string {
	data, err := os.ReadFile(filepath.Join(c.dir, name))
	if err != nil {
		return ""
	}
	return string(data)
}

// has reports whether the case has a file.
func (c *conformanceCase) has(name string) bool {
	_, err := os.Stat(filepath.Join(c.dir, name))
	return err == nil
}

// check runs the case, and collects all that is not as expected.
func (c *conformanceCase) check(t *testing.T) {
	want, _ := strconv.Atoi(strings.TrimSpace(c.text("exit"))) // 0 without the file
	status, stdout, stderr := command(t, append([]string{"analyze"}, c.args...)...)
	if status != want {
		c.add("exit status %d, want %d\n%s", status, want, stderr)
		return
	}
	for words := range strings.Lines(c.text("says")) {
		if words = strings.TrimSpace(words); !strings.Contains(strings.ToLower(stderr), strings.ToLower(words)) {
			c.add("standard error lacks %q:\n%s", words, stderr)
		}
	}
	if c.has("periods") {
		c.comparePeriods()
		return
	}
	out := c.out
	if status == statusInput {
		out = filepath.Join(out, rundir.FailedDir)
	}
	c.compareFolder(c.dir, out)
	if c.has("counts.json") {
		lines := strings.Split(strings.TrimSuffix(stdout, "\n"), "\n")
		c.compareCounts(c.dir, lines[len(lines)-1], "the last line of standard output")
	}
}

// comparePeriods compares the folders of periods, of which there must be no others.
func (c *conformanceCase) comparePeriods() {
	names := func(dir string) (names []string) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			c.add("%v", err)
		}
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return names
	}
	periods := names(filepath.Join(c.dir, "periods"))
	if got := names(c.out); !slices.Equal(got, periods) {
		c.add("folders %v, want %v", got, periods)
	}
	for _, p := range periods {
		c.compareFolder(filepath.Join(c.dir, "periods", p), filepath.Join(c.out, p))
	}
}

// compareFolder compares the files that a folder of the case has with those in out.
func (c *conformanceCase) compareFolder(dir, out string) {
	for _, name := range []string{rundir.ReportName, "pairs.csv", rundir.RejectsName} {
		want, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			continue
		}
		got, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			c.add("%v", err)
			continue
		}
		text := string(got)
		if name == rundir.RejectsName { // the case has inputs by their names alone
			text = strings.ReplaceAll(text, "\n"+c.dir+string(filepath.Separator), "\n")
		}
		if text != string(want) {
			c.add("%s differs:\n%s", name, firstDifference(text, string(want)))
		}
	}
	run, err := os.ReadFile(filepath.Join(out, rundir.RunName))
	if err != nil && !os.IsNotExist(err) {
		c.add("%v", err)
	}
	c.compareCounts(dir, string(run), rundir.RunName)
	var got struct {
		Warnings []struct{ Code string }
		Columns  any
	}
	_ = json.Unmarshal(run, &got) // compareCounts says so if it is not JSON
	if want, err := os.ReadFile(filepath.Join(dir, "warnings.json")); err == nil {
		var wanted []string
		if err := json.Unmarshal(want, &wanted); err != nil {
			c.add("%v", err)
		}
		codes := []string{}
		for _, w := range got.Warnings {
			if w.Code != "future_messages" { // whether there are some depends on the clock
				codes = append(codes, w.Code)
			}
		}
		slices.Sort(codes)
		slices.Sort(wanted)
		if !slices.Equal(codes, wanted) {
			c.add("warnings %q, want %q", codes, wanted)
		}
	}
	if want, err := os.ReadFile(filepath.Join(dir, "columns.json")); err == nil {
		var wanted any
		if err := json.Unmarshal(want, &wanted); err != nil {
			c.add("%v", err)
		}
		if !reflect.DeepEqual(got.Columns, wanted) {
			c.add("columns %v, want %v", got.Columns, wanted)
		}
	}
}

// compareCounts compares what counts.json has with an object's values.
func (c *conformanceCase) compareCounts(dir, object, name string) {
	data, err := os.ReadFile(filepath.Join(dir, "counts.json"))
	if os.IsNotExist(err) {
		return
	}
	var want, got map[string]any
	if err := json.Unmarshal(data, &want); err != nil {
		c.add("counts.json: %v", err)
	}
	if err := json.Unmarshal([]byte(object), &got); err != nil {
		c.add("%s: %v", name, err)
		return
	}
	for key, n := range want {
		if !reflect.DeepEqual(n, got[key]) {
			c.add("%s: %s is %v, want %v", name, key, got[key], n)
		}
	}
}

// firstDifference shows the first line in which two texts differ.
func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		line := func(lines []string) string {
			if i < len(lines) {
				return lines[i]
			}
			return "(no such line)"
		}
		if line(g) != line(w) {
			return fmt.Sprintf("line %d\n got %s\nwant %s", i+1, line(g), line(w))
		}
	}
	return ""
}
