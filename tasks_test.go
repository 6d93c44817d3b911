package sav_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-gota/gota/dataframe"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
	"github.com/sav-analytics/sav/frame/frameio"
	"github.com/sav-analytics/sav/frame/gotaframe"
	"github.com/sav-analytics/sav/frame/pipe"
	"github.com/sav-analytics/sav/sink"
	"github.com/sav-analytics/sav/sink/delivery"
	"github.com/sav-analytics/sav/stats/chart"
)

// Eight tasks of an analyst's day, from here to the end of the last one.

func pairs() pipe.Pipe {
	return pipe.From(frameio.ReadFile("testdata/messages.csv", frameio.ReadOptions{})).Then(firstResponses)
}

func firstResponses(messages *frame.Frame) (*frame.Frame, error) {
	return analysis.FirstResponses(context.Background(), messages, analysis.Options{})
}

// 1. One country, by month: mean and median, sorted, to a CSV file.
func monthly(p pipe.Pipe) pipe.Pipe {
	dt := expr.Col("dt_s")
	return p.Filter(expr.Col("country").Eq("FR")).
		WithColumns(expr.Col("opened_at").Dt().Format("2006-01").As("month")).
		GroupBy("month").Sorted().Agg(dt.Mean().As("mean"), dt.Median().As("median"))
}

func monthlyCSV(w io.Writer) error {
	write := func(f *frame.Frame) error { return frameio.WriteCSV(w, f, frameio.WriteOptions{Decimals: 1}) }
	return monthly(pairs()).Do(write)
}

// 2. The same of Gota's DataFrame of messages, and back.
func monthlyGota(messages dataframe.DataFrame) dataframe.DataFrame {
	verbs := func(f *frame.Frame) (*frame.Frame, error) { return monthly(pipe.Of(f).Then(firstResponses)).Collect() }
	return gotaframe.Apply(messages, verbs, "created_at")
}

// 3. The first pair of client and merchant of each conversation, in Gota alone.
func gotaPairs(df dataframe.DataFrame) (first, answer map[string]int) {
	df = df.Arrange(dataframe.Sort("created_at"), dataframe.Sort("message_id"))
	column := func(name string) []string { return df.Col(name).Records() }
	ids, public, sender := column("conversation_id"), column("is_public"), column("sender_user_id")
	client, merchant := column("client_user_id"), column("merchant_user_id")
	first, answer = map[string]int{}, map[string]int{}
	for i, id := range ids {
		_, asked := first[id]
		_, answered := answer[id]
		switch {
		case public[i] != "true":
		case !asked && sender[i] == client[i]:
			first[id] = i
		case asked && !answered && sender[i] == merchant[i]:
			answer[id] = i
		}
	}
	return first, answer
}

// 4. A trimmed mean by merchant, and the share answered within four hours.
func byMerchant() (*frame.Frame, error) {
	trimmed := expr.Col("dt_s").Agg(func(x []float64) float64 {
		slices.Sort(x)
		return stat.Mean(x[len(x)/10:len(x)-len(x)/10], nil)
	})
	soon := expr.Col("dt_s").Le(4 * time.Hour).FillNull(false).Mean()
	return pairs().GroupBy("merchant_id").Sorted().Agg(trimmed.As("trimmed"), soon.As("within_4h")).Collect()
}

// 5. A join with a second table, and a pivot of medians, country by month.
func pivot(names pipe.Pipe) (*frame.Frame, error) {
	return pairs().Join(names, frame.JoinOptions{On: []string{"country"}, RightOn: []string{"code"}}).
		WithColumns(expr.Col("opened_at").Dt().Format("2006-01").As("month")).
		Pivot(frame.PivotOptions{Index: []string{"name"}, On: "month", Values: expr.Col("dt_s").Median(), Sorted: true}).
		Collect()
}

// 6. How long clients wait, as a distribution function.
func ecdf(w io.Writer) error {
	return pairs().DropNulls("dt_s").Select("dt_s").Do(func(f *frame.Frame) error {
		c := chart.New("Answered within", "time", "share of answers")
		c.ECDF("all", f.Columns()[0].Float64s())
		svg, err := c.SVG(560, 320)
		fmt.Fprint(w, svg)
		return err
	})
}

