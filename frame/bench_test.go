package frame_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
)

// benchFrame has n rows: 30 countries, 5,000 merchants, n/10 clients with ids far apart, times over two months and
// seconds.
func benchFrame(b *testing.B, n int) *frame.Frame {
	if n > 1_000_000 && testing.Short() {
		b.Skip("long")
	}
	r := rand.New(rand.NewPCG(1, 1))
	dict := make([]string, 30)
	for i := range dict {
		dict[i] = "country " + strconv.Itoa(i)
	}
	codes := make([]uint32, n)
	merchants, clients, at, dt := make([]int64, n), make([]int64, n), make([]int64, n), make([]float64, n)
	for i := range n {
		codes[i] = r.Uint32N(30)
		merchants[i] = r.Int64N(5000)
		clients[i] = r.Int64N(int64(n)/10) * 1_000_003_000_007
		at[i] = 1_772_323_200_000_000 + r.Int64N(60*86_400_000_000)
		dt[i] = r.ExpFloat64() * 3600
	}
	f, err := frame.New(
		frame.Dictionary("country", codes, dict, nil),
		frame.Int64s("merchant_id", merchants, nil),
		frame.Int64s("client_user_id", clients, nil),
		frame.Times("created_at", at, nil),
		frame.Float64s("dt_s", dt, nil),
	)
	if err != nil {
		b.Fatal(err)
	}
	return f
}

// benchSizes runs a verb on 200,000 and on 10,000,000 rows.
func benchSizes(b *testing.B, verb func(f *frame.Frame) (*frame.Frame, error)) {
	for _, n := range []int{200_000, 10_000_000} {
		b.Run(fmt.Sprintf("rows=%d", n), func(b *testing.B) {
			f := benchFrame(b, n)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := verb(f); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
		})
	}
}

func BenchmarkFilter(b *testing.B) {
	benchSizes(b, func(f *frame.Frame) (*frame.Frame, error) {
		return f.Filter(expr.Col("country").In("country 3", "country 7", "country 11").And(expr.Col("dt_s").Gt(600.0)))
	})
}

func BenchmarkFilterHalf(b *testing.B) {
	benchSizes(b, func(f *frame.Frame) (*frame.Frame, error) { return f.Filter(expr.Col("merchant_id").Lt(2500)) })
}

func benchGroupBy(b *testing.B, keys ...string) {
	benchSizes(b, func(f *frame.Frame) (*frame.Frame, error) {
		return f.GroupBy(keys...).Agg(expr.Len(), expr.Col("dt_s").Mean(), expr.Col("dt_s").Max())
	})
}

func BenchmarkGroupByText(b *testing.B)    { benchGroupBy(b, "country") }
func BenchmarkGroupByInt(b *testing.B)     { benchGroupBy(b, "merchant_id") }
func BenchmarkGroupByWideInt(b *testing.B) { benchGroupBy(b, "client_user_id") }
func BenchmarkGroupByTwo(b *testing.B)     { benchGroupBy(b, "country", "merchant_id") }

func BenchmarkGroupByQuantile(b *testing.B) {
	benchSizes(b, func(f *frame.Frame) (*frame.Frame, error) {
		return f.GroupBy("merchant_id").Agg(expr.Col("dt_s").Quantile(0.9))
	})
}

func BenchmarkSortByFloat(b *testing.B) {
	benchSizes(b, func(f *frame.Frame) (*frame.Frame, error) { return f.SortBy(frame.Desc("dt_s")) })
}

func BenchmarkSortByTextAndTime(b *testing.B) {
	benchSizes(b, func(f *frame.Frame) (*frame.Frame, error) {
		return f.SortBy(frame.Asc("country"), frame.Asc("created_at"))
	})
}

func BenchmarkJoin(b *testing.B) {
	for _, n := range []int{200_000, 10_000_000} {
		b.Run(fmt.Sprintf("rows=%d", n), func(b *testing.B) {
			f := benchFrame(b, n)
			clients, err := f.GroupBy("client_user_id").Agg(expr.Col("country").First().As("home"))
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := f.Join(clients, on("client_user_id")); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
		})
	}
}

func BenchmarkJoinAsof(b *testing.B) {
	benchSizes(b, func(f *frame.Frame) (*frame.Frame, error) {
		return f.JoinAsof(
			f,
			frame.AsofOptions{On: "created_at", By: []string{"client_user_id"}, Strategy: frame.Forward, Strict: true},
		)
	})
}

func BenchmarkJoinAsofInOrder(b *testing.B) {
	row := make([]int64, 10_000_000)
	for i := range row {
		row[i] = int64(i)
	}
	benchSizes(b, func(f *frame.Frame) (*frame.Frame, error) {
		f, err := f.WithColumns(frame.Int64s("row", row[:f.Len()], nil))
		if err != nil {
			return nil, err
		}
		return f.JoinAsof(
			f, frame.AsofOptions{On: "row", By: []string{"merchant_id"}, Strategy: frame.Forward, Strict: true},
		)
	})
}
