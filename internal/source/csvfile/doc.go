// Package csvfile reads messages from CSV files, with whatever delimiter and line ends, on
// all cores.
//
// It stands in the flow's first room, below package source, whose rules it applies: source
// → frame → analysis → sink. Package dialect says what a file is, and where its header is.
//
// A file is cut into chunks that are scanned at the same time (internal/source/chunk). A
// record in its usual form is read by hot.go, fast.go and fields.go straight into numbers;
// any other by internal/source/record, which knows all the rules and defines what a record
// is.
package csvfile
