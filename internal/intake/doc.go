// Package intake makes messages of rows: it finds an input's columns by their names, reads
// their values, and judges each row, once: a message, put aside or rejected. Readers of
// every format end here.
//
// It stands in the flow's first room, beside package source, which says what callers see of
// it: source → frame → analysis → sink.
package intake
