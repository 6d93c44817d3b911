package main

// notYetConforming lists the cases that do not pass yet, one a line. Whoever makes
// one pass deletes its line.
var notYetConforming = []string{
	"65_new_after",
	"66_bot_then_question",
	"67_new_after_as_of",
	"69_newest_first",
	"92_policy_and_new_after",
	"114_ties",
}
