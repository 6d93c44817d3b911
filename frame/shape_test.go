package frame_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
	"github.com/sav-analytics/sav/frame/internal/frametest"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// label is the name of the column that Pivot makes of a value.
func label(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case time.Time:
		return v.Format(time.RFC3339Nano)
	}
	return fmt.Sprint(v)
}

// A cell of a pivot is the statistic of the rows that have its row's and its column's values.
func TestPivotAgainstLoops(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tab := frametest.Draw(t, "table")
		on := rapid.SampledFrom([]string{"in0", "bo0", "ti0"}).Draw(t, "on")
		index := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"te0", "fl0"}), 0, 2, rapid.ID[string]).
			Draw(t, "index")
		o := frame.PivotOptions{Index: index, On: on, Values: expr.Len(), Sorted: rapid.Bool().Draw(t, "sorted")}
		got, err := tab.Frame(t).Pivot(o)
		require.NoError(t, err)

		places := make([]int, len(index))
		for i, name := range index {
			places[i] = tab.Index(name)
		}
		var names, rows []string
		counts := map[[2]string]int64{}
		for _, row := range tab.Rows {
			name, id := label(row[tab.Index(on)]), frametest.KeyOf(row, places)
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
			if !slices.Contains(rows, id) {
				rows = append(rows, id)
			}
			counts[[2]string{id, name}]++
		}
		require.Len(t, rows, got.Len())
		require.ElementsMatch(t, append(slices.Clone(index), names...), got.Names())
		if !o.Sorted {
			require.Equal(t, append(slices.Clone(index), names...), got.Names())
		}
		for i := range got.Len() {
			row := got.Row(i)
			keys := make([]int, len(index))
			for k := range keys {
				keys[k] = k
			}
			id := frametest.KeyOf(row, keys)
			require.True(t, o.Sorted || rows[i] == id)
			for k, name := range got.Names()[len(index):] {
				want, ok := counts[[2]string{id, name}]
				if !ok {
					require.Nil(t, row[len(index)+k])
					continue
				}
				require.Equal(t, want, row[len(index)+k])
			}
		}
		if o.Sorted && len(index) > 0 {
			keys := make([]frame.SortKey, len(index))
			for i, name := range index {
				keys[i] = frame.Asc(name)
			}
			sorted, err := got.SortBy(keys...)
			require.NoError(t, err)
			requireRows(t, frametest.Rows(sorted), got)
		}
	})
}

func TestUnpivotAndTransposeAgainstLoops(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tab := frametest.Draw(t, "table")
		f := tab.Frame(t)
		index := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"te0", "ti0"}), 0, 2, rapid.ID[string]).
			Draw(t, "index")
		on := []string{"in0", "fl0"} // as floats
		got, err := f.Unpivot(frame.UnpivotOptions{Index: index, On: on})
		require.NoError(t, err)
		var want [][]any
		for _, name := range on {
			for _, row := range tab.Rows {
				var out []any
				for _, i := range index {
					out = append(out, row[tab.Index(i)])
				}
				v := row[tab.Index(name)]
				if n, ok := v.(int64); ok {
					v = float64(n)
				}
				want = append(want, append(out, name, v))
			}
		}
		requireRows(t, want, got)
		require.Equal(t, append(slices.Clone(index), "variable", "value"), got.Names())

		turned, err := columns(t, f, "te0").Transpose("")
		require.NoError(t, err)
		require.Equal(t, 1, turned.Len())
		require.Equal(t, len(tab.Rows)+1, len(turned.Names()))
		if len(tab.Rows) == 0 {
			return // nothing is left to turn back
		}
		back, err := turned.Transpose("column")
		require.NoError(t, err)
		want = nil
		for i, row := range tab.Rows {
			want = append(want, []any{fmt.Sprintf("row_%d", i), row[tab.Index("te0")]})
		}
		requireRows(t, want, back)
	})
}

