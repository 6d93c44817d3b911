package gotaframe_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
	"github.com/sav-analytics/sav/frame/gotaframe"
)

const benchRows = 200_000

// benchCSV is 200,000 rows of 4 columns: 30 countries, 5,000 merchants, clients of whom most write once, and seconds.
func benchCSV() string {
	r := rand.New(rand.NewPCG(1, 1))
	var b strings.Builder
	b.WriteString("country,merchant_id,client_user_id,dt_s\n")
	for range benchRows {
		fmt.Fprintf(
			&b, "%c%c,%d,%d,%.3f\n", 'A'+r.IntN(5), 'A'+r.IntN(6), r.IntN(5000), r.IntN(1_000_000), r.ExpFloat64()*3600,
		)
	}
	return b.String()
}

func benchData(b *testing.B) (dataframe.DataFrame, *frame.Frame) {
	df := dataframe.ReadCSV(strings.NewReader(benchCSV()))
	f, err := gotaframe.From(df)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	return df, f
}

func perRow(b *testing.B) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRows, "ns/row")
}

func BenchmarkReadCSV(b *testing.B) {
	csv := benchCSV()
	b.Run("gota", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if df := dataframe.ReadCSV(strings.NewReader(csv)); df.Err != nil {
				b.Fatal(df.Err)
			}
		}
		perRow(b)
	})
}

func BenchmarkFilter(b *testing.B) {
	df, f := benchData(b)
	b.Run("gota", func(b *testing.B) {
		for b.Loop() {
			got := df.FilterAggregation(dataframe.And,
				dataframe.F{Colname: "country", Comparator: series.Eq, Comparando: "BC"},
				dataframe.F{Colname: "dt_s", Comparator: series.Greater, Comparando: 600.0})
			if got.Err != nil {
				b.Fatal(got.Err)
			}
		}
		perRow(b)
	})
	b.Run("frame", func(b *testing.B) {
		for b.Loop() {
			if _, err := f.Filter(expr.Col("country").Eq("BC").And(expr.Col("dt_s").Gt(600.0))); err != nil {
				b.Fatal(err)
			}
		}
		perRow(b)
	})
}

func BenchmarkGroupBy(b *testing.B) {
	df, f := benchData(b)
	for _, keys := range [][]string{{"country"}, {"merchant_id"}, {"country", "merchant_id"}} {
		name := strings.Join(keys, "+")
		b.Run(name+"/gota", func(b *testing.B) {
			for b.Loop() {
				got := df.GroupBy(keys...).Aggregation(
					[]dataframe.AggregationType{
						dataframe.Aggregation_COUNT, dataframe.Aggregation_MEAN, dataframe.Aggregation_STD,
						dataframe.Aggregation_MEDIAN,
					},
					[]string{"dt_s", "dt_s", "dt_s", "dt_s"})
				if got.Err != nil {
					b.Fatal(got.Err)
				}
			}
			perRow(b)
		})
		b.Run(name+"/frame", func(b *testing.B) {
			for b.Loop() {
				_, err := f.GroupBy(keys...).
					Agg(expr.Col("dt_s").Count(), expr.Col("dt_s").Mean(), expr.Col("dt_s").Std(),
						expr.Col("dt_s").Median())
				if err != nil {
					b.Fatal(err)
				}
			}
			perRow(b)
		})
	}
}

func BenchmarkSort(b *testing.B) {
	df, f := benchData(b)
	b.Run("gota", func(b *testing.B) {
		for b.Loop() {
			if got := df.Arrange(dataframe.Sort("dt_s")); got.Err != nil {
				b.Fatal(got.Err)
			}
		}
		perRow(b)
	})
	b.Run("frame", func(b *testing.B) {
		for b.Loop() {
			if _, err := f.SortBy(frame.Asc("dt_s")); err != nil {
				b.Fatal(err)
			}
		}
		perRow(b)
	})
}

// What the way in and out costs.
func BenchmarkConvert(b *testing.B) {
	df, f := benchData(b)
	b.Run("from", func(b *testing.B) {
		for b.Loop() {
			if _, err := gotaframe.From(df); err != nil {
				b.Fatal(err)
			}
		}
		perRow(b)
	})
	b.Run("to", func(b *testing.B) {
		for b.Loop() {
			if _, err := gotaframe.To(f); err != nil {
				b.Fatal(err)
			}
		}
		perRow(b)
	})
}
