package frame_test

import (
	"math"
	"testing"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/internal/frametest"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestNewErrors(t *testing.T) {
	for name, c := range map[string]struct {
		columns []frame.Column
		want    string
	}{
		"lengths differ": {
			[]frame.Column{frame.Int64s("a", []int64{1}, nil), frame.Texts("b", nil, nil)},
			`frame: column "b" has 0 rows, "a" has 1`,
		},
		"same name": {
			[]frame.Column{frame.Int64s("a", []int64{1}, nil), frame.Bools("a", []bool{true}, nil)},
			`frame: two columns are named "a": rename one`,
		},
		"no constructor": {
			[]frame.Column{{}},
			`frame: column 0 has no type: make it with a constructor`,
		},
		"validity too short": {
			[]frame.Column{frame.Int64s("a", make([]int64, 65), frame.NewBitmap(64))},
			`frame: column "a": validity for 64 rows of 65`,
		},
		"validity of text too short": {
			[]frame.Column{frame.Texts("a", make([]string, 65), frame.NewBitmap(64))},
			`frame: column "a": validity for 64 rows of 65`,
		},
		"validity of codes too short": {
			[]frame.Column{frame.Dictionary("a", make([]uint32, 65), []string{"x"}, frame.NewBitmap(64))},
			`frame: column "a": validity for 64 rows of 65`,
		},
		"code outside the dictionary": {
			[]frame.Column{frame.Dictionary("a", []uint32{0, 9, 1}, []string{"x"}, frame.Valid(true, false, true))},
			`frame: column "a": row 2: code 1 in a dictionary of 1`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := frame.New(c.columns...)
			require.EqualError(t, err, c.want)
		})
	}
}

func TestColumnAccessors(t *testing.T) {
	values := []int64{1 << 60, 2, 3}
	n := frame.Int64s("n", values, frame.Valid(true, false, true))
	require.Equal(t, "n", n.Name())
	require.Equal(t, frame.Int64, n.Type())
	require.Equal(t, 3, n.Len())
	require.Same(t, &values[0], &n.Int64s()[0], "no copy")
	require.Equal(t, 1, n.NullCount())
	require.True(t, n.IsNull(1))
	require.False(t, n.IsNull(0))
	require.Nil(t, n.Value(1))
	require.Equal(t, int64(1<<60), n.Value(0))
	require.Nil(t, n.Float64s())
	require.Nil(t, n.Codes())
	require.Equal(t, "m", n.Rename("m").Name())
	require.Equal(t, "n", n.Name(), "a column does not change")

	s := frame.Texts("s", []string{"b", "a", "x", "b"}, frame.Valid(true, true, false, true))
	require.Equal(t, []string{"b", "a"}, s.Dictionary(), "first seen first, nothing from null rows")
	require.Equal(t, []uint32{0, 1, 0, 0}, s.Codes())
	require.Nil(t, s.Int64s())

	full := frame.Float64s("x", []float64{math.NaN()}, frame.Valid(true))
	require.Nil(t, full.Valid(), "a validity without nulls is dropped")
	require.Equal(t, 0, full.NullCount(), "NaN is a value")
}

func TestTypeNames(t *testing.T) {
	require.Equal(t, "text", frame.Text.String())
	require.Equal(t, "Type(0)", frame.Type(0).String())
}

func TestSelectDropRename(t *testing.T) {
	f, err := frame.New(
		frame.Int64s("a", []int64{1}, nil), frame.Int64s("b", []int64{2}, nil), frame.Int64s("c", []int64{3}, nil),
	)
	require.NoError(t, err)

	got, err := f.Select("c", "a")
	require.NoError(t, err)
	require.Equal(t, []string{"c", "a"}, got.Names())
	got, err = f.Select()
	require.NoError(t, err)
	require.Equal(t, 0, got.Len(), "rows are those of columns")
	_, err = f.Select("a", "d")
	require.EqualError(t, err, `frame: no column "d" in ["a" "b" "c"]`)
	_, err = f.Select("a", "a")
	require.EqualError(t, err, `frame: two columns are named "a": rename one`)

	got, err = f.Drop("b")
	require.NoError(t, err)
	require.Equal(t, []string{"a", "c"}, got.Names())
	_, err = f.Drop("d")
	require.EqualError(t, err, `frame: no column "d" in ["a" "b" "c"]`)

	got, err = f.Rename("b", "B")
	require.NoError(t, err)
	require.Equal(t, []string{"a", "B", "c"}, got.Names())
	require.Equal(t, []string{"a", "b", "c"}, f.Names(), "a frame does not change")
	_, err = f.Rename("b", "c")
	require.EqualError(t, err, `frame: two columns are named "c": rename one`)
	_, err = f.Rename("d", "e")
	require.EqualError(t, err, `frame: no column "d" in ["a" "b" "c"]`)
}

