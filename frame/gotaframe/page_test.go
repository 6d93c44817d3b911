package gotaframe_test

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"
	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
	"github.com/sav-analytics/sav/frame/gotaframe"
)

var update = flag.Bool("update", false, "rewrite docs/dataframes.md")

// sales is the data of the page, in Gota and as a frame.
func sales() dataframe.DataFrame {
	return dataframe.New(
		series.New([]string{"FR", "DE", "FR", "DE"}, series.String, "country"),
		series.New([]int{3, 1, 2, 4}, series.Int, "units"),
		series.New([]any{10.0, 12.5, 80.0, nil}, series.Float, "price"),
		series.New(
			[]string{"2026-05-30T10:00:00Z", "2026-05-30T11:00:00Z", "2026-06-01T09:00:00Z", "2026-06-02T09:00:00Z"},
			series.String, "at",
		),
	)
}

var (
	names, _ = frame.New(
		frame.Texts("code", []string{"FR", "IT"}, nil), frame.Texts("name", []string{"France", "Italy"}, nil),
	)
	rates, _ = frame.New(frame.Times("at", []int64{0}, nil), frame.Float64s("rate", []float64{1.1}, nil))
	named    = dataframe.New(
		series.New([]string{"FR", "IT"}, series.String, "country"),
		series.New([]string{"France", "Italy"}, series.String, "name"),
	)
)

type (
	ofGota  = func(df dataframe.DataFrame) dataframe.DataFrame
	ofFrame = func(f *frame.Frame) (*frame.Frame, error)
)

