//go:build lint

package lint_test

import (
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/sav-analytics/sav/"

// rooms are the parts of the flow, in its order.
var rooms = []string{"stats", "policy", "source", "frame", "analysis", "sql", "sink", "cmd"}

// tools are the packages that any room may use.
var tools = []string{
	"internal/cells",
	"internal/duration",
	"internal/filelock",
	"internal/ids",
	"internal/idtext",
	"internal/instant",
	"internal/ints",
	"internal/micros",
	"internal/nearest",
	"internal/outfile",
	"internal/parallel",
	"internal/productlimit",
	"internal/quantile",
	"internal/stamp",
	"internal/swar",
	"internal/varint",
	"internal/zone",
}

// under are the packages that stand below those of their room, the lowest last.
var under = []string{
	"stats/interval",
	"sink/page",
	"sink/rundir",
	"analysis/effect",
	"analysis/inside",
	"analysis/detail",
	"analysis/schema",
	"analysis/summary",
	"analysis/engine",
	"analysis/promise",
	"analysis/waits",
	"analysis/groups",
	"analysis/memory",
	"analysis/periods",
	"analysis/pair",
}

// base are the packages that all others of source are built upon, in the order in which
// one may know another.
var base = []string{"source/verdict", "source", "internal/intake", "internal/tally", "source/record", "source/value"}

// readers are the packages of source that read files, in the order in which one may know
// another.
var readers = []string{"source/dialect", "source/chunk", "source/csvfile", "source/jsonfile", "source/parquetfile",
	"source/files", "source/inspect"}

// rowReaders are the packages of source that read rows, in the order in which one may know
// another.
var rowReaders = []string{"source/servers", "source/database", "source/records", "source/sqldb", "source/sqlitefile"}

// shares reports whether a package of source may know another that it does not stand below:
// what all are built upon; and of the readers of files and of rows, those before it.
func shares(pkg, imported string) bool {
	earlier := func(of []string) bool {
		i, j := slices.Index(of, pkg), slices.Index(of, imported)
		return 0 <= j && j < i
	}
	built := roomOf(pkg) == "source" && !slices.Contains(base, pkg) && slices.Contains(base, imported)
	return built || earlier(base) || earlier(readers) || earlier(rowReaders)
}

// A package knows only the rooms before its own and, in its own, those it
// stands below; frame knows nothing of messages; messages and frames know nothing
// of policies, nor they of them; and nothing knows what stands beside the flow,
// but tools that know only tools.
func TestDataFlowsOneWay(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...").Output()
	require.NoError(t, err)
	seen := make(map[string]bool)
	for line := range strings.Lines(string(out)) {
		imports := strings.Fields(line)
		pkg, ours := strings.CutPrefix(imports[0], module)
		if !ours {
			continue // the root has no code
		}
		pkg = inFlow(pkg)
		seen[roomOf(pkg)] = true
		beside := place(pkg) == len(rooms)
		for _, path := range imports[1:] {
			if strings.HasPrefix(path, "github.com/go-gota/") && !beside {
				require.Equal(t, "frame/gotaframe", pkg, "Gota stands in one place")
			}
			imported, ours := strings.CutPrefix(path, module)
			if !ours {
				continue
			}
			imported = inFlow(imported)
			require.False(t, roomOf(pkg) == "frame" && roomOf(imported) == "source", "%s imports %s", pkg, imported)
			require.False(t, imported == "policy" && slices.Contains([]string{"source", "frame"}, roomOf(pkg)),
				"%s imports %s", pkg, imported)
			before := place(imported) < place(pkg)
			above := strings.HasPrefix(pkg, imported+"/") && !slices.Contains(under, pkg) || shares(pkg, imported)
			below := slices.Contains(under, imported) && slices.Index(under, pkg) < slices.Index(under, imported) &&
				roomOf(pkg) == roomOf(imported)
			tool := slices.Contains(tools, imported)
			owner, _, within := strings.Cut(imported, "/internal/") // of what stands below it for it alone
			within = within && strings.HasPrefix(pkg+"/", owner+"/")
			require.True(t, before || above || below || within || beside || tool, "%s imports %s", pkg, imported)
			require.True(t, tool || !slices.Contains(tools, pkg), "%s imports %s", pkg, imported)
		}
	}
	for _, room := range rooms {
		require.True(t, seen[room], "no package in %s", room)
	}
}

// place is a package's room in the flow's order. What is beside the flow, as helpers of
// tests are, may know all of it, and nothing in the flow knows what is beside.
func place(pkg string) int {
	pkg = inFlow(pkg)
	if i := slices.Index(rooms, roomOf(pkg)); i >= 0 && pkg != "source/readtest" {
		return i
	}
	return len(rooms)
}

// inFlow is where a package stands in the flow: what users of the library have no need of is
// below internal, so that nobody else can import it, and keeps to the rules of its room.
func inFlow(pkg string) string {
	if inner, internal := strings.CutPrefix(pkg, "internal/"); internal {
		if room, _, within := strings.Cut(inner, "/"); within && slices.Contains(rooms, room) {
			return inner
		}
	}
	return pkg
}

func roomOf(pkg string) string {
	if slices.Contains(base, pkg) {
		return "source"
	}
	room, _, _ := strings.Cut(pkg, "/")
	return room
}

// Each package has its place on the page about the rooms.
func TestPackagesAreOnThePage(t *testing.T) {
	out, err := exec.Command("go", "list", "./...").Output()
	require.NoError(t, err)
	page := read(t, "docs/architecture.md")
	for pkg := range strings.FieldsSeq(string(out)) {
		pkg, ours := strings.CutPrefix(pkg, module)
		if ours && !strings.HasPrefix(pkg, "bench/") {
			require.Regexp(t, regexp.QuoteMeta(pkg)+`[^a-z/]`, page, "docs/architecture.md does not name %s", pkg)
		}
	}
}

// Each module that the code imports is defended on a page.
func TestDependenciesAreDefended(t *testing.T) {
	out, err := exec.Command("go", "list", "-f",
		`{{range .Imports}}{{.}} {{end}}{{range .TestImports}}{{.}} {{end}}{{range .XTestImports}}{{.}} {{end}}`,
		"./...").Output()
	require.NoError(t, err)
	page := read(t, "docs/decisions/dependencies.md")
	for _, imported := range strings.Fields(string(out)) {
		first, _, _ := strings.Cut(imported, "/")
		if !strings.Contains(first, ".") || strings.HasPrefix(imported+"/", module) {
			continue // of the standard library, or ours
		}
		named := false
		for part := imported; part != "."; part = path.Dir(part) {
			named = named || strings.Contains(page, "| `"+part+"` |")
		}
		require.True(t, named, "docs/decisions/dependencies.md does not say why %s is imported", imported)
	}
}

// What is made anew by a run, such as the caches of Python, is not committed.
func TestWhatIsIgnoredIsNotCommitted(t *testing.T) {
	if _, err := exec.Command("git", "rev-parse", "--git-dir").Output(); err != nil {
		t.Skip("no git, or not a clone of it")
	}
	out, err := exec.Command("git", "ls-files", "--cached", "--ignored", "--exclude-standard").Output()
	require.NoError(t, err)
	require.Empty(t, string(out))
}
