// Package sink writes what an analysis found: report.csv, pairs.csv,
// rejects.csv, detail.json and run.json, whole or not at all.
//
// It stands last in the flow: source → frame → analysis → sink. Package
// sink/delivery, beside it, takes a written report to an API.
//
// The files of a run, as the command leaves them:
//
//	folder, err := sink.OpenFolder(ctx, "out")
//	defer folder.Close()
//	result, err := analysis.Run(ctx, messages, analysis.Options{Reject: folder.Reject})
//	err = folder.Put(ctx, result)
//
// Any frame as CSV, in the form of report.csv:
//
//	err = sink.CSV(os.Stdout, result.Report)
//
// What has the method Put of [Sink] takes reports to anywhere else.
package sink
