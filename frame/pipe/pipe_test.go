package pipe_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
	"github.com/sav-analytics/sav/frame/pipe"
)

func answers(t testing.TB) *frame.Frame {
	f, err := frame.New(
		frame.Texts("country", []string{"FR", "DE", "FR", "DE"}, nil),
		frame.Float64s("dt_s", []float64{1800, 0, 1801, 60}, frame.Valid(true, true, true, false)),
		frame.Times("at", []int64{0, 86_400_000_000, 5, 172_800_000_000}, nil),
	)
	require.NoError(t, err)
	return f
}

// Each step does what its verb does, and there is one for each verb.
func TestStepsAreTheVerbs(t *testing.T) {
	t.Parallel()
	f := answers(t)
	numbers, err := f.Select("dt_s")
	require.NoError(t, err)
	dt, byAt := expr.Col("dt_s"), frame.Desc("at")
	join, asof := frame.JoinOptions{On: []string{"country"}}, frame.AsofOptions{On: "at"}
	pivot := frame.PivotOptions{On: "country", Values: dt.Mean()}
	unpivot := frame.UnpivotOptions{On: []string{"dt_s"}}
	days := frame.ResampleOptions{On: "at", Every: frame.Day}
	two := func(f *frame.Frame, err error) func() (*frame.Frame, error) {
		return func() (*frame.Frame, error) { return f, err }
	}
	p, n := pipe.Of(f), pipe.Of(numbers)
	for verb, c := range map[string]struct {
		got  pipe.Pipe
		want func() (*frame.Frame, error)
	}{
		"Select":      {p.Select("at"), two(f.Select("at"))},
		"Drop":        {p.Drop("at"), two(f.Drop("at"))},
		"Rename":      {p.Rename("at", "when"), two(f.Rename("at", "when"))},
		"WithColumns": {p.WithColumns(dt.Div(60)), two(f.WithColumns(dt.Div(60)))},
		"Filter":      {p.Filter(dt.Gt(50)), two(f.Filter(dt.Gt(50)))},
		"Unique":      {p.Unique("country"), two(f.Unique("country"))},
		"DropNulls":   {p.DropNulls(), two(f.DropNulls())},
		"Head":        {p.Head(2), two(f.Head(2), nil)},
		"Tail":        {p.Tail(2), two(f.Tail(2), nil)},
		"Slice":       {p.Slice(1, 3), two(f.Slice(1, 3))},
		"Sample":      {p.Sample(2, 7), two(f.Sample(2, 7))},
		"SortBy":      {p.SortBy(byAt), two(f.SortBy(byAt))},
		"TopK":        {p.TopK(2, byAt), two(f.TopK(2, byAt))},
		"Pivot":       {p.Pivot(pivot), two(f.Pivot(pivot))},
		"Unpivot":     {p.Unpivot(unpivot), two(f.Unpivot(unpivot))},
		"Transpose":   {n.Transpose(""), two(numbers.Transpose(""))},
		"ValueCounts": {p.ValueCounts("country"), two(f.ValueCounts("country"))},
		"Describe":    {p.Describe(), two(f.Describe())},
		"Join":        {p.Join(p, join), two(f.Join(f, join))},
		"JoinAsof":    {p.JoinAsof(p, asof), two(f.JoinAsof(f, asof))},
		"Concat":      {p.Concat(p), two(frame.Concat(f, f))},
		"GroupBy":     {p.GroupBy("country").Sorted().Agg(dt.Sum()), two(f.GroupBy("country").Sorted().Agg(dt.Sum()))},
		"Resample":    {p.Resample(days).Agg(expr.Len()), two(f.Resample(days).Agg(expr.Len()))},
	} {
		t.Run(verb, func(t *testing.T) {
			want, err := c.want()
			require.NoError(t, err)
			got, err := c.got.Collect()
			require.NoError(t, err)
			require.Equal(t, want.String(), got.String())
			_, ok := reflect.TypeFor[*frame.Frame]().MethodByName(verb)
			require.True(t, ok || verb == "Concat")
		})
	}
	// A verb of frames is a method that returns frames or a grouping.
	for i := range reflect.TypeFor[*frame.Frame]().NumMethod() {
		m := reflect.TypeFor[*frame.Frame]().Method(i)
		out := m.Type.Out(0)
		if out == reflect.TypeFor[*frame.Frame]() || out == reflect.TypeFor[frame.Grouping]() {
			_, ok := reflect.TypeFor[pipe.Pipe]().MethodByName(m.Name)
			require.True(t, ok, "a pipe has no %s", m.Name)
		}
	}
}

