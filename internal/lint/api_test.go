//go:build lint

package lint_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Each exported name of the library has a doc comment, but for fields, and for
// what package errors says of any error.
func TestExportedNamesHaveComments(t *testing.T) {
	for _, p := range publicPackages(t) {
		names := namesOf(p)
		t.Logf("%s: %d exported names", strings.TrimPrefix(p.ImportPath, module), len(names))
		for _, n := range names {
			if p.Synopsis(n.doc) == "" {
				t.Errorf("%s.%s has no doc comment", p.Name, n.name)
			}
		}
	}
}

// publicPackages are those that others can import, in the flow's order, and those of a room at internal/ROOM.
func publicPackages(t *testing.T) []*doc.Package {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{.Dir}} {{join .GoFiles " "}}`, "./...").Output()
	require.NoError(t, err)
	var all []*doc.Package
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		pkg, ours := strings.CutPrefix(words[0], module)
		if room := place(pkg); !ours || room == len(rooms) || rooms[room] == "cmd" ||
			strings.Contains(pkg, "/internal/") {
			continue
		}
		files := token.NewFileSet()
		var parsed []*ast.File
		for _, name := range words[2:] {
			f, err := parser.ParseFile(files, filepath.Join(words[1], name), nil, parser.ParseComments)
			require.NoError(t, err)
			parsed = append(parsed, f)
		}
		p, err := doc.NewFromFiles(files, parsed, words[0])
		require.NoError(t, err)
		all = append(all, p)
	}
	slices.SortStableFunc(all, func(a, b *doc.Package) int {
		return place(strings.TrimPrefix(a.ImportPath, module)) - place(strings.TrimPrefix(b.ImportPath, module))
	})
	return all
}

// A documented is an exported name and what is said of it.
type documented struct{ name, doc string }

// namesOf are the exported names of a package: constants and variables,
// functions, types, and what belongs to each of these.
func namesOf(p *doc.Package) []documented {
	all := slices.Concat(values(p.Consts), values(p.Vars), functions(p.Funcs))
	for _, t := range p.Types {
		all = append(all, documented{t.Name, t.Doc})
		all = slices.Concat(all, values(t.Consts), values(t.Vars), functions(t.Funcs), functions(t.Methods))
	}
	return all
}

func functions(of []*doc.Func) (all []documented) {
	for _, f := range of {
		if f.Recv != "" && (f.Name == "Error" || f.Name == "Unwrap") {
			continue
		}
		name := f.Name
		if f.Recv != "" {
			name = strings.TrimPrefix(f.Recv, "*") + "." + name
		}
		all = append(all, documented{name, f.Doc})
	}
	return all
}

// values are constants or variables. One without a comment of its own has that
// beside it, or that of the group.
func values(of []*doc.Value) (all []documented) {
	for _, group := range of {
		for _, spec := range group.Decl.Specs {
			v := spec.(*ast.ValueSpec)
			said := group.Doc
			for _, own := range []*ast.CommentGroup{v.Comment, v.Doc} {
				if own.Text() != "" {
					said = own.Text()
				}
			}
			for _, name := range v.Names {
				if name.IsExported() {
					all = append(all, documented{name.Name, said})
				}
			}
		}
	}
	return all
}