func TestWithColumns(t *testing.T) {
	f, err := frame.New(frame.Int64s("a", []int64{1}, nil), frame.Int64s("b", []int64{2}, nil))
	require.NoError(t, err)
	got, err := f.WithColumns(frame.Texts("a", []string{"x"}, nil))
	require.NoError(t, err)
	require.Equal(t, []any{"x", int64(2)}, got.Row(0))
	got, err = f.WithColumns(frame.Int64s("c", []int64{3}, nil))
	require.NoError(t, err)
	require.Equal(t, []any{int64(1), int64(2), int64(3)}, got.Row(0))
	_, err = f.WithColumns(frame.Int64s("c", nil, nil))
	require.EqualError(t, err, `frame: column "c" has 0 rows, the frame has 1`)
	_, err = f.WithColumns(frame.Int64s("a", nil, nil))
	require.EqualError(t, err, `frame: column "a" has 0 rows, the frame has 1`)
}

func TestColumnOfType(t *testing.T) {
	f, err := frame.New(frame.Times("at", []int64{1}, nil))
	require.NoError(t, err)
	_, err = f.Column("at", frame.Int64, frame.Time)
	require.NoError(t, err)
	_, err = f.Column("at", frame.Int64, frame.Text)
	require.EqualError(t, err, `frame: column "at" is time, not int64 or text`)
	_, err = f.Column("to")
	require.EqualError(t, err, `frame: no column "to" in ["at"]`)
}

func TestHeadAgainstSlice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tab := frametest.Draw(t, "table")
		n := rapid.IntRange(-2, 40).Draw(t, "n")
		got := tab.Frame(t).Head(n)
		want := tab.Rows[:min(max(n, 0), len(tab.Rows))]
		require.Equal(t, frametest.Texts(want), frametest.Texts(frametest.Rows(got)))
		for _, c := range got.Columns() {
			require.Equal(t, c.NullCount() == 0, c.Valid() == nil)
		}
	})
}

func TestString(t *testing.T) {
	f, err := frame.New(
		frame.Texts(
			"country",
			[]string{"FR", "Curaçao", "null", "", "", "a very long name that nobody would want to see whole"},
			frame.Valid(true, true, true, true, false, true),
		),
		frame.Int64s("id", []int64{1 << 60, 2, -3, 4, 5, 6}, nil),
		frame.Float64s(
			"dt", []float64{0.5, math.NaN(), math.Inf(1), 1e9, 5, 0}, frame.Valid(true, true, true, true, true, false),
		),
		frame.Times("at", []int64{0, 1, 1772400000000000, 3, 4, 5}, frame.Valid(true, true, true, false, false, false)),
		frame.Bools(
			"public", []bool{true, false, true, true, true, true}, frame.Valid(true, true, false, false, false, false),
		),
	)
	require.NoError(t, err)
	require.Equal(
		t,
		`country                                                    id       dt  at                           public
text                                                    int64  float64  time                           bool
FR                                        1152921504606846976      0.5  1970-01-01T00:00:00Z           true
Curaçao                                                     2      NaN  1970-01-01T00:00:00.000001Z   false
"null"                                                     -3     +Inf  2026-03-01T21:20:00Z           null
""                                                          4    1e+09  null                           null
null                                                        5        5  null                           null
a very long name that nobody would want…                    6     null  null                           null
6 rows × 5 columns
`,
		f.String(),
	)
}

func TestStringOfLongFrame(t *testing.T) {
	numbers := func(n int) string {
		values := make([]int64, n)
		for i := range values {
			values[i] = int64(i)
		}
		f, err := frame.New(frame.Int64s("n", values, nil))
		require.NoError(t, err)
		return f.String()
	}
	require.NotContains(t, numbers(21), "…", "one row is as long as the ellipsis")
	require.Contains(t, numbers(22), "    9\n…\n   12\n")
	require.Contains(t, numbers(1000), "    9\n…\n  990\n")
	require.Equal(t, "    n\nint64\n0 rows × 1 columns\n", numbers(0))
}