// The first step that fails is named, and those after it do nothing.
func TestFirstErrorIsTheLast(t *testing.T) {
	t.Parallel()
	cause := errors.New("cause")
	called := 0
	count := func(f *frame.Frame) (*frame.Frame, error) { called++; return f, nil }
	p := pipe.Of(answers(t)).
		Then(count).
		Filter(expr.Col("dts").Gt(0)).
		Then(count).
		GroupBy("nothing").Agg().
		Join(pipe.From(nil, cause), frame.JoinOptions{})
	_, err := p.Collect()
	require.EqualError(
		t, err, `pipe: step 2, Filter: frame: no column "dts" in ["country" "dt_s" "at"]; did you mean "dt_s"?`,
	)
	require.Equal(t, 1, called)
	require.Equal(t, err, p.Do(func(*frame.Frame) error { return cause }))

	_, err = pipe.Of(answers(t)).Join(pipe.From(nil, cause), frame.JoinOptions{}).Collect()
	require.ErrorIs(t, err, cause, "of the other pipe")
	_, err = pipe.From(answers(t), cause).Head(1).Collect()
	require.ErrorIs(t, err, cause, "of what it began with")
	require.ErrorIs(t, pipe.Of(answers(t)).Do(func(*frame.Frame) error { return cause }), cause)
}

// Two pipes go on from one.
func TestPipesBranch(t *testing.T) {
	t.Parallel()
	base := pipe.Of(answers(t)).Filter(expr.Col("dt_s").IsNotNull())
	fr, err := base.Filter(expr.Col("country").Eq("FR")).Collect()
	require.NoError(t, err)
	de, err := base.Filter(expr.Col("country").Eq("DE")).Collect()
	require.NoError(t, err)
	require.Equal(t, []int{2, 1}, []int{fr.Len(), de.Len()})
}

func TestNilAndZero(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]pipe.Pipe{
		"zero":           {},
		"nil":            pipe.Of(nil),
		"zero, a verb":   pipe.Pipe{}.Head(1),
		"zero grouping":  pipe.Grouping{}.Agg(),
		"zero sorted":    pipe.Grouping{}.Sorted().Agg(),
		"then nothing":   pipe.Of(answers(t)).Then(nil),
		"then no frame":  pipe.Of(answers(t)).Then(func(*frame.Frame) (*frame.Frame, error) { return nil, nil }),
		"join with zero": pipe.Of(answers(t)).Join(pipe.Pipe{}, frame.JoinOptions{On: []string{"at"}}),
		"nil expression": pipe.Of(answers(t)).Filter(nil),
	} {
		_, err := p.Collect()
		require.Error(t, err, name)
	}
	require.Error(t, pipe.Of(answers(t)).Do(nil))
}

// A function of one's own is a step of a pipe, and so is what is done with its end.
func ExamplePipe_Then() {
	pairs, err := frame.New(frame.Texts("country", []string{"FR", "DE", "FR"}, nil))
	if err != nil {
		fmt.Println(err)
		return
	}
	double := func(f *frame.Frame) (*frame.Frame, error) { return frame.Concat(f, f) }
	err = pipe.Of(pairs).Then(double).ValueCounts("country").Do(func(f *frame.Frame) error {
		_, err := fmt.Print(f)
		return err
	})
	fmt.Println(err)

	_, err = pipe.Of(pairs).Select("country").Filter(expr.Col("dt_s").Gt(5)).Head(1).Collect()
	fmt.Println(err)
	// Output:
	// country  count
	// text     int64
	// FR           4
	// DE           2
	// 2 rows × 2 columns
	// <nil>
	// pipe: step 2, Filter: frame: no column "dt_s" in ["country"]
}

func Example() {
	pairs, err := frame.New(
		frame.Texts("country", []string{"FR", "DE", "FR", "DE"}, nil),
		frame.Float64s("dt_s", []float64{1800, 600, 5400, 0}, frame.Valid(true, true, true, false)),
	)
	slowest, err := pipe.From(pairs, err).
		Filter(expr.Col("dt_s").IsNotNull()).
		GroupBy("country").Agg(expr.Len().As("answers"), expr.Col("dt_s").Median()).
		SortBy(frame.Desc("dt_s_median")).
		Collect()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(slowest)
	// Output:
	// country  answers  dt_s_median
	// text       int64      float64
	// FR             2         3600
	// DE             1          600
	// 2 rows × 3 columns
}
