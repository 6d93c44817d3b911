package gotaframe_test

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
	"github.com/sav-analytics/sav/frame/gotaframe"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// drawBits draws a validity for n rows: none null, some, or all.
func drawBits(t *rapid.T, n int) frame.Bitmap {
	nulls := rapid.SampledFrom([]int{0, 3, 10}).Draw(t, "nulls in 10")
	valid := make([]bool, n)
	for i := range valid {
		valid[i] = rapid.IntRange(0, 9).Draw(t, "null") >= nulls
	}
	return frame.Valid(valid...)
}

func drawSlice[T any](t *rapid.T, n int, value *rapid.Generator[T]) []T {
	return rapid.SliceOfN(value, n, n).Draw(t, "values")
}

var (
	texts = rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "NaN", "007", "true", "null", "nan", "1e3"}))
	ints  = rapid.OneOf(rapid.Int64(), rapid.SampledFrom([]int64{1<<53 + 1, math.MaxInt64, math.MinInt64}))
	// floats are all but NaN, which Gota takes for missing.
	floats = rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{math.Inf(1), math.Inf(-1), math.Copysign(0, -1)}))
	// micros are instants of the years 0 to 9999.
	micros = rapid.Int64Range(-62167219200000000, 253402300799999999)
)

func TestRoundTripOfFrame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 20).Draw(t, "rows")
		want, err := frame.New(
			frame.Int64s("int", drawSlice(t, n, ints), drawBits(t, n)),
			frame.Float64s("float", drawSlice(t, n, floats), drawBits(t, n)),
			frame.Bools("bool", drawSlice(t, n, rapid.Bool()), drawBits(t, n)),
			frame.Texts("text", drawSlice(t, n, texts), drawBits(t, n)),
			frame.Times("time", drawSlice(t, n, micros), drawBits(t, n)),
		)
		require.NoError(t, err)
		df, err := gotaframe.To(want)
		require.NoError(t, err)
		got, err := gotaframe.From(df, "time")
		require.NoError(t, err)
		require.Equal(t, want.Names(), got.Names())
		for k, c := range want.Columns() {
			require.Equal(t, c.Type(), got.Columns()[k].Type())
		}
		for i := range n {
			require.Equal(t, fmt.Sprintf("%#v", want.Row(i)), fmt.Sprintf("%#v", got.Row(i)))
		}
	})
}

func TestRoundTripOfDataFrame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 20).Draw(t, "rows")
		bits := []frame.Bitmap{drawBits(t, n), drawBits(t, n), drawBits(t, n), drawBits(t, n)}
		all := []series.Series{
			series.New(drawSlice(t, n, rapid.Int()), series.Int, "int"),
			series.New(drawSlice(t, n, floats), series.Float, "float"),
			series.New(drawSlice(t, n, rapid.Bool()), series.Bool, "bool"),
			series.New(drawSlice(t, n, texts), series.String, "text"),
		}
		for k, s := range all {
			for i := range n {
				if !bits[k].Get(i) {
					s.Elem(i).Set(nil)
				}
			}
		}
		want := dataframe.New(all...)
		f, err := gotaframe.From(want)
		require.NoError(t, err)
		got, err := gotaframe.To(f)
		require.NoError(t, err)
		require.Equal(t, want.Names(), got.Names())
		require.Equal(t, want.Types(), got.Types())
		for k, name := range want.Names() {
			require.Equal(t, want.Col(name).IsNaN(), got.Col(name).IsNaN(), name)
			for i := range n {
				require.Equal(t, want.Elem(i, k).Val(), got.Elem(i, k).Val(), name)
			}
		}
	})
}

// In Gota the text NaN is there, and apart from what is missing.
func TestTextNaNWithinGota(t *testing.T) {
	f, err := frame.New(frame.Texts("s", []string{"NaN", "", "a"}, frame.Valid(true, false, true)))
	require.NoError(t, err)
	df, err := gotaframe.To(f)
	require.NoError(t, err)
	require.Equal(t, []bool{false, true, false}, df.Col("s").IsNaN())
	require.Equal(t, []string{"NaN", "NaN", "a"}, df.Col("s").Records())
}

func TestFloatNaNBecomesNull(t *testing.T) {
	f, err := frame.New(frame.Float64s("x", []float64{math.NaN(), 1}, nil))
	require.NoError(t, err)
	df, err := gotaframe.To(f)
	require.NoError(t, err)
	back, err := gotaframe.From(df)
	require.NoError(t, err)
	require.Equal(t, []any{nil}, back.Row(0))
	require.Equal(t, []any{1.0}, back.Row(1))
}

