package frame_test

import (
	"testing"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
	"github.com/stretchr/testify/require"
)

// Whatever is nil or zero, a verb ends with an error or with nothing, and never panics.
func TestNilAndZero(t *testing.T) {
	t.Parallel()
	f := answers()
	var none *frame.Frame
	for name, c := range map[string]struct {
		got  error
		want string
	}{
		"zero expression": {errorOf(f.Filter(expr.Expr{})), "expr: an empty expression"},
		"nil expression":  {errorOf(f.Filter(nil)), "a nil expression"},
		"nil pointer":     {errorOf(f.Filter((*frame.Column)(nil))), "a nil expression"},
		"agg nil pointer": {errorOf(f.GroupBy().Agg((*frame.Column)(nil))), "a nil expression"},
		"pivot nil pointer": {
			errorOf(f.Pivot(frame.PivotOptions{On: "country", Values: (*frame.Column)(nil)})), "pivot without values",
		},
		"add nil pointer":  {errorOf(f.WithColumns(expr.Col("dt_s").Add((*frame.Column)(nil)))), "a nil column"},
		"nil with columns": {errorOf(f.WithColumns(nil)), "a nil expression"},
		"nil agg":          {errorOf(f.GroupBy().Agg(nil)), "a nil expression"},
		"zero and":         {errorOf(f.Filter(expr.Expr{}.And(expr.Expr{}))), "expr: an empty expression"},
		"and zero":         {errorOf(f.Filter(expr.Col("dt_s").Gt(0).And(expr.Expr{}))), "expr: an empty expression"},
		"not zero":         {errorOf(f.Filter(expr.Expr{}.Not())), "expr: an empty expression"},
		"zero choice":      {errorOf(f.Filter(expr.Choice{}.Otherwise(true))), "expr: an empty expression"},
		"zero condition": {errorOf(f.Filter(expr.Condition{}.Then(true).Otherwise(false))),
			"expr: an empty expression"},
		"zero rolling":      {errorOf(f.WithColumns(expr.Rolling{}.Mean())), "expr: an empty expression"},
		"zero str":          {errorOf(f.WithColumns(expr.Str{}.Lower())), "expr: an empty expression"},
		"zero dt":           {errorOf(f.WithColumns(expr.Dt{}.Year())), "expr: an empty expression"},
		"zero grouping":     {errorOf(frame.Grouping{}.Agg()), "make it with GroupBy"},
		"zero sorted":       {errorOf(frame.Grouping{}.Sorted().Agg()), "make it with GroupBy"},
		"zero sort key":     {errorOf(f.SortBy(frame.SortKey{})), `no column ""`},
		"join with nil":     {errorOf(f.Join(nil, on("country"))), `no column "country" in []`},
		"zero join":         {errorOf(f.Join(nil, frame.JoinOptions{})), "on no column"},
		"asof join nil":     {errorOf(f.JoinAsof(nil, frame.AsofOptions{On: "dt_s"})), `no column "dt_s" in []`},
		"zero asof options": {errorOf(f.JoinAsof(f, frame.AsofOptions{})), `no column ""`},
		"zero column":       {errorOf(f.WithColumns(frame.Column{})), `column "" has 0 rows, the frame has 6`},
		"filter by column":  {errorOf(f.Filter(frame.Column{})), `column "" has 0 rows, the frame has 6`},
		"concat nothing":    {errorOf(frame.Concat()), "concat of no frame"},
		"nil: filter":       {errorOf(none.Filter(expr.Col("a").Eq(1))), `no column "a" in []`},
		"nil: group":        {errorOf(none.GroupBy("a").Agg()), `no column "a" in []`},
		"nil: sort":         {errorOf(none.SortBy(frame.Asc("a"))), `no column "a" in []`},
		"nil: select":       {errorOf(none.Select("a")), `no column "a" in []`},
		"nil: drop":         {errorOf(none.Drop("a")), `no column "a" in []`},
		"nil: rename":       {errorOf(none.Rename("a", "b")), `no column "a" in []`},
		"nil: unique":       {errorOf(none.Unique("a")), `no column "a" in []`},
		"nil: join":         {errorOf(none.Join(f, on("country"))), `no column "country" in []`},
		"nil: asof":         {errorOf(none.JoinAsof(f, frame.AsofOptions{On: "a"})), `no column "a" in []`},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorContains(t, c.got, c.want)
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
	for _, c := range f.Columns() {
		require.True(t, c.IsNull(-1) && c.IsNull(99), c.Name())
	}
}

// The error for a column that is not there names the one that was probably meant.
func TestNearestName(t *testing.T) {
	t.Parallel()
	_, err := answers().Column("merchantId")
	require.EqualError(
		t, err, `frame: no column "merchantId" in ["country" "merchant_id" "dt_s"]; did you mean "merchant_id"?`,
	)
	_, err = answers().Select("price")
	require.EqualError(t, err, `frame: no column "price" in ["country" "merchant_id" "dt_s"]`)
}

// errorOf returns the error of a verb.
func errorOf(_ *frame.Frame, err error) error { return err }
