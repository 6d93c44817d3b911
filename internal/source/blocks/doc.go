// Package blocks writes messages that were judged as blocks of bytes, and is a
// source of them. On a cluster one process reads a file and spreads its messages
// over buckets, by a hash of their conversation; others take a bucket each, from
// all files. What travels between them is blocks: nobody on the way reads them, no
// text is read twice, and ties are settled by the place that a message has in the
// input.
//
// A block is some messages of one bucket and one file, in columns:
//
//	magic    "sav block 2\n", which says the version
//	length   of what follows up to the checksum, 32 bits
//	head     the bucket; of how many buckets; the file's number; which columns there
//	         are; the number of messages; the number of runs
//	runs     of each its first place in the file, how many places and how many messages
//	         it has: no others of the bucket and the file are in these places
//	columns  time and role, merchant, country; conversation, message_id, client if
//	         they are there
//	checksum CRC-32C of all before it
//
// Numbers are unsigned varints, but length and checksum, which are little-endian. A
// column of numbers is its kind (0), the least of them, how many bytes each takes, and
// how far each is above the least, little-endian. A column of texts, be it all ids or
// one that is no plain integer, is its kind (1), the number of texts, the length of
// each, all their bytes, and a column of numbers: places among the texts, from one on;
// none is absent. Time and role are one number: the time in units (the first number of
// the column, in µs) twice, plus one if the merchant wrote.
//
// It stands in the flow's first room, below package source:
// source → frame → analysis → sink.
package blocks
