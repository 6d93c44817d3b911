// Package metrics writes what a run did in the text format of Prometheus, for the
// textfile collector of its node exporter.
//
// It stands after sink. A file is about one job, and is replaced by each of its
// runs; what counts runs goes on from the file that was there:
//
//	run, err := rundir.ReadRun(ctx, "out")
//	err = metrics.Write("/var/lib/node_exporter/sav.prom", metrics.Run{Command: "run", Ended: time.Now(), Run: run})
package metrics

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/filelock"
	"github.com/sav-analytics/sav/internal/outfile"
	"github.com/sav-analytics/sav/internal/sink/rundir"
)

// A Run is one run of a command.
type Run struct {
	Command string // "run", "deliver", …
	Status  int    // its exit status
	Ended   time.Time
	Elapsed time.Duration
	Version string

	Run     *rundir.Run  // nil if it has none
	Report  *frame.Frame // nil if it has none
	Overdue *int64       // unanswered conversations whose target has passed; nil if that is not known
}

// success reports whether a status is one that nobody needs to act on.
func success(status int) bool { return status == 0 || status == 99 }

// ErrFormat is wrapped by the error of a file that is there and holds no metrics.
var ErrFormat = errors.New("not a file of metrics, which could be replaced")

// Write writes the metrics of a run to path, whole or not at all. Their label
// "name" is the file's name without its ending. A file at path that does not hold
// metrics stays, and the error wraps [ErrFormat].
func Write(path string, r Run) error {
	older, err := read(path)
	if err != nil {
		return err
	}
	base := filepath.Base(path)
	m := &metrics{name: strings.TrimSuffix(base, filepath.Ext(base)), families: make(map[string]*dto.MetricFamily)}
	m.carry(older, r)
	m.ofRun(r)
	if r.Run != nil {
		m.ofInput(r.Run)
		m.ofDelivery(r.Run.Delivery)
	}
	if r.Report != nil {
		if err := m.ofReport(r.Report); err != nil {
			return err
		}
	}
	if r.Overdue != nil {
		m.gauge("sav_unanswered_overdue", "unanswered conversations whose target has passed", float64(*r.Overdue))
	}
	var text bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(m.families)) {
		slices.SortFunc(m.families[name].Metric,
			func(a, b *dto.Metric) int { return slices.CompareFunc(a.Label, b.Label, compareLabels) })
		if _, err := expfmt.MetricFamilyToText(&text, m.families[name]); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return outfile.WriteFile(path, outfile.Public, text.Bytes())
}

// read returns the metrics at path, none if there is no file.
func read(path string) (map[string]*dto.MetricFamily, error) {
	data, err := filelock.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(data))
	if err != nil || len(families) > 0 && families[runsTotal] == nil {
		return nil, &fs.PathError{Op: "replace", Path: path, Err: ErrFormat}
	}
	return families, nil
}

const (
	runsTotal   = "sav_runs_total"
	lastRun     = "sav_last_run_timestamp_seconds"
	lastStatus  = "sav_last_run_status"
	lastSuccess = "sav_last_success_timestamp_seconds"
)

// carried are the metrics that a run takes over from those before it.
var carried = []string{runsTotal, lastRun, lastStatus, lastSuccess}

// metrics are those of one file.
type metrics struct {
	name     string
	families map[string]*dto.MetricFamily
}

// carry takes over from an older file what is not about its last run alone.
func (m *metrics) carry(older map[string]*dto.MetricFamily, r Run) {
	for _, name := range carried {
		family := older[name]
		if family == nil {
			continue
		}
		family.Metric = slices.DeleteFunc(family.Metric, func(one *dto.Metric) bool {
			return label(one, "name") != m.name ||
				name != runsTotal && name != lastSuccess && label(one, "command") == r.Command
		})
		if len(family.Metric) > 0 {
			m.families[name] = family
		}
	}
}

func label(one *dto.Metric, name string) string {
	for _, pair := range one.Label {
		if pair.GetName() == name {
			return pair.GetValue()
		}
	}
	return ""
}

func compareLabels(a, b *dto.LabelPair) int {
	return cmp.Or(cmp.Compare(a.GetName(), b.GetName()), cmp.Compare(a.GetValue(), b.GetValue()))
}

// metric returns the metric of a family with labels, each a name and a value. It
// is made if it is not there.
func (m *metrics) metric(kind dto.MetricType, name, help string, labels ...string) *dto.Metric {
	family := m.families[name]
	if family == nil {
		family = &dto.MetricFamily{Name: &name, Help: &help, Type: &kind}
		m.families[name] = family
	}
	labels = append([]string{"name", m.name}, labels...)
	one := new(dto.Metric)
	for i := 0; i < len(labels); i += 2 {
		one.Label = append(one.Label, &dto.LabelPair{Name: &labels[i], Value: &labels[i+1]})
	}
	slices.SortFunc(one.Label, compareLabels)
	for _, there := range family.Metric {
		if slices.CompareFunc(there.Label, one.Label, compareLabels) == 0 {
			return there
		}
	}
	family.Metric = append(family.Metric, one)
	return one
}

func (m *metrics) gauge(name, help string, value float64, labels ...string) {
	m.metric(dto.MetricType_GAUGE, name, help, labels...).Gauge = &dto.Gauge{Value: &value}
}

