package main

// notYetConforming lists the cases that do not pass yet, one a line. Whoever makes
// one pass deletes its line.
var notYetConforming = []string{}
