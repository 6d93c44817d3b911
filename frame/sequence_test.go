package frame_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
	"github.com/sav-analytics/sav/frame/internal/frametest"
)

// A step is a verb, and the same by loops over rows.
type step struct {
	verb  func(f *frame.Frame) (*frame.Frame, error)
	naive func(tab frametest.Table) frametest.Table
}

func rowsOnly(fn func(rows [][]any) [][]any) func(frametest.Table) frametest.Table {
	return func(tab frametest.Table) frametest.Table {
		tab.Rows = fn(slices.Clone(tab.Rows))
		return tab
	}
}

// drawStep draws a verb that fits the table.
func drawStep(t *rapid.T, tab frametest.Table) step {
	k := rapid.IntRange(0, len(tab.Names)-1).Draw(t, "column")
	name, n := tab.Names[k], len(tab.Rows)
	lo := rapid.IntRange(0, n).Draw(t, "lo")
	hi := rapid.IntRange(lo, n).Draw(t, "hi")
	switch rapid.IntRange(0, 10).Draw(t, "verb") {
	case 0:
		return step{
			func(f *frame.Frame) (*frame.Frame, error) { return f.Filter(expr.Col(name).IsNotNull()) },
			rowsOnly(func(rows [][]any) [][]any {
				return slices.DeleteFunc(rows, func(row []any) bool { return row[k] == nil })
			}),
		}
	case 1:
		value := rapid.SampledFrom(frametest.Domain[tab.Types[k]]).Draw(t, "value")
		return step{
			func(f *frame.Frame) (*frame.Frame, error) { return f.Filter(expr.Col(name).Ne(value)) },
			rowsOnly(func(rows [][]any) [][]any {
				return slices.DeleteFunc(rows, func(row []any) bool {
					return row[k] == nil || row[k] == value // as Go compares: a NaN differs from itself
				})
			}),
		}
	case 2:
		return step{
			func(f *frame.Frame) (*frame.Frame, error) { return f.SortBy(frame.Desc(name)) },
			rowsOnly(func(rows [][]any) [][]any { return sortedBy(rows, k) }),
		}
	case 3:
		return step{
			func(f *frame.Frame) (*frame.Frame, error) { return f.Slice(lo, hi) },
			rowsOnly(func(rows [][]any) [][]any { return rows[lo:hi] }),
		}
	case 4:
		return step{
			func(f *frame.Frame) (*frame.Frame, error) { return f.TopK(lo, frame.Desc(name)) },
			rowsOnly(func(rows [][]any) [][]any { return sortedBy(rows, k)[:lo] }),
		}
	case 5:
		return step{
			func(f *frame.Frame) (*frame.Frame, error) { return f.Unique(name) },
			rowsOnly(func(rows [][]any) [][]any {
				seen := make(map[string]bool)
				return slices.DeleteFunc(rows, func(row []any) bool {
					key := frametest.Key(row[k])
					known := seen[key]
					seen[key] = true
					return known
				})
			}),
		}
	case 6:
		return step{
			func(f *frame.Frame) (*frame.Frame, error) { return frame.Concat(f.Head(20), f.Tail(20)) },
			rowsOnly(func(rows [][]any) [][]any {
				return slices.Concat(rows[:min(20, n)], rows[n-min(20, n):])
			}),
		}
	case 7:
		to := fmt.Sprintf("%s %d", name, rapid.IntRange(0, 1<<20).Draw(t, "name"))
		return step{
			func(f *frame.Frame) (*frame.Frame, error) { return f.Rename(name, to) },
			func(tab frametest.Table) frametest.Table {
				tab.Names = slices.Clone(tab.Names)
				tab.Names[k] = to
				return tab
			},
		}
	case 8:
		return step{
			func(f *frame.Frame) (*frame.Frame, error) { return f.WithColumns(expr.Col(name).Shift(1).As(name)) },
			rowsOnly(func(rows [][]any) [][]any {
				out := make([][]any, len(rows))
				for i, row := range rows {
					out[i] = slices.Clone(row)
					if out[i][k] = nil; i > 0 {
						out[i][k] = rows[i-1][k]
					}
				}
				return out
			}),
		}
	case 9: // the rows that agree with a row of the first ones
		return step{
			func(f *frame.Frame) (*frame.Frame, error) {
				return f.Join(f.Head(lo), frame.JoinOptions{On: []string{name}, How: frame.Semi})
			},
			rowsOnly(func(rows [][]any) [][]any {
				first := slices.Clone(rows[:lo])
				return slices.DeleteFunc(rows, func(row []any) bool {
					return row[k] == nil || !slices.ContainsFunc(first, func(r []any) bool {
						return r[k] != nil && frametest.Key(r[k]) == frametest.Key(row[k])
					})
				})
			}),
		}
	}
	return step{
		func(f *frame.Frame) (*frame.Frame, error) { return f.DropNulls() },
		rowsOnly(func(rows [][]any) [][]any {
			return slices.DeleteFunc(rows, func(row []any) bool { return slices.Contains(row, nil) })
		}),
	}
}

// sortedBy returns the rows in descending order of a column, nulls last.
func sortedBy(rows [][]any, k int) [][]any {
	slices.SortStableFunc(rows, func(a, b []any) int {
		switch {
		case a[k] == nil && b[k] == nil:
			return 0
		case a[k] == nil:
			return 1
		case b[k] == nil:
			return -1
		}
		return -frametest.Order(a[k], b[k])
	})
	return rows
}

// Any verbs, one after the other on what the one before returned, give what loops give; and no verb changes the frame
// that it is called on.
func TestSequencesAgainstLoops(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tab := frametest.Draw(t, "table")
		f := tab.Frame(t)
		for range rapid.IntRange(1, 8).Draw(t, "steps") {
			s := drawStep(t, tab)
			before := tab
			got, err := s.verb(f)
			require.NoError(t, err)
			requireRows(t, before.Rows, f)
			tab = s.naive(tab)
			require.Equal(t, tab.Names, got.Names())
			requireRows(t, tab.Rows, got)
			f = got
		}
	})
}
