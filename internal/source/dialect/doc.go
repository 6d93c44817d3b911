// Package dialect finds out what a file is before anything reads rows of it: its format
// and compression by its first bytes, whatever its name, its encoding, and for delimited
// text where the header is and what ends fields and lines.
//
// It stands in the flow's first room, below package source and above the readers of each
// format: source → frame → analysis → sink. A reader gets a [File], which is text in
// UTF-8 however the bytes were packed.
package dialect
