// Package source says what a message is: its columns and their names, when two
// ids are equal and how they sort, which forms of time are read, and why a row
// is rejected. A [Source] yields messages in batches.
//
// It stands first in the flow: source → frame → analysis → sink. The packages
// below it read messages from somewhere: files from files of any kind,
// database from MySQL and PostgreSQL, memory from a slice, records from rows of
// text; generate makes some.
//
// # A source of one's own
//
// What has the two methods of [Source] can be analysed. Package records makes one of rows
// of text, which it judges by the rules of this package.
//
// # What a source yields
//
// A [Batch] has the messages as columns. Their ids and countries are numbers, of which the
// [Dict] of the [Receiver] knows the texts.
package source
