// Package analysis turns messages into the opening exchange of each
// conversation, and those into a report per country and merchant.
//
// It stands between frame and sink: source → frame → analysis → sink.
package analysis
