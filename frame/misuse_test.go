package frame_test

import (
	"testing"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
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
		"zero expression":   {func() (*frame.Frame, error) { return f.Filter(expr.Expr{}) }, "expr: an empty expression"},
		"nil expression":    {func() (*frame.Frame, error) { return f.Filter(nil) }, "a nil expression"},
		"nil with columns":  {func() (*frame.Frame, error) { return f.WithColumns(nil) }, "a nil expression"},
		"nil agg":           {func() (*frame.Frame, error) { return f.GroupBy().Agg(nil) }, "a nil expression"},
		"zero and":          {func() (*frame.Frame, error) { return f.Filter(expr.Expr{}.And(expr.Expr{})) }, "expr: an empty expression"},
		"and zero":          {func() (*frame.Frame, error) { return f.Filter(expr.Col("dt_s").Gt(0).And(expr.Expr{})) }, "expr: an empty expression"},
		"not zero":          {func() (*frame.Frame, error) { return f.Filter(expr.Expr{}.Not()) }, "expr: an empty expression"},
		"zero choice":       {func() (*frame.Frame, error) { return f.Filter(expr.Choice{}.Otherwise(true)) }, "expr: an empty expression"},
		"zero condition":    {func() (*frame.Frame, error) { return f.Filter(expr.Condition{}.Then(true).Otherwise(false)) }, "expr: an empty expression"},
		"zero rolling":      {func() (*frame.Frame, error) { return f.WithColumns(expr.Rolling{}.Mean()) }, "expr: an empty expression"},
		"zero str":          {func() (*frame.Frame, error) { return f.WithColumns(expr.Str{}.Lower()) }, "expr: an empty expression"},
		"zero dt":           {func() (*frame.Frame, error) { return f.WithColumns(expr.Dt{}.Year()) }, "expr: an empty expression"},
		"zero grouping":     {func() (*frame.Frame, error) { return frame.Grouping{}.Agg() }, "make it with GroupBy"},
		"zero sorted":       {func() (*frame.Frame, error) { return frame.Grouping{}.Sorted().Agg() }, "make it with GroupBy"},
		"zero sort key":     {func() (*frame.Frame, error) { return f.SortBy(frame.SortKey{}) }, `no column ""`},
		"join with nil":     {func() (*frame.Frame, error) { return f.Join(nil, on("country")) }, `no column "country" in []`},
		"zero join":         {func() (*frame.Frame, error) { return f.Join(nil, frame.JoinOptions{}) }, "on no column"},
		"asof join nil":     {func() (*frame.Frame, error) { return f.JoinAsof(nil, frame.AsofOptions{On: "dt_s"}) }, `no column "dt_s" in []`},
		"zero asof options": {func() (*frame.Frame, error) { return f.JoinAsof(f, frame.AsofOptions{}) }, `no column ""`},
		"zero column":       {func() (*frame.Frame, error) { return f.WithColumns(frame.Column{}) }, `column "" has 0 rows, the frame has 6`},
		"filter by column":  {func() (*frame.Frame, error) { return f.Filter(frame.Column{}) }, `column "" has 0 rows, the frame has 6`},
		"concat nothing":    {func() (*frame.Frame, error) { return frame.Concat() }, "concat of no frame"},
		"nil: filter":       {func() (*frame.Frame, error) { return none.Filter(expr.Col("a").Eq(1)) }, `no column "a" in []`},
		"nil: group":        {func() (*frame.Frame, error) { return none.GroupBy("a").Agg() }, `no column "a" in []`},
		"nil: sort":         {func() (*frame.Frame, error) { return none.SortBy(frame.Asc("a")) }, `no column "a" in []`},
		"nil: select":       {func() (*frame.Frame, error) { return none.Select("a") }, `no column "a" in []`},
		"nil: drop":         {func() (*frame.Frame, error) { return none.Drop("a") }, `no column "a" in []`},
		"nil: rename":       {func() (*frame.Frame, error) { return none.Rename("a", "b") }, `no column "a" in []`},
		"nil: unique":       {func() (*frame.Frame, error) { return none.Unique("a") }, `no column "a" in []`},
		"nil: join":         {func() (*frame.Frame, error) { return none.Join(f, on("country")) }, `no column "country" in []`},
		"nil: asof":         {func() (*frame.Frame, error) { return none.JoinAsof(f, frame.AsofOptions{On: "a"}) }, `no column "a" in []`},
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
	require.Zero(t, none.Tail(2).Len())
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
