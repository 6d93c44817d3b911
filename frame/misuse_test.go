package frame_test

import (
	"testing"

	"github.com/sav-analytics/sav/frame"
	"github.com/stretchr/testify/require"
)

// Whatever is nil or zero, a verb ends with an error or with nothing, and never
// panics.
func TestNilAndZero(t *testing.T) {
	t.Parallel()
	f := answers()
	var none *frame.Frame
	for name, c := range map[string]struct {
		got  func() (*frame.Frame, error)
		want string
	}{
		"zero predicate":     {func() (*frame.Frame, error) { return f.Filter(frame.Predicate{}) }, "a predicate without a condition"},
		"zero and":           {func() (*frame.Frame, error) { return f.Filter(frame.Predicate{}.And(frame.Predicate{})) }, "a predicate without a condition"},
		"and zero":           {func() (*frame.Frame, error) { return f.Filter(frame.Col("dt_s").Gt(0).And(frame.Predicate{})) }, "a predicate without a condition"},
		"not zero":           {func() (*frame.Frame, error) { return f.Filter(frame.Predicate{}.Not()) }, "a predicate without a condition"},
		"rows by nil":        {func() (*frame.Frame, error) { return f.Filter(frame.Rows(nil)) }, "a predicate without a condition"},
		"zero operand":       {func() (*frame.Frame, error) { return f.Filter(frame.Operand{}.IsNull()) }, `no column ""`},
		"compared with nil":  {func() (*frame.Frame, error) { return f.Filter(frame.Col("dt_s").Eq(nil)) }, "does not compare with"},
		"zero grouping":      {func() (*frame.Frame, error) { return frame.Grouping{}.Aggregate() }, "make the Grouping with GroupBy"},
		"zero sorted":        {func() (*frame.Frame, error) { return frame.Grouping{}.Sorted().Aggregate() }, "make the Grouping with GroupBy"},
		"zero sort key":      {func() (*frame.Frame, error) { return f.SortBy(frame.SortKey{}) }, `no column ""`},
		"join with nil":      {func() (*frame.Frame, error) { return f.Join(nil, "country") }, `no column "country" in []`},
		"left join with nil": {func() (*frame.Frame, error) { return f.LeftJoin(nil, "country") }, `no column "country" in []`},
		"asof join with nil": {func() (*frame.Frame, error) { return f.JoinAsof(nil, frame.AsofOptions{On: "dt_s"}) }, `no column "dt_s" in []`},
		"zero asof options":  {func() (*frame.Frame, error) { return f.JoinAsof(f, frame.AsofOptions{}) }, `no column ""`},
		"zero column":        {func() (*frame.Frame, error) { return f.WithColumn(frame.Column{}) }, `column "" has 0 rows, the frame has 6`},
		"nil: filter":        {func() (*frame.Frame, error) { return none.Filter(frame.Col("a").Eq(1)) }, `no column "a" in []`},
		"nil: group":         {func() (*frame.Frame, error) { return none.GroupBy("a").Aggregate() }, `no column "a" in []`},
		"nil: sort":          {func() (*frame.Frame, error) { return none.SortBy(frame.Asc("a")) }, `no column "a" in []`},
		"nil: select":        {func() (*frame.Frame, error) { return none.Select("a") }, `no column "a" in []`},
		"nil: drop":          {func() (*frame.Frame, error) { return none.Drop("a") }, `no column "a" in []`},
		"nil: rename":        {func() (*frame.Frame, error) { return none.Rename("a", "b") }, `no column "a" in []`},
		"nil: join":          {func() (*frame.Frame, error) { return none.Join(f, "country") }, `no column "country" in []`},
		"nil: asof":          {func() (*frame.Frame, error) { return none.JoinAsof(f, frame.AsofOptions{On: "a"}) }, `no column "a" in []`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.got()
			require.ErrorContains(t, err, c.want)
		})
	}
	require.Zero(t, none.Len())
	require.Empty(t, none.Names())
	require.Empty(t, none.Columns())
	require.Empty(t, none.Row(3))
	require.Zero(t, none.Head(2).Len())
	require.Equal(t, "\n\n0 rows × 0 columns\n", none.String())
	require.Nil(t, f.Row(99)[0])
	require.Nil(t, f.Row(-1)[0])
	require.Empty(t, frame.NewBitmap(-1))
}

// The error for a column that is not there names the one that was probably
// meant.
func TestNearestName(t *testing.T) {
	t.Parallel()
	_, err := answers().Column("merchantId")
	require.EqualError(t, err, `frame: no column "merchantId" in ["country" "merchant_id" "dt_s"]; did you mean "merchant_id"?`)
	_, err = answers().Select("price")
	require.EqualError(t, err, `frame: no column "price" in ["country" "merchant_id" "dt_s"]`)
}