// lines are those of the page: a task in pandas, in Polars, in Gota if it has it, and in frame.
var lines = []struct {
	task, pandas, polars string
	gota                 ofGota
	frame                ofFrame
}{
	{"choose columns", `df[["units", "price"]]`, `df.select("units", "price")`,
		func(df dataframe.DataFrame) dataframe.DataFrame { return df.Select([]string{"units", "price"}) },
		func(f *frame.Frame) (*frame.Frame, error) { return f.Select("units", "price") }},
	{"leave one out", `df.drop(columns="at")`, `df.drop("at")`,
		func(df dataframe.DataFrame) dataframe.DataFrame { return df.Drop("at") },
		func(f *frame.Frame) (*frame.Frame, error) { return f.Drop("at") }},
	{"rename", `df.rename(columns={"units": "n"})`, `df.rename({"units": "n"})`,
		func(df dataframe.DataFrame) dataframe.DataFrame { return df.Rename("n", "units") },
		func(f *frame.Frame) (*frame.Frame, error) { return f.Rename("units", "n") }},
	{"first rows", `df.head(2)`, `df.head(2)`,
		func(df dataframe.DataFrame) dataframe.DataFrame { return df.Subset([]int{0, 1}) },
		func(f *frame.Frame) (*frame.Frame, error) { return f.Head(2), nil }},
	{"last rows", `df.tail(2)`, `df.tail(2)`, nil,
		func(f *frame.Frame) (*frame.Frame, error) { return f.Tail(2), nil }},
	{"rows 1 and 2", `df.iloc[1:3]`, `df.slice(1, 2)`,
		func(df dataframe.DataFrame) dataframe.DataFrame { return df.Subset([]int{1, 2}) },
		func(f *frame.Frame) (*frame.Frame, error) { return f.Slice(1, 3) }},
	{"a sample", `df.sample(2, random_state=7)`, `df.sample(2, seed=7)`, nil,
		func(f *frame.Frame) (*frame.Frame, error) { return f.Sample(2, 7) }},
	{"filter", `df[df.country == "FR"]`, `df.filter(col("country") == "FR")`,
		func(df dataframe.DataFrame) dataframe.DataFrame {
			return df.Filter(dataframe.F{Colname: "country", Comparator: series.Eq, Comparando: "FR"})
		},
		func(f *frame.Frame) (*frame.Frame, error) { return f.Filter(expr.Col("country").Eq("FR")) }},
	{"filter by two", `df[(df.units > 1) & (df.price < 50)]`, `df.filter(col("units") > 1, col("price") < 50)`,
		func(df dataframe.DataFrame) dataframe.DataFrame {
			return df.FilterAggregation(
				dataframe.And, dataframe.F{Colname: "units", Comparator: series.Greater, Comparando: 1},
				dataframe.F{Colname: "price", Comparator: series.Less, Comparando: 50},
			)
		},
		func(f *frame.Frame) (*frame.Frame, error) {
			return f.Filter(expr.Col("units").Gt(1).And(expr.Col("price").Lt(50)))
		}},
	{"one of a list", `df[df.country.isin(["FR", "IT"])]`, `df.filter(col("country").is_in(["FR", "IT"]))`,
		func(df dataframe.DataFrame) dataframe.DataFrame {
			return df.Filter(dataframe.F{Colname: "country", Comparator: series.In, Comparando: []string{"FR", "IT"}})
		},
		func(f *frame.Frame) (*frame.Frame, error) { return f.Filter(expr.Col("country").In("FR", "IT")) }},
	{"between", `df[df.units.between(2, 3)]`, `df.filter(col("units").is_between(2, 3))`, nil,
		func(f *frame.Frame) (*frame.Frame, error) { return f.Filter(expr.Col("units").Between(2, 3)) }},
	{"known values", `df.dropna(subset="price")`, `df.drop_nulls("price")`,
		func(df dataframe.DataFrame) dataframe.DataFrame {
			return df.Filter(
				dataframe.F{
					Colname: "price", Comparator: series.CompFunc,
					Comparando: func(e series.Element) bool { return !e.IsNA() },
				},
			)
		},
		func(f *frame.Frame) (*frame.Frame, error) { return f.DropNulls("price") }},
	{"a new column", `df.assign(total=df.units * df.price)`, `df.with_columns(total=col("units") * col("price"))`, nil,
		func(f *frame.Frame) (*frame.Frame, error) {
			return f.WithColumns(expr.Col("units").Mul(expr.Col("price")).As("total"))
		}},
	{"fill nulls", `df.price.fillna(0)`, `col("price").fill_null(0)`, nil,
		func(f *frame.Frame) (*frame.Frame, error) { return f.WithColumns(expr.Col("price").FillNull(0)) }},
	{"the last known", `df.price.ffill()`, `col("price").forward_fill()`, nil,
		func(f *frame.Frame) (*frame.Frame, error) { return f.WithColumns(expr.Col("price").ForwardFill()) }},
	{
		"a choice",
		`np.where(df.units > 2, "many", "few")`,
		`when(col("units") > 2).then(lit("many")).otherwise(lit("few"))`,
		nil,
		func(f *frame.Frame) (*frame.Frame, error) {
			return f.WithColumns(expr.When(expr.Col("units").Gt(2)).Then("many").Otherwise("few").As("size"))
		},
	},
	{"another type", `df.units.astype(float)`, `col("units").cast(Float64)`, nil,
		func(f *frame.Frame) (*frame.Frame, error) {
			return f.WithColumns(expr.Col("units").Cast(frame.Float64))
		}},
	{"month of a time", `df["at"].dt.month`, `col("at").dt.month()`, nil,
		func(f *frame.Frame) (*frame.Frame, error) {
			return f.WithColumns(expr.Col("at").Dt().Month().As("month"))
		}},
	{"first of the week", `df["at"].dt.to_period("W").dt.start_time`, `col("at").dt.truncate("1w")`, nil,
		func(f *frame.Frame) (*frame.Frame, error) {
			return f.WithColumns(expr.Col("at").Dt().Truncate(frame.Week).As("week"))
		}},
	{"seconds between", `df["at"].diff().dt.total_seconds()`, `col("at").diff().dt.total_seconds()`, nil,
		func(f *frame.Frame) (*frame.Frame, error) { return f.WithColumns(expr.Col("at").Diff(1).As("gap_s")) }},
	{"lower case", `df.country.str.lower()`, `col("country").str.to_lowercase()`, nil,
		func(f *frame.Frame) (*frame.Frame, error) { return f.WithColumns(expr.Col("country").Str().Lower()) }},
	{"a pattern", `df.country.str.contains("^F")`, `col("country").str.contains("^F")`, nil,
		func(f *frame.Frame) (*frame.Frame, error) { return f.Filter(expr.Col("country").Str().Match("^F")) }},
	{
		"sort",
		`df.sort_values(["country", "units"], ascending=[True, False])`,
		`df.sort("country", "units", descending=[False, True])`,
		func(df dataframe.DataFrame) dataframe.DataFrame {
			return df.Arrange(dataframe.Sort("country"), dataframe.RevSort("units"))
		},
		func(f *frame.Frame) (*frame.Frame, error) { return f.SortBy(frame.Asc("country"), frame.Desc("units")) },
	},
	{"the largest", `df.nlargest(2, "price")`, `df.top_k(2, by="price")`, nil,
		func(f *frame.Frame) (*frame.Frame, error) { return f.TopK(2, frame.Desc("price")) }},
	{"distinct rows", `df.drop_duplicates("country")`, `df.unique("country", keep="first", maintain_order=True)`, nil,
		func(f *frame.Frame) (*frame.Frame, error) { return f.Unique("country") }},
	{"frequencies", `df.country.value_counts()`, `df["country"].value_counts(sort=True)`, nil,
		func(f *frame.Frame) (*frame.Frame, error) { return f.ValueCounts("country") }},
	{"a summary", `df.describe()`, `df.describe()`,
		func(df dataframe.DataFrame) dataframe.DataFrame { return df.Describe() },
		func(f *frame.Frame) (*frame.Frame, error) { return f.Describe() }},
	{"mean by group", `df.groupby("country").price.mean()`, `df.group_by("country").agg(col("price").mean())`,
		func(df dataframe.DataFrame) dataframe.DataFrame {
			return df.GroupBy("country").Aggregation([]dataframe.AggregationType{dataframe.Aggregation_MEAN},
				[]string{"price"})
		},
		func(f *frame.Frame) (*frame.Frame, error) {
			return f.GroupBy("country").Agg(expr.Col("price").Mean())
		}},
	{
		"several statistics",
		`df.groupby("country").price.agg(["median", "max"])`,
		`df.group_by("country").agg(col("price").median(), …)`,
		func(df dataframe.DataFrame) dataframe.DataFrame {
			return df.GroupBy("country").
				Aggregation([]dataframe.AggregationType{
					dataframe.Aggregation_MEDIAN, dataframe.Aggregation_MAX,
				}, []string{"price", "price"})
		},
		func(f *frame.Frame) (*frame.Frame, error) {
			return f.GroupBy("country").Agg(expr.Col("price").Median(), expr.Col("price").Max())
		},
	},
	{
		"share of true",
		`(df.units > 1).groupby(df.country).mean()`,
		`df.group_by("country").agg((col("units") > 1).mean())`,
		nil,
		func(f *frame.Frame) (*frame.Frame, error) {
			return f.GroupBy("country").Agg(expr.Col("units").Gt(1).Mean().As("share"))
		},
	},
	{
		"sum of products",
		`(df.units * df.price).groupby(df.country).sum()`,
		`df.group_by("country").agg((col("units") * col("price")).sum())`,
		nil,
		func(f *frame.Frame) (*frame.Frame, error) {
			return f.GroupBy("country").Agg(expr.Col("units").Mul(expr.Col("price")).Sum().As("total"))
		},
	},
	{"one's own", `df.groupby("country").price.agg(fn)`, `df.group_by("country").agg(col("price").map_batches(fn))`,
		nil,
		func(f *frame.Frame) (*frame.Frame, error) {
			return f.GroupBy("country").Agg(expr.Col("price").Agg(func(x []float64) float64 { return x[0] }))
		}},
	{"of the row's group", `df.groupby("country").units.transform("sum")`, `col("units").sum().over("country")`, nil,
		func(f *frame.Frame) (*frame.Frame, error) {
			return f.WithColumns(expr.Col("units").Sum().Over("country"))
		}},
	{"rank in the group", `df.groupby("country").units.rank()`, `col("units").rank().over("country")`, nil,
		func(f *frame.Frame) (*frame.Frame, error) {
			return f.WithColumns(expr.Col("units").Rank(expr.RankOptions{}).Over("country").As("rank"))
		}},
	{"running sum", `df.units.cumsum()`, `col("units").cum_sum()`, nil,
		func(f *frame.Frame) (*frame.Frame, error) { return f.WithColumns(expr.Col("units").CumSum().As("sum")) }},
	{"mean of the last two", `df.units.rolling(2).mean()`, `col("units").rolling_mean(2)`,
		func(df dataframe.DataFrame) dataframe.DataFrame {
			return df.Mutate(df.Col("units").Rolling(2).Mean())
		},
		func(f *frame.Frame) (*frame.Frame, error) {
			return f.WithColumns(expr.Col("units").Rolling(2).Mean().As("mean"))
		}},
	{"mean of the last day", `df.rolling("1d", on="at").units.mean()`, `col("units").rolling_mean_by("at", "1d")`, nil,
		func(f *frame.Frame) (*frame.Frame, error) {
			return f.WithColumns(expr.Col("units").RollingBy("at", 24*time.Hour).Mean().As("mean"))
		}},
	{"by day, gaps too", `df.resample("1d", on="at").units.sum()`, `df.upsample("at", every="1d")…`, nil,
		func(f *frame.Frame) (*frame.Frame, error) {
			return f.Resample(frame.ResampleOptions{On: "at", Every: frame.Day}).Agg(expr.Col("units").Sum())
		}},
	{
		"pivot",
		`df.pivot_table("units", "country", df["at"].dt.month, "sum")`,
		`df.pivot("month", index="country", values="units", aggregate_function="sum")`,
		nil,
		func(f *frame.Frame) (*frame.Frame, error) {
			return f.Pivot(frame.PivotOptions{Index: []string{"country"}, On: "units", Values: expr.Col("price").Sum()})
		},
	},
	{"unpivot", `df.melt("country", ["units", "price"])`, `df.unpivot(["units", "price"], index="country")`, nil,
		func(f *frame.Frame) (*frame.Frame, error) {
			return f.Unpivot(frame.UnpivotOptions{Index: []string{"country"}, On: []string{"units", "price"}})
		}},
	{"one below the other", `pd.concat([df, df])`, `pl.concat([df, df])`,
		func(df dataframe.DataFrame) dataframe.DataFrame { return df.RBind(df) },
		func(f *frame.Frame) (*frame.Frame, error) { return frame.Concat(f, f) }},
	{
		"inner join",
		`df.merge(names, left_on="country", right_on="code")`,
		`df.join(names, left_on="country", right_on="code")`,
		func(df dataframe.DataFrame) dataframe.DataFrame { return df.InnerJoin(named, "country") },
		func(f *frame.Frame) (*frame.Frame, error) {
			return f.Join(names, frame.JoinOptions{On: []string{"country"}, RightOn: []string{"code"}})
		},
	},
	{"left join", `df.merge(names, how="left", …)`, `df.join(names, how="left", …)`,
		func(df dataframe.DataFrame) dataframe.DataFrame { return df.LeftJoin(named, "country") },
		func(f *frame.Frame) (*frame.Frame, error) {
			return f.Join(names, frame.JoinOptions{On: []string{"country"}, RightOn: []string{"code"}, How: frame.Left})
		}},
	{"outer join", `df.merge(names, how="outer", …)`, `df.join(names, how="full", coalesce=True, …)`,
		func(df dataframe.DataFrame) dataframe.DataFrame { return df.OuterJoin(named, "country") },
		func(f *frame.Frame) (*frame.Frame, error) {
			return f.Join(names, frame.JoinOptions{On: []string{"country"}, RightOn: []string{"code"},
				How: frame.Outer})
		}},
	{"without a match", `df[~df.country.isin(names.code)]`, `df.join(names, how="anti", …)`, nil,
		func(f *frame.Frame) (*frame.Frame, error) {
			return f.Join(names, frame.JoinOptions{On: []string{"country"}, RightOn: []string{"code"}, How: frame.Anti})
		}},
	{"the last one before", `pd.merge_asof(df, rates, on="at")`, `df.join_asof(rates, on="at")`, nil,
		func(f *frame.Frame) (*frame.Frame, error) { return f.JoinAsof(rates, frame.AsofOptions{On: "at"}) }},
}

