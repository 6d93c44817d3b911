package page

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template/parse"

	"github.com/stretchr/testify/require"
)

// texts are all English texts that the page asks a language for: those of templates, and
// those of the code.
func texts(t *testing.T) []string {
	found := make(map[string]bool)
	functions := map[string]any{}
	for name := range functionsOf(&words{}) {
		functions[name] = true
	}
	for _, name := range []string{"style", "script", "styleHash", "scriptHash", "eq", "ne", "gt", "len", "and", "or",
		"not", "index"} {
		functions[name] = true
	}
	entries, err := fs.Glob(files, "template/*.html")
	require.NoError(t, err)
	for _, name := range entries {
		trees, err := parse.Parse(name, mustRead(name), "", "", functions)
		require.NoError(t, err)
		for _, tree := range trees {
			for _, text := range regexp.MustCompile(`\bt ("(?:[^"\\]|\\.)*")`).FindAllStringSubmatch(tree.Root.String(),
				-1) {
				unquoted, err := strconv.Unquote(text[1])
				require.NoError(t, err)
				found[unquoted] = true
			}
		}
	}
	code, err := os.ReadDir(".")
	require.NoError(t, err)
	for _, f := range code {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, 0)
		require.NoError(t, err)
		ast.Inspect(parsed, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if s, ok := call.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == "t" && len(call.Args) > 0 {
				if text, ok := call.Args[0].(*ast.BasicLit); ok {
					unquoted, err := strconv.Unquote(text.Value)
					require.NoError(t, err)
					found[unquoted] = true
				}
			}
			return true
		})
	}
	for _, day := range weekdays {
		found[day], found[day[:3]] = true, true
	}
	for _, month := range strings.Fields("January February March April May June July August September October November December") {
		found[month], found[month[:3]] = true, true
	}
	for _, unit := range []string{"s", "min", "h", "d", "y"} {
		found[unit] = true
	}
	var all []string
	for text := range found {
		if strings.Trim(text, "%ds ,.;") != "" || text == "s" || text == "d" {
			all = append(all, text)
		}
	}
	slices.Sort(all)
	return all
}

var verbs = regexp.MustCompile(`%(?:\[(\d)\])?([a-z%])`)

// verbsOf are the verbs of a text by the argument that each takes.
func verbsOf(text string) map[int]string {
	of := make(map[int]string)
	next := 1
	for _, v := range verbs.FindAllStringSubmatch(text, -1) {
		if v[2] == "%" {
			continue
		}
		at := next
		if v[1] != "" {
			at, _ = strconv.Atoi(v[1])
		}
		of[at] = v[2]
		next = at + 1
	}
	return of
}

// Each language has each text of the page and no other, and takes the same arguments.
// English has the texts whose first argument is counted.
func TestLanguagesAreWhole(t *testing.T) {
	all := texts(t)
	require.Greater(t, len(all), 100)
	require.Equal(t, []string{"en", "fr"}, Languages())
	english, err := readLanguage("en")
	require.NoError(t, err)
	for key := range english {
		require.Contains(t, all, key, "en.json")
	}
	for _, tag := range Languages() {
		of, err := readLanguage(tag)
		require.NoError(t, err)
		for key, text := range of {
			require.Contains(t, all, key, "%s.json has a text that the page does not ask for", tag)
			forms := text.Forms
			if forms == nil {
				forms = map[string]string{"": text.Text}
			} else {
				require.Contains(t, forms, "other", "%s: %s", tag, key)
			}
			for form, text := range forms {
				require.NotEmpty(t, text, "%s: %s", tag, key)
				got, want := verbsOf(text), verbsOf(key)
				if form == "one" { // may leave out the number
					got[1] = want[1]
				}
				require.Equal(t, want, got, "%s: %s", tag, key)
				require.Equal(t, strings.Count(key, "%%"), strings.Count(text, "%%"), "%s: %s", tag, key)
			}
			_, counted := english[key]
			require.Equal(t, counted, text.Forms != nil, "%s: %s: plural forms in one language alone", tag, key)
		}
		if tag == "en" {
			continue
		}
		for _, key := range all {
			require.Contains(t, of, key, "%s.json lacks a text", tag)
		}
	}
}

// What counts something says so of one, too.
func TestPlurals(t *testing.T) {
	english, err := readLanguage("en")
	require.NoError(t, err)
	for _, text := range texts(t) {
		if counts := regexp.MustCompile(`^[^%]*%d ([a-z]+)`).FindStringSubmatch(text); counts != nil &&
			!slices.Contains([]string{"of", "to", "surely", "more"}, counts[1]) {
			require.Contains(t, english, text, "en.json has no plural forms of a text that counts")
		}
	}
	w, err := newWords("en")
	require.NoError(t, err)
	require.Equal(t, "1 merchant", w.t("%d merchants", 1))
	require.Equal(t, "1,234 merchants", w.t("%d merchants", 1234))
	w, err = newWords("fr")
	require.NoError(t, err)
	require.Equal(t, "0 marchand", w.t("%d merchants", 0))
	_, err = newWords("xx")
	require.ErrorContains(t, err, `no language "xx"; expected one of en, fr`)
}
