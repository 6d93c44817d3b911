// Package sink writes what an analysis found: report.csv, pairs.csv,
// rejects.csv, detail.json and run.json, whole or not at all.
//
// It stands last in the flow: source → frame → analysis → sink. Package
// sink/delivery, beside it, takes a written report to an API.
package sink