// Each line does what it says: in frame, in Gota, whose result has as many rows, and through Apply, which gives the
// same as frame.
func TestPage(t *testing.T) {
	t.Parallel()
	require.GreaterOrEqual(t, len(lines), 40)
	gotas, frames := sourceOf(t)
	var page bytes.Buffer
	page.WriteString(head)
	for i, l := range lines {
		f, err := gotaframe.From(sales(), "at")
		require.NoError(t, err)
		want, err := l.frame(f)
		require.NoError(t, err, l.task)
		applied := gotaframe.Apply(sales(), l.frame, "at")
		require.NoError(t, applied.Err, l.task)
		same, err := gotaframe.To(want)
		require.NoError(t, err)
		require.Equal(t, same.Records(), applied.Records(), l.task)
		gota := "–"
		if l.gota != nil {
			got := l.gota(sales())
			require.NoError(t, got.Err, l.task)
			if l.task != "a summary" { // which Gota turns the other way
				require.Equal(t, want.Len(), got.Nrow(), l.task)
			}
			gota = "`" + gotas[i] + "`"
		}
		fmt.Fprintf(
			&page, "| %s | `%s` | `%s` | %s | `%s` |\n", l.task, cell(l.pandas), cell(l.polars), cell(gota),
			cell(frames[i]),
		)
	}
	const path = "../../docs/dataframes.md"
	if *update {
		require.NoError(t, os.WriteFile(path, page.Bytes(), 0o644))
	}
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(
		t, string(bytes.ReplaceAll(got, []byte("\r\n"), []byte("\n"))), page.String(),
		"run: go test ./frame/gotaframe -run Page -update",
	)
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

const head = `# pandas, Polars, Gota, frame

The same tasks in each. ` + "`df`" + ` and ` + "`f`" + ` hold country, units, price and a time, at; col, lit
and when are Polars'. In frame each line is an expression of a frame and an error, or a step of a
[pipe](decisions/pipelines.md) under the same name; a DataFrame of Gota goes through any of them with
` + "`gotaframe.Apply`" + `. A dash stands where Gota has no verb for it. The test that makes this page runs
each line of frame and of Gota.

What differs on purpose: an integer that overflows is an error and division by zero is null, a NaN is unequal to itself,
nulls sort last also in descending order, and groups stand in the order of their first rows:
[expressions](decisions/expressions.md).

| | pandas | Polars | Gota | frame |
|---|---|---|---|---|
`

// sourceOf returns what the functions of lines return, as this file has it.
func sourceOf(t *testing.T) (gotas, frames []string) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "page_test.go", nil, 0)
	require.NoError(t, err)
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR {
			continue
		}
		v := g.Specs[0].(*ast.ValueSpec)
		if v.Names[0].Name != "lines" {
			continue
		}
		for _, e := range v.Values[0].(*ast.CompositeLit).Elts {
			fields := e.(*ast.CompositeLit).Elts
			gotas, frames = append(gotas, returned(t, set, fields[3])), append(frames, returned(t, set, fields[4]))
		}
	}
	return gotas, frames
}

// returned returns the first value that a function literal returns, on one line.
func returned(t *testing.T, set *token.FileSet, e ast.Expr) string {
	fn, ok := e.(*ast.FuncLit)
	if !ok {
		return ""
	}
	var b strings.Builder
	require.NoError(t, format.Node(&b, set, fn.Body.List[0].(*ast.ReturnStmt).Results[0]))
	return unbroken.Replace(strings.Join(strings.Fields(b.String()), " "))
}

// unbroken undoes what breaking a call over lines leaves behind.
var unbroken = strings.NewReplacer("( ", "(", ", )", ")", "{ return", "{ return", "{ ", "{", ", }", "}", ". ", ".")
