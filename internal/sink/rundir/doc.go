// Package rundir is the folder of a run: report.csv, pairs.csv, rejects.csv, detail.json,
// report.html and run.json, written whole or not at all, and read back.
//
//	folder.go   a folder, a result put into it, and rejects.csv
//	commit.go   its files change as one
//	run.go      run.json
//	result.go   what a folder holds of a run, read back
//	waiting.go  the pairs that wait for an answer
//	csv.go      frames as CSV
//
// It stands below sink, which shows of it what users of the library need.
package rundir
