package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// numbersIn returns the numbers from 0 to 99 that the first group of a pattern holds, wherever it matches, in ascending
// order.
func numbersIn(t *testing.T, pattern, text string) (numbers []int) {
	t.Helper()
	found := regexp.MustCompile("(?m)"+pattern).FindAllStringSubmatch(text, -1)
	require.NotEmpty(t, found, pattern)
	for _, match := range found {
		for _, number := range regexp.MustCompile(`\b\d\d?\b`).FindAllString(match[1], -1) {
			n, err := strconv.Atoi(number)
			require.NoError(t, err)
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return numbers
}

// Wherever exit statuses stand a second time they are those of status.go, and those that would be the same again are
// the same ones.
func TestExitStatusesAreTheSameEverywhere(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "status.go", nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	status := make(map[int]string)
	for _, decl := range file.Decls {
		block, ok := decl.(*ast.GenDecl)
		if !ok || block.Tok != token.CONST {
			continue
		}
		for _, spec := range block.Specs {
			value := spec.(*ast.ValueSpec)
			if n, err := strconv.Atoi(value.Values[0].(*ast.BasicLit).Value); err == nil && n < statusSignal {
				require.True(t, strings.HasPrefix(value.Names[0].Name, "status"))
				status[n] = value.Names[0].Name
			}
		}
	}
	all := slices.Sorted(maps.Keys(status))
	require.Contains(t, all, statusEmpty)
	final := slices.DeleteFunc(slices.Clone(all), func(n int) bool {
		return n == statusDone || n == statusIO || n == statusIncomplete || n == statusEmpty
	})
	repeated := []int{statusIO, statusIncomplete}

	unit, python := read(t, "../../deploy", "sav-daily.service"), read(t, "../../dags/sav_airflow", "command.py")
	airflow := read(t, "../../docs", "airflow.md")
	for _, c := range []struct {
		name, pattern, text string
		want                []int
	}{
		{"docs/cli.md", `^\| (\d\d?) \|`, read(t, "../../docs", "cli.md"), all},
		{"docs/operations.md", `^\| (\d\d?(?:, \d\d)*) \|`, read(t, "../../docs", "operations.md"), all},
		{"systemd, not repeated", `^RestartPreventExitStatus=(.*)$`, unit, final},
		{"systemd, success", `^SuccessExitStatus=(.*)$`, unit, []int{statusEmpty}},
		{"Airflow, failed", `^    (\d+): Verdict\.FAIL`, python, final},
		{"Airflow, skipped", `^    (\d+): Verdict\.SKIP`, python, []int{statusEmpty}},
		{"docs/airflow.md, failed", `^\| (\d\d(?:, \d\d)+) \| failed at once`, airflow, final},
		{"docs/airflow.md, retried", `^\| (7[0-9]).* \| retried`, airflow, repeated},
	} {
		require.Equal(t, c.want, numbersIn(t, c.pattern, c.text), c.name)
	}
}
