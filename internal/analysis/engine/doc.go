// Package engine takes the messages of a source to what their conversations
// contribute to a report. A row, which is a message, walks through these files:
//
//	read.go       asks the source for batches
//	batch.go      a batch's messages become rows, ordered by partition
//	row.go        what a row holds, in 16 or 32 bytes
//	texts.go      the texts of conversations whose ids are no numbers, beside the rows
//	store.go      keeps the batches; a partition has all rows of its conversations
//	spill.go      batches beyond the memory limit, in files
//	bound.go      whether one partition for each core fits into memory
//	partition.go  the rows of one partition, brought together by conversation
//	reuse.go      the memory that a partition's rows had, for what comes of them
//	collect.go    all partitions, conversation by conversation, through package pair
//	periods.go    the groups that waits have where periods are distinguished
//	mentions.go   which names of a policy the messages have
package engine
