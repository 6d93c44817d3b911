// Package csvfile reads messages from CSV files, plain or compressed with gzip,
// on all cores.
//
// It stands in the flow's first room, below package source, whose rules it
// applies: source → frame → analysis → sink.
//
// A file is cut into chunks that are scanned at the same time (scan.go). Where
// the first record of a chunk begins cannot be known from the chunk alone: a
// line break may stand inside quotes. So it is guessed, and a chunk whose guess
// is not where its predecessor ended is scanned again (sequence.go). A record in
// its usual form is read by hot.go and fast.go straight into numbers; any other by
// record.go, which knows all of RFC 4180 and defines what a record is.
package csvfile
