//go:build lint

package lint_test

import (
	"fmt"
	"go/doc/comment"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What the package comments show of the code compiles: all of a package's lines
// together, in one function.
func TestPackageCommentsCompile(t *testing.T) {
	imports := map[string]string{"context": "context", "fmt": "fmt", "io": "io", "sql": "database/sql", "os": "os",
		"time": "time", "httptest": "net/http/httptest", "dataframe": "github.com/go-gota/gota/dataframe"}
	shown := make(map[string]string)
	for _, p := range publicPackages(t) {
		if strings.HasPrefix(p.ImportPath, module+"internal/") {
			continue // what is vetted below stands elsewhere, and cannot import it
		}
		imports[p.Name] = p.ImportPath
		var code strings.Builder
		for _, block := range p.Parser().Parse(p.Doc).Content {
			if c, ok := block.(*comment.Code); ok && strings.Contains(c.Text, ":= ") {
				code.WriteString(c.Text)
			}
		}
		if code.Len() > 0 {
			shown[p.ImportPath] = code.String()
		}
	}
	require.Greater(t, len(shown), 10)
	dir := t.TempDir()
	vet := []string{"vet", "-unusedresult=false"}
	for pkg, code := range shown {
		name := strings.ReplaceAll(strings.TrimPrefix(pkg, module), "/", "_")
		vet = append(vet, filepath.Join(dir, name+".go"))
		require.NoError(t, os.WriteFile(vet[len(vet)-1], []byte(program("func _()", code, imports)), 0o600))
	}
	vet = append(vet, filepath.Join(dir, "main.go"))
	require.NoError(t, os.WriteFile(vet[len(vet)-1], []byte(program(given+"func main()", "", imports)), 0o600))
	out, err := exec.Command("go", vet...).CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// given is what the shown code takes for there.
const given = `
var (
	ctx = context.Background()
	w, file, report = io.Writer(nil), io.Reader(nil), io.Reader(nil)
	names, rows = []string(nil), [][][]byte(nil)
	df dataframe.DataFrame
	token, password string
	march, april time.Time
	db *sql.DB
	result *analysis.Result
	messages source.Source
)
`

// program is the shown code as a file of a program. What it declares it uses.
func program(head, code string, known map[string]string) string {
	var b strings.Builder
	b.WriteString("package main\n\nimport (\n")
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if regexp.MustCompile(`\b` + name + `\.`).MatchString(head + code) {
			fmt.Fprintf(&b, "\t%q\n", known[name])
		}
	}
	fmt.Fprintf(&b, ")\n\n%s {\n\tvar err error\n%s\n\t_ = err\n", head, code)
	for _, declared := range regexp.MustCompile(`(?m)^(\w+)(?:, (\w+))?(?:, err)? := `).FindAllStringSubmatch(code,
		-1) {
		for _, name := range declared[1:] {
			if name != "" && name != "err" {
				fmt.Fprintf(&b, "\t_ = %s\n", name)
			}
		}
	}
	return b.String() + "}\n"
}