func TestValueCountsAgainstMap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tab := frametest.Draw(t, "table")
		name := rapid.SampledFrom(tab.Names).Draw(t, "column")
		got, err := tab.Frame(t).ValueCounts(name)
		require.NoError(t, err)
		var want [][]any
		for _, row := range tab.Rows {
			v := row[tab.Index(name)]
			i := slices.IndexFunc(want, func(r []any) bool { return frametest.Key(r[0]) == frametest.Key(v) })
			if i < 0 {
				want = append(want, []any{v, int64(0)})
				i = len(want) - 1
			}
			want[i][1] = want[i][1].(int64) + 1
		}
		slices.SortStableFunc(want, func(a, b []any) int { return int(b[1].(int64) - a[1].(int64)) })
		requireRows(t, want, got)
	})
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tab := frametest.Draw(t, "table")
		f := tab.Frame(t)
		got, err := f.Describe()
		require.NoError(t, err)
		require.Equal(
			t,
			[]string{
				"column", "type", "count", "nulls", "distinct", "mean", "std", "min", "p25", "median", "p75", "max",
				"lowest",
				"highest",
			},
			got.Names(),
		)
		for k, name := range tab.Names {
			row, c := got.Row(k), expr.Col(name)
			require.Equal(t, []any{name, tab.Types[k].String()}, row[:2])
			want, err := f.GroupBy().Agg(c.Count(), c.IsNull().Sum(), c.NUnique())
			require.NoError(t, err)
			require.Equal(t, want.Row(0), row[2:5])
			if tab.Types[k] == frame.Text || tab.Types[k] == frame.Time {
				for i, e := range []expr.Expr{c.Min(), c.Max()} {
					want, err := f.GroupBy().Agg(e)
					require.NoError(t, err)
					if v := want.Row(0)[0]; v == nil {
						require.Nil(t, row[12+i])
					} else {
						require.Equal(t, label(v), row[12+i])
					}
				}
				continue
			}
			want, err = f.GroupBy().
				Agg(c.Mean(), c.Std(), c.Quantile(0), c.Quantile(0.25), c.Median(), c.Quantile(0.75), c.Quantile(1))
			require.NoError(t, err)
			for i, v := range want.Row(0) {
				require.True(t, frametest.Near(v, row[5+i]), "%v %v", v, row)
			}
			require.Equal(t, []any{nil, nil}, row[12:])
		}
	})
}

// Resample has every period between the first and the last, in each zone, and in it the rows of that period.
func TestResampleAgainstCalendar(t *testing.T) {
	t.Parallel()
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	lord, err := time.LoadLocation("Australia/Lord_Howe") // whose clocks change by half an hour
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 20).Draw(t, "rows")
		zone := rapid.SampledFrom([]*time.Location{time.UTC, paris, lord}).Draw(t, "zone")
		unit := rapid.SampledFrom([]frame.Unit{frame.Hour, frame.Day, frame.Week, frame.Month, frame.Quarter,
			frame.Year}).
			Draw(t, "unit")
		hours := map[frame.Unit]int{frame.Hour: 300}[unit]
		if hours == 0 {
			hours = 30_000
		}
		begin := time.Date(2026, 3, 20, 0, 0, 0, 0, time.UTC)
		at, groups := make([]any, n), make([]any, n)
		for i := range n {
			at[i] = begin.Add(time.Duration(rapid.IntRange(0, hours*4).Draw(t, "quarters")) * 15 * time.Minute)
			groups[i] = rapid.SampledFrom([]any{"a", "b", nil}).Draw(t, "group")
			if rapid.IntRange(0, 9).Draw(t, "null") == 0 {
				at[i] = nil
			}
		}
		f, err := frame.New(frametest.Column("at", frame.Time, at), frametest.Column("g", frame.Text, groups))
		require.NoError(t, err)
		o := frame.ResampleOptions{On: "at", Every: unit, Zone: zone}
		if rapid.Bool().Draw(t, "by") {
			o.By = []string{"g"}
		}
		got, err := f.Resample(o).Agg(expr.Len())
		require.NoError(t, err)

		var first, last time.Time
		var seen []any
		for i, v := range at {
			if v == nil {
				continue
			}
			start := truncate(v.(time.Time), unit, zone)
			if first.IsZero() || start.Before(first) {
				first = start
			}
			if start.After(last) {
				last = start
			}
			if g := groups[i]; o.By == nil {
				seen = []any{nil}
			} else if !slices.Contains(seen, g) {
				seen = append(seen, g)
			}
		}
		var want [][]any
		for _, g := range seen {
			for start := first; !start.After(last); start = following(start, unit, zone) {
				count := int64(0)
				for i, v := range at {
					if v != nil && (o.By == nil || groups[i] == g) && truncate(v.(time.Time), unit, zone).Equal(start) {
						count++
					}
				}
				row := []any{start.UTC(), count}
				if o.By != nil {
					row = append([]any{g}, row...)
				}
				want = append(want, row)
			}
		}
		requireRows(t, want, got)
	})
}

// truncate returns the first instant of the unit that holds t, by package time.
func truncate(t time.Time, u frame.Unit, zone *time.Location) time.Time {
	t = t.In(zone)
	switch u {
	case frame.Hour:
		return t.Add(-time.Duration(t.Minute()) * time.Minute).Truncate(time.Minute)
	case frame.Week:
		t = t.AddDate(0, 0, -(int(t.Weekday())+6)%7)
	case frame.Month:
		t = t.AddDate(0, 0, 1-t.Day())
	case frame.Quarter:
		t = time.Date(t.Year(), t.Month()-(t.Month()-1)%3, 1, 0, 0, 0, 0, zone)
	case frame.Year:
		t = time.Date(t.Year(), 1, 1, 0, 0, 0, 0, zone)
	}
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, zone)
}