func TestFromTimes(t *testing.T) {
	want := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"2026-03-01T10:00:00Z":           want,
		"2026-03-01 10:00:00":            want,
		"2026-03-01T10:00:00":            want,
		"2026-03-01 11:30:00+01:30":      want,
		"2026-03-01T10:00:00.1234569Z":   want.Add(123456 * time.Microsecond),
		"2026-03-01":                     want.Add(-10 * time.Hour),
		"2026-03-01T05:00:00.5-05:00":    want.Add(time.Second / 2),
		"0000-01-01T00:00:00.000000Z":    time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC),
		"9999-12-31 23:59:59.999999":     time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC),
		"1969-12-31T23:59:59.999999999Z": time.UnixMicro(-1).UTC(),
	} {
		t.Run(text, func(t *testing.T) {
			df := dataframe.New(series.New([]string{text, "NaN"}, series.String, "at"))
			f, err := gotaframe.From(df, "at")
			require.NoError(t, err)
			require.Equal(t, []any{want}, f.Row(0))
			require.Equal(t, []any{nil}, f.Row(1))
		})
	}
	f, err := gotaframe.From(dataframe.New(series.New([]int{-1, 5}, series.Int, "at")), "at")
	require.NoError(t, err)
	require.Equal(t, []any{time.UnixMicro(-1).UTC()}, f.Row(0))
}

// What is read as a time can be written and read again.
func FuzzTimes(f *testing.F) {
	for _, text := range []string{"2026-03-01T10:00:00Z", "2026-03-01 10:00:00.5+01:30", "2026-03-01",
		"0000-01-01", "9999-12-31T23:59:59-23:59", "", "NaN"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		read, err := gotaframe.From(dataframe.New(series.New([]string{text}, series.String, "at")), "at")
		if err != nil {
			return
		}
		df, err := gotaframe.To(read)
		if err != nil {
			require.ErrorContains(t, err, "year")
			return
		}
		again, err := gotaframe.From(df, "at")
		require.NoError(t, err)
		require.Equal(t, read.Row(0), again.Row(0))
	})
}

func TestFromErrors(t *testing.T) {
	cause := errors.New("cause")
	for name, c := range map[string]struct {
		df    dataframe.DataFrame
		times []string
		want  string
	}{
		"error of the DataFrame": {dataframe.DataFrame{Err: cause}, nil, "gotaframe: cause"},
		"no such column": {dataframe.New(series.New([]int{1}, series.Int, "a")), []string{"at"},
			`gotaframe: no column "at" in ["a"]`},
		"no time": {dataframe.New(series.New([]string{"soon"}, series.String, "at")), []string{"at"},
			`gotaframe: column "at": "soon" is not a time, such as 2026-05-31 or 2026-05-31T10:00:00Z`},
		"floats as times": {dataframe.New(series.New([]float64{1}, series.Float, "at")), []string{"at"},
			`gotaframe: column "at": float64 does not hold times`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := gotaframe.From(c.df, c.times...)
			require.EqualError(t, err, c.want)
			if c.df.Err != nil {
				require.ErrorIs(t, err, cause)
			}
		})
	}
}

func TestToErrors(t *testing.T) {
	for name, c := range map[string]struct {
		columns []frame.Column
		want    string
	}{
		"no columns": {nil, "gotaframe: a frame without columns has no DataFrame"},
		"no name":    {[]frame.Column{frame.Int64s("", []int64{1}, nil)}, "gotaframe: column 0 has no name"},
		"far instant": {[]frame.Column{frame.Times("at", []int64{math.MaxInt64}, nil)},
			`gotaframe: column "at": row 0: year 294247`},
		"BC is no ISO": {[]frame.Column{frame.Times("at", []int64{0, -62167219200000001}, nil)},
			`gotaframe: column "at": row 1: year -1`},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := frame.New(c.columns...)
			require.NoError(t, err)
			_, err = gotaframe.To(f)
			require.EqualError(t, err, c.want)
		})
	}
}

// Gota's own mean over a column with missing elements is NaN; frame's leaves them out.
func TestMeanOverMissing(t *testing.T) {
	df := dataframe.New(series.New([]any{1.0, nil, 3.0}, series.Float, "dt_s"))
	require.True(t, math.IsNaN(df.Col("dt_s").Mean()))
	mean := gotaframe.Apply(df, func(f *frame.Frame) (*frame.Frame, error) {
		return f.GroupBy().Agg(expr.Col("dt_s").Mean())
	})
	require.NoError(t, mean.Err)
	require.Equal(t, []float64{2}, mean.Col("dt_s_mean").Float())
}

func TestApply(t *testing.T) {
	df := dataframe.New(series.New([]int{3, 1, 2}, series.Int, "n"))
	sorted := gotaframe.Apply(df, func(f *frame.Frame) (*frame.Frame, error) { return f.SortBy(frame.Asc("n")) })
	require.NoError(t, sorted.Err)
	require.Equal(t, []string{"1", "2", "3"}, sorted.Col("n").Records())

	cause := errors.New("cause")
	for name, got := range map[string]dataframe.DataFrame{
		"before": gotaframe.Apply(dataframe.DataFrame{Err: cause}, nil),
		"within": gotaframe.Apply(df, func(*frame.Frame) (*frame.Frame, error) { return nil, cause }),
	} {
		require.ErrorIs(t, got.Err, cause, name)
		require.Zero(t, got.Nrow())
	}
	after := gotaframe.Apply(df, func(*frame.Frame) (*frame.Frame, error) { return frame.New() })
	require.EqualError(t, after.Err, "gotaframe: a frame without columns has no DataFrame")
	require.EqualError(t, gotaframe.Apply(df, nil).Err, "gotaframe: Apply without a function")
	// Gota's verbs hand it on.
	require.Equal(t, after.Err, after.Filter(dataframe.F{Colname: "n"}).Err)
}
