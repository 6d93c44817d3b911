package frame_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Each exported function and method of the packages of frames is called by a runnable example, but those that a user of
// verbs has no need to call.
func TestVerbsHaveExamples(t *testing.T) {
	t.Parallel()
	unneeded := []string{
		"Error", "Unwrap", "String", "Rows", "Groups", // of interfaces
		"IDs", "Frame", "Codes", "Bits", "Get", "Set", "NewBitmap", "Valid", // of code that reads slices
		"FromRows", // which needs a database
	}
	verbs := make(map[string]bool) // of frame
	for _, dir := range []string{".", "expr", "frameio", "pipe", "gotaframe"} {
		called := make(map[string]bool)
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		require.NoError(t, err)
		set := token.NewFileSet()
		var code []*ast.File
		for _, name := range files {
			f, err := parser.ParseFile(set, name, nil, parser.ParseComments)
			require.NoError(t, err)
			if !strings.HasSuffix(name, "_test.go") {
				code = append(code, f)
				continue
			}
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && strings.HasPrefix(fn.Name.Name, "Example") {
					ast.Inspect(fn, func(n ast.Node) bool {
						if s, ok := n.(*ast.SelectorExpr); ok {
							called[s.Sel.Name] = true
						}
						return true
					})
				}
			}
		}
		p, err := doc.NewFromFiles(set, code, "frame")
		require.NoError(t, err)
		functions := slices.Clone(p.Funcs)
		for _, typ := range p.Types {
			functions = slices.Concat(functions, typ.Funcs, typ.Methods)
		}
		if dir == "pipe" { // whose verbs are those of frame
			functions = slices.DeleteFunc(functions, func(fn *doc.Func) bool { return verbs[fn.Name] })
		}
		for _, fn := range functions {
			verbs[fn.Name] = verbs[fn.Name] || dir == "."
			if !called[fn.Name] && !slices.Contains(unneeded, fn.Name) {
				t.Errorf("%s: no example calls %s%s", dir, fn.Recv, fn.Name)
			}
		}
	}
}