// 7. A source and a sink of one's own: structs in, lines of text out.
type ticket struct {
	Sender, Client, Merchant, Shop int
	At                             time.Time `frame:"created_at"`
}
type printer struct{ io.Writer }

func (p printer) Put(_ context.Context, r *analysis.Result) error {
	return frameio.Display(p, r.Report, frameio.DisplayOptions{Durations: []string{"dt_s"}})
}

func tickets(ctx context.Context, rows []ticket, to sink.Sink) error {
	return pipe.From(frameio.FromStructs(rows)).Rename("Sender", "sender_user_id").Rename("Client", "client_user_id").
		Rename("Merchant", "merchant_user_id").Rename("Shop", "merchant_id").Then(firstResponses).
		Select("merchant_id", "dt_s").Do(func(f *frame.Frame) error { return to.Put(ctx, &analysis.Result{Report: f}) })
}

// 8. Any frame to an API, ten rows a request, by one's own client.
func send(ctx context.Context, client *http.Client, url string) error {
	to := delivery.API{URL: url, Client: client, Header: http.Header{"Authorization": {"Bearer " + os.Getenv("TOKEN")}}}
	return pairs().Head(25).Do(func(f *frame.Frame) error { return to.Put(ctx, &analysis.Result{Report: f}) })
}

// The end of the last task.

func TestTasks(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("tasks_test.go")
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(source), "from here to the end of the last one.\n")
	tasks, _, _ := strings.Cut(rest, "// The end of the last task.")
	lines := 0
	for line := range strings.Lines(tasks) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			lines++
		}
	}
	require.LessOrEqual(t, lines, 80)

	var csv strings.Builder
	require.NoError(t, monthlyCSV(&csv))
	require.Equal(t, "month,mean,median\n2026-03,12384.4,3695.5\n2026-04,12918.1,3913\n2026-05,12792.2,3881\n",
		csv.String())

	file, err := os.Open("testdata/messages.csv")
	require.NoError(t, err)
	defer file.Close()
	messages := dataframe.ReadCSV(file)
	byGota := monthlyGota(messages)
	require.NoError(t, byGota.Err)
	f, err := gotaframe.From(byGota)
	require.NoError(t, err)
	same, err := monthly(pairs()).Collect()
	require.NoError(t, err)
	require.Equal(t, same.String(), f.String())

	all, err := pairs().Collect()
	require.NoError(t, err)
	first, answer := gotaPairs(messages)
	require.Len(t, first, all.Len())
	answered, err := all.Filter(expr.Col("dt_s").IsNotNull())
	require.NoError(t, err)
	require.Len(t, answer, answered.Len())

	merchants, err := byMerchant()
	require.NoError(t, err)
	require.Equal(t, []string{"merchant_id", "trimmed", "within_4h"}, merchants.Names())

	names := pipe.From(frameio.ReadCSV(strings.NewReader("code,name\nFR,France\nDE,Germany\n"), frameio.ReadOptions{}))
	medians, err := pivot(names)
	require.NoError(t, err)
	require.Equal(t, []string{"name", "2026-03", "2026-04", "2026-05"}, medians.Names())
	require.Equal(t, []any{"France", "Germany"}, []any{medians.Row(0)[0], medians.Row(1)[0]})
	require.Equal(t, same.Row(0)[2], medians.Row(0)[1])

	var svg strings.Builder
	require.NoError(t, ecdf(&svg))
	require.True(t, strings.HasPrefix(svg.String(), "<svg"))

	var shown strings.Builder
	at := time.Date(2026, 5, 31, 10, 0, 0, 0, time.UTC)
	two := []ticket{{5, 5, 9, 7, at}, {9, 5, 9, 7, at.Add(211 * time.Minute)}}
	require.NoError(t, tickets(context.Background(), two, printer{&shown}))
	require.Equal(t, "merchant_id     dt_s\n      int64  float64\n          7    3h31m\n1 rows × 2 columns\n",
		shown.String())

	requests := 0
	api := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests++ }))
	defer api.Close()
	require.NoError(t, send(context.Background(), api.Client(), api.URL))
	require.Equal(t, 3, requests)
}