// ofRun returns the metrics that every command has.
func (m *metrics) ofRun(r Run) {
	command := []string{"command", r.Command}
	runs := m.metric(dto.MetricType_COUNTER, runsTotal, "runs, by their exit status",
		"command", r.Command, "status", fmt.Sprint(r.Status))
	count := runs.GetCounter().GetValue() + 1
	runs.Counter = &dto.Counter{Value: &count}
	ended := float64(r.Ended.UnixMilli()) / 1e3
	m.gauge(lastRun, "when the last run ended", ended, command...)
	m.gauge(lastStatus, "the exit status of the last run", float64(r.Status), command...)
	if success(r.Status) {
		m.gauge(lastSuccess, "when the last run ended that succeeded", ended, command...)
	}
	steps := map[string]float64{"total": r.Elapsed.Seconds()}
	if r.Run != nil {
		for step, seconds := range r.Run.Elapsed {
			if step != "total" { // of the analysis; that of the run is longer
				steps[step] = seconds
			}
		}
	}
	for _, step := range slices.Sorted(maps.Keys(steps)) {
		m.gauge("sav_last_run_duration_seconds", "how long the last run took, and its steps", steps[step], "command",
			r.Command, "step", step)
	}
	m.gauge("sav_build_info", "1, with the version that ran", 1, "version", r.Version)
}

// ofInput returns the metrics of what was read and found.
func (m *metrics) ofInput(r *rundir.Run) {
	rejected := int64(0)
	for reason, n := range r.Rejected {
		rejected += n
		m.gauge("sav_rows_rejected", "rows of the input that were rejected, by the reason, if there are any",
			float64(n), "reason", reason)
	}
	const rows = "rows of the input: those read, and those of them that do not count"
	for kind, n := range map[string]int64{
		"read": r.RowsRead, "rejected": rejected, "private": r.Private, "automatic": r.Automatic,
		"other_sender":    r.OtherSender,
		"no_reply_needed": r.NoReplyNeeded, "duplicate": r.Duplicates, "after_as_of": r.AfterAsOf,
	} {
		m.gauge("sav_rows", rows, float64(n), "kind", kind)
	}
	const conversations = "conversations in the window"
	m.gauge("sav_conversations", conversations, float64(r.Answered), "state", "answered")
	m.gauge("sav_conversations", conversations, float64(r.Conversations-r.Answered), "state", "unanswered")
	for _, w := range r.Warnings {
		m.gauge("sav_warnings", "what looks wrong with the input, by the code of the warning", float64(w.Count), "code",
			w.Code)
	}
	m.time("sav_as_of_timestamp_seconds", "until when the result knows what happened", r.AsOf)
	m.time("sav_latest_message_timestamp_seconds", "the time of the latest message", r.LatestMessage)
}

// time sets a metric to a time, if there is one.
func (m *metrics) time(name, help string, at rundir.Time) {
	if t, err := time.Parse(time.RFC3339, string(at)); err == nil {
		m.gauge(name, help, float64(t.UnixMilli())/1e3)
	}
}

// ofDelivery returns the metrics of how far the report came, if it was delivered.
func (m *metrics) ofDelivery(d *rundir.Delivery) {
	if d == nil {
		return
	}
	const batches = "batches of the report, by their outcome"
	m.gauge("sav_batches", batches, float64(d.Acknowledged), "outcome", "acknowledged")
	m.gauge("sav_batches", batches, float64(d.Dead), "outcome", "dead")
	m.gauge("sav_batches", batches, float64(d.Pending), "outcome", "pending")
	m.gauge("sav_batches_retried", "attempts to deliver beyond the first of each batch", float64(d.Retried))
}

// ofReport returns the metrics of the report's first row of all conversations, if it
// has one: that of the whole window.
func (m *metrics) ofReport(report *frame.Frame) error {
	levels, err := report.Column("level")
	if err != nil {
		return err
	}
	row := slices.IndexFunc(levels.Codes(), func(code uint32) bool { return levels.Dictionary()[code] == "all" })
	if row < 0 {
		return nil
	}
	for _, c := range report.Columns() {
		if c.Type() == frame.Text || c.IsNull(row) {
			continue
		}
		value := 0.0
		if c.Type() == frame.Float64 {
			value = c.Float64s()[row]
		} else {
			value = float64(c.Int64s()[row])
		}
		within, isShare := strings.CutPrefix(c.Name(), "km_answered_")
		target, isTarget := strings.CutPrefix(c.Name(), "target_")
		switch {
		case isShare && !strings.Contains(within, "_"):
			m.gauge("sav_answered_within_ratio", "the estimated share of conversations answered within a time", value,
				"within", within)
		case c.Name() == "dt_km_p50_s":
			m.gauge("sav_response_time_median_seconds",
				"the estimated median time to a first answer, the unanswered counted", value)
		case isTarget && target == "share":
			m.gauge("sav_target_met_ratio", "the share of the conversations that are due whose target was met", value)
		case isTarget && !strings.Contains(target, "_"):
			m.gauge("sav_target_conversations", "conversations with a target, by what became of it", value, "state",
				target)
		}
	}
	return nil
}
