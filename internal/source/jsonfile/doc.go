// Package jsonfile reads messages from JSON Lines, an object a line, and from one JSON
// array of objects, on all cores.
//
// It stands in the flow's first room, below package source, whose rules it applies: source
// → frame → analysis → sink. Package dialect says what a file is.
//
// The keys of the objects are the columns, those of an object within as outer.inner. The
// first thousand objects say which there are (header.go). All the text of an object is
// checked (json.go), and the values that count are read on the way, eight bytes at a time
// (row.go, value.go). What stands between two values is mostly the same in all rows, and
// then it is compared rather than parsed (piece.go).
package jsonfile
