// Package source says what a message is: its columns and their names, when two
// ids are equal and how they sort, which forms of time are read, and why a row
// is rejected. A [Source] yields messages in batches.
//
// It stands first in the flow: source → frame → analysis → sink. The packages
// below it read messages from somewhere: csvfile and parquetfile from files,
// memory from a slice.
package source
