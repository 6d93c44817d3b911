// Package pair is the one place that knows which message of a conversation opens it,
// which answers, and what counts.
//
//	rules.go         the options that decide
//	conversation.go  the messages of one conversation: their order, duplicates, the last that count
//	kernel.go        C, M, exch_nr and the turns of messages in order
package pair
