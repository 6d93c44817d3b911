package metrics

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/sink/rundir"
)

var update = flag.Bool("update", false, "rewrite testdata")

func exampleRun() Run {
	report, err := frame.New(
		frame.Texts("level", []string{"country", "all", "all"}, nil),
		frame.Int64s("answered", []int64{1, 2, 3}, nil),
		frame.Float64s("dt_km_p50_s", []float64{1, 1800.5, 3}, nil),
		frame.Float64s("km_answered_24h", []float64{0.1, 0.75, 0.3}, nil),
		frame.Float64s("km_answered_24h_ci95_low", []float64{0.1, 0.2, 0.3}, nil),
		frame.Float64s("km_answered_7d", []float64{0.1, 0.2, 0.3}, frame.Valid(true, false, true)),
		frame.Int64s("target_met", []int64{1, 5, 3}, nil),
		frame.Float64s("target_share", []float64{0.1, 0.9, 0.3}, nil),
		frame.Float64s("target_share_ci95_low", []float64{0.1, 0.2, 0.3}, nil),
	)
	if err != nil {
		panic(err)
	}
	overdue := int64(4)
	return Run{
		Command: "run", Status: 76, Ended: time.UnixMilli(1_772_359_200_500), Elapsed: 2500 * time.Millisecond,
		Version: `v1 "x"`,
		Run: &rundir.Run{
			AsOf: "2026-03-02T00:00:00Z", LatestMessage: "2026-03-01T23:59:59.5Z", RowsRead: 100,
			Rejected: map[string]int64{"bad_quote": 1, "cut_id": 2},
			Private:  3, OtherSender: 4, Duplicates: 5, Conversations: 40, Answered: 30,
			Warnings: []rundir.Warning{{Code: "many_duplicates", Count: 5}}, Elapsed: map[string]float64{"read": 0.5,
				"total": 2},
			Delivery: &rundir.Delivery{Batches: 10, Acknowledged: 7, Dead: 1, Pending: 2, Retried: 3},
		},
		Report: report, Overdue: &overdue,
	}
}

// The file as people and Prometheus read it.
func TestGolden(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "daily.prom")
	require.NoError(t, Write(path, exampleRun()))
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	golden := filepath.Join("testdata", "daily.prom")
	if *update {
		require.NoError(t, os.WriteFile(golden, got, 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "go test ./internal/sink/metrics -update")
}

// value returns the value of a metric, as Prometheus would read it.
func value(t *testing.T, path, name string, labels ...string) (float64, bool) {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(file)
	require.NoError(t, err)
	for _, one := range families[name].GetMetric() {
		matches := true
		for i := 0; i < len(labels); i += 2 {
			matches = matches && label(one, labels[i]) == labels[i+1]
		}
		if matches {
			return one.GetGauge().GetValue() + one.GetCounter().GetValue(), true
		}
	}
	return 0, false
}

// What counts runs, and the last success, go on from run to run, for each command.
func TestCarriesOn(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "daily.prom")
	for i, r := range []Run{{Command: "run"}, {Command: "run", Status: 75}, {Command: "load"},
		{Command: "run", Status: 75}, {Command: "run", Status: 99}, {Command: "run", Status: 65}} {
		r.Ended = time.Unix(int64(1000*(i+1)), 0)
		require.NoError(t, Write(path, r))
	}
	for _, want := range []struct {
		value  float64
		name   string
		labels []string
	}{
		{2, runsTotal, []string{"command", "run", "status", "75"}},
		{1, runsTotal, []string{"command", "run", "status", "0"}},
		{1, runsTotal, []string{"command", "load", "status", "0"}},
		{5000, lastSuccess, []string{"command", "run", "name", "daily"}},
		{3000, lastSuccess, []string{"command", "load"}},
		{6000, lastRun, []string{"command", "run"}},
		{65, lastStatus, []string{"command", "run"}},
		{0, lastStatus, []string{"command", "load"}},
	} {
		got, ok := value(t, path, want.name, want.labels...)
		require.True(t, ok, want)
		require.Equal(t, want.value, got, want)
	}
	_, ok := value(t, path, "sav_conversations")
	require.False(t, ok, "of a run that found nothing, nothing is said")
}

// A file that holds something else is not replaced.
func TestKeepsOtherFiles(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"messages.csv": "created_at,sender_user_id\n2026-03-01 10:00,1\n", "other.prom": "# TYPE up gauge\nup 1\n",
		"cut.prom": "sav_runs_total{",
	} {
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		err := Write(path, Run{Command: "run"})
		require.ErrorIs(t, err, ErrFormat)
		require.ErrorContains(t, err, name)
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, text, string(data))
	}
	empty := filepath.Join(t.TempDir(), "empty.prom")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	require.NoError(t, Write(empty, Run{Command: "run"}))
	require.Error(t, Write(filepath.Join(empty, "below"), Run{}))
	require.True(t, strings.HasPrefix(runsTotal, "sav_"))
}
