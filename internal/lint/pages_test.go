//go:build lint

package lint_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/analysis/schema"
)

var update = flag.Bool("update", false, "rewrite what the documentation shows of the code and of its output")

// What the pages show of the code stands between two comments,
// <!-- NAME --> and <!-- /NAME -->, and is made here.
func TestPagesShowTheCode(t *testing.T) {
	for _, c := range []struct{ page, name, want string }{
		{"README.md", "example", "```go\n" + exampleSource(t) + "```\n"},
		{"docs/semantics.md", "columns", columnTable()},
	} {
		t.Run(c.name, func(t *testing.T) {
			page := read(t, c.page)
			begin, end := "<!-- "+c.name+" -->\n", "<!-- /"+c.name+" -->"
			before, rest, ok := strings.Cut(page, begin)
			require.True(t, ok, "%s has no %s", c.page, begin)
			got, after, ok := strings.Cut(rest, end)
			require.True(t, ok, "%s has no %s", c.page, end)
			if *update {
				require.NoError(t, os.WriteFile(c.page, []byte(before+begin+c.want+end+after), 0o644))
				return
			}
			require.Equal(t, c.want, got, "run: go test -tags lint ./internal/lint -run Pages -update")
		})
	}
}

// exampleSource is the body of the library's first example, as its file has it.
func exampleSource(t *testing.T) string {
	source := read(t, "example_test.go")
	_, body, ok := strings.Cut(source, "func Example() {\n")
	require.True(t, ok)
	body, _, ok = strings.Cut(body, "}\n\n")
	require.True(t, ok)
	body = strings.ReplaceAll(body, "\n\t", "\n")
	return strings.TrimPrefix(body, "\t")
}

// columnTable describes the columns of the report.
func columnTable() string {
	var b strings.Builder
	b.WriteString("| column | meaning |\n|---|---|\n")
	for _, c := range (schema.Schema{Work: true, Targets: true}).Columns() {
		if c.Within != "" { // as it is for each time
			c.Name, c.Doc = strings.ReplaceAll(c.Name, c.Within, "X"), strings.ReplaceAll(c.Doc, c.Within, "X")
		}
		fmt.Fprintf(&b, "| `%s` | %s |\n", c.Name, c.Doc)
	}
	return b.String()
}

// pages are those whose commands are run.
var pages = []string{"README.md", "docs/input.md", "docs/semantics.md", "docs/policy.md", "docs/cli.md", "docs/sql.md",
	"docs/joins.md"}

// needs are the pages whose commands need more than sav and a POSIX system.
var needs = map[string]string{"docs/joins.md": "duckdb"}

// consoleBlock is a block of commands, each after "$ ", and what they print.
var consoleBlock = regexp.MustCompile("(?ms)^```console\n(.*?)^```$")

// Every command that a page shows is run, the commands of one page in one
// folder, and must print what the page shows; "…" there stands for anything.
func TestCommandsOfPages(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no POSIX shell: the commands of the pages are not run")
	}
	bin := t.TempDir()
	build, err := exec.Command("go", "build", "-o", filepath.Join(bin, "sav"), "./cmd/sav").CombinedOutput()
	require.NoError(t, err, "%s", build)
	for _, name := range pages {
		t.Run(name, func(t *testing.T) {
			if command := needs[name]; command != "" {
				if _, err := exec.LookPath(command); err != nil {
					t.Skipf("%s is not here: make test-joins installs it", command)
				}
			}
			dir := t.TempDir()
			for _, linked := range []string{"docs", "scripts", "testdata"} {
				path, err := filepath.Abs(linked)
				require.NoError(t, err)
				require.NoError(t, os.Symlink(path, filepath.Join(dir, linked)))
			}
			page := read(t, name)
			shown := consoleBlock.ReplaceAllStringFunc(page, func(block string) string {
				var out strings.Builder
				out.WriteString("```console\n")
				for _, s := range steps(strings.TrimSuffix(strings.TrimPrefix(block, "```console\n"), "```")) {
					// What "make run" runs when sav is built.
					command := strings.Replace(s.command, "make run", "scripts/run.sh sav testdata/messages.csv out", 1)
					got := output(dir, bin, shell, command)
					switch {
					case pattern(s.output).MatchString(got):
						got = s.output
					case !*update || strings.Contains(s.output, "…"):
						t.Errorf("%s: $ %s\n%s", name, s.command, got)
					}
					fmt.Fprintf(&out, "$ %s\n%s", s.command, got)
				}
				return out.String() + "```"
			})
			if *update {
				require.NoError(t, os.WriteFile(name, []byte(shown), 0o644))
			}
		})
	}
}

// A step is a command and what the page says it prints.
type step struct{ command, output string }

func steps(block string) []step {
	var all []step
	for line := range strings.Lines(block) {
		command, ok := strings.CutPrefix(line, "$ ")
		last := len(all) - 1
		switch {
		case ok:
			all = append(all, step{command: strings.TrimSuffix(command, "\n")})
		case strings.HasSuffix(all[last].command, `\`) && all[last].output == "":
			all[last].command += "\n" + strings.TrimSuffix(line, "\n")
		default:
			all[last].output += line
		}
	}
	return all
}

// pattern matches what a page shows, whose lines may end before spaces.
func pattern(shown string) *regexp.Regexp {
	quoted := strings.ReplaceAll(regexp.QuoteMeta(shown), "…", "(.|\n)*")
	return regexp.MustCompile(`\A` + strings.ReplaceAll(quoted, "\n", " *\n") + `\z`)
}

// output is what a command prints, on either stream.
func output(dir, bin, shell, command string) string {
	cmd := exec.Command(shell, "-c", command)
	cmd.Dir = dir
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "SAV_") && !strings.HasPrefix(v, "PATH=") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	out, _ := cmd.CombinedOutput() // what a page shows of a failure it shows in the output
	return string(out)
}

var link = regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)

// A link from one page to a file of the project leads somewhere.
func TestLinksOfPages(t *testing.T) {
	found := 0
	for _, name := range markdown(t) {
		for _, m := range link.FindAllStringSubmatch(read(t, name), -1) {
			found++
			path := filepath.Join(filepath.Dir(name), m[1])
			if _, err := os.Stat(path); err != nil {
				t.Errorf("%s links to %s, which is not there", name, m[1])
			}
		}
	}
	require.Positive(t, found)
}

func markdown(t *testing.T) []string {
	var all []string
	for _, glob := range []string{"*.md", "docs/*.md", "docs/*/*.md", "testdata/*.md"} {
		names, err := filepath.Glob(glob)
		require.NoError(t, err)
		all = append(all, names...)
	}
	return all
}

func read(t *testing.T, name string) string {
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")))
}