// following returns the first instant of the next unit: it tries minute after minute, or day after day.
func following(start time.Time, u frame.Unit, zone *time.Location) time.Time {
	step := 15 * time.Minute
	if u != frame.Hour {
		step = 20 * time.Hour
	}
	for t := start.Add(step); ; t = t.Add(step) {
		if next := truncate(t, u, zone); next.After(start) {
			return next
		}
	}
}

func TestShapeErrors(t *testing.T) {
	t.Parallel()
	f := answers()
	many := make([]int64, 10_001)
	for i := range many {
		many[i] = int64(i)
	}
	wide, err := frame.New(frame.Int64s("id", many, nil))
	require.NoError(t, err)
	two, err := frame.New(frame.Texts("a", []string{"x", "x"}, nil), frame.Int64s("n", []int64{1, 2}, nil))
	require.NoError(t, err)
	far, err := frame.New(frame.Times("at", []int64{0, math.MaxInt64 / 2}, nil))
	require.NoError(t, err)
	for name, c := range map[string]struct {
		of   error
		want string
	}{
		"pivot on the index": {errorOf(f.Pivot(frame.PivotOptions{
			Index: []string{"country"}, On: "country", Values: expr.Len(),
		})),
			`frame: pivot on "country", which is among the index`},
		"pivot of nothing": {errorOf(f.Pivot(frame.PivotOptions{On: "country"})),
			"frame: pivot without values: give a statistic, such as expr.Col(name).Mean()"},
		"pivot of no statistic": {errorOf(f.Pivot(frame.PivotOptions{On: "country", Values: expr.Col("dt_s")})),
			"expr: dt_s: a value for each row, not for each group: choose a statistic, such as Mean or First"},
		"pivot on an id": {errorOf(wide.Pivot(frame.PivotOptions{On: "id", Values: expr.Len()})),
			`frame: pivot on "id": 10001 values would be as many columns, 10000 at most`},
		"unpivot of two types": {errorOf(f.Unpivot(frame.UnpivotOptions{})),
			`frame: unpivot: column "country" is text, "merchant_id" is int64: Cast one`},
		"unpivot all as index": {errorOf(f.Unpivot(frame.UnpivotOptions{Index: f.Names()})),
			"frame: unpivot of no column"},
		"unpivot no column": {errorOf(f.Unpivot(frame.UnpivotOptions{On: []string{"dts"}})),
			`frame: unpivot: no column "dts" in ["country" "merchant_id" "dt_s"]; did you mean "dt_s"?`},
		"transpose many": {errorOf(wide.Transpose("")),
			"frame: transpose: 10001 rows would be as many columns, 10000 at most"},
		"transpose mixed": {errorOf(f.Transpose("")),
			`frame: transpose: column "country" is text, "merchant_id" is int64: Cast one`},
		"transpose one name": {errorOf(two.Transpose("a")), `frame: two columns are named "x": rename one`},
		"transpose nothing":  {errorOf(wide.Transpose("id")), "frame: transpose of no column"},
		"counts of nothing":  {errorOf(f.ValueCounts()), "frame: value counts of no column"},
		"slice": {errorOf(f.Slice(4, 9)),
			"frame: slice [4:9]: expected 0 ≤ lo ≤ hi ≤ 6, the number of rows"},
		"slice backwards": {errorOf(f.Slice(3, 2)),
			"frame: slice [3:2]: expected 0 ≤ lo ≤ hi ≤ 6, the number of rows"},
		"sample": {errorOf(f.Sample(7, 1)),
			"frame: sample of 7 rows: expected 0 to 6, no row is drawn twice"},
		"top -1": {errorOf(f.TopK(-1)), "frame: top -1 rows: expected 0 or more"},
		"concat other names": {errorOf(frame.Concat(f, two)),
			`frame: concat: frame 1 has a column "a", frame 0 has ["country" "merchant_id" "dt_s"]`},
		"concat fewer": {errorOf(frame.Concat(f, columns(t, f, "dt_s"))),
			`frame: concat: frame 1: no column "country" in ["dt_s"]`},
		"resample no unit": {errorOf(far.Resample(frame.ResampleOptions{On: "at"}).Agg()),
			`frame: resample: no unit ""; expected minute, hour, day, week, month, quarter or year`},
		"resample numbers": {errorOf(f.Resample(frame.ResampleOptions{On: "dt_s", Every: frame.Day}).Agg()),
			`frame: resample: column "dt_s" is float64, not time`},
		"resample too finely": {errorOf(far.Resample(frame.ResampleOptions{On: "at", Every: frame.Minute}).Agg()),
			`frame: resample: more than 10512000 periods of a minute in column "at"`},
	} {
		t.Run(name, func(t *testing.T) {
			require.EqualError(t, c.of, c.want)
		})
	}
}
