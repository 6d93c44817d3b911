//go:build lint

package lint_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// An error that begins with the name of a package begins with that of its own; none begins with
// a capital, or ends as a sentence does.
func TestErrorsBeginAlike(t *testing.T) {
	packages := make(map[string]bool) // that callers know
	errs := make(map[string][]string) // by package
	capital := regexp.MustCompile(`^\p{Lu}\p{Ll}+[ :]`)
	files := token.NewFileSet()
	require.NoError(t, filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == ".git" || d.Name() == "build" || d.Name() == "testdata"):
			return filepath.SkipDir
		case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		f, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			return err
		}
		if !strings.Contains(path, "internal") {
			packages[f.Name.Name] = true
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if text, ok := errorText(n); ok {
				errs[f.Name.Name] = append(errs[f.Name.Name], text)
			}
			return true
		})
		return nil
	}))
	begins := regexp.MustCompile(`^(\w+): `)
	for name, texts := range errs {
		for _, text := range texts {
			if m := begins.FindStringSubmatch(text); m != nil && packages[m[1]] && m[1] != name {
				t.Errorf("package %s has an error of another package's: %q", name, text)
			}
			if capital.MatchString(text) {
				t.Errorf("package %s has an error that begins with a capital: %q", name, text)
			}
			if strings.HasSuffix(text, ".") || strings.HasSuffix(text, "\n") {
				t.Errorf("package %s has an error that ends like a sentence: %q", name, text)
			}
		}
	}
}

// errorText returns the text that errors.New or fmt.Errorf is called with.
func errorText(n ast.Node) (string, bool) {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) == 0 {
		return "", false
	}
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || f.Sel.Name != "New" && f.Sel.Name != "Errorf" {
		return "", false
	}
	if pkg, ok := f.X.(*ast.Ident); !ok || pkg.Name != "errors" && pkg.Name != "fmt" {
		return "", false
	}
	literal, ok := call.Args[0].(*ast.BasicLit)
	if !ok {
		return "", false
	}
	text, err := strconv.Unquote(literal.Value)
	return text, err == nil
}
