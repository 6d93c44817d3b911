package main

import (
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/sink"
	"github.com/sav-analytics/sav/sink/metrics"
)

// writeMetrics writes what a command did to the file at path, and returns the
// command's error, or that of writing if it had none.
func (e *env) writeMetrics(path, command string, begin time.Time, err error) error {
	command, _, _ = strings.Cut(command, " <") // its arguments
	r := metrics.Run{
		Command: command, Status: statusOf(err), Ended: time.Now(), Elapsed: time.Since(begin), Version: version(), Run: e.ended,
	}
	writeErr := e.addReport(&r)
	if writeErr == nil {
		writeErr = metrics.Write(path, r)
	}
	if err == nil {
		return writeErr
	}
	if writeErr != nil {
		e.log.Warn("metrics are not written", "error", writeErr)
	}
	return err
}

// addReport adds what the report says, if the run has one and no other took its
// place meanwhile.
func (e *env) addReport(r *metrics.Run) error {
	if r.Run == nil || r.Run.Files["report"] == "" {
		return nil
	}
	dir := filepath.Dir(r.Run.Files["report"])
	report, run, err := sink.ReadReport(dir)
	if err != nil {
		return err
	}
	if run.ReportSHA256 != r.Run.ReportSHA256 {
		return nil
	}
	r.Report = report
	hasTargets := slices.ContainsFunc(report.Names(),
		func(name string) bool { return strings.HasPrefix(name, "target_") })
	if !hasTargets || run.PairsSHA256 == "" {
		return nil
	}
	_, waiting, err := sink.ReadWaiting(dir)
	if err != nil {
		return err
	}
	overdue := int64(0)
	for _, w := range waiting {
		if w.TargetStatus == analysis.TargetMissed {
			overdue++
		}
	}
	r.Overdue = &overdue
	return nil
}
