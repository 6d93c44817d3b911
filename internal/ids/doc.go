// Package ids holds ids as numbers of 64 bits: two of one dictionary are equal when their
// texts are. An integer is in the number itself, as is one behind a prefix (C-123); UUIDs
// and other words are kept in 16 bytes each, and any other text as it is.
//
// Package source shows callers what they need of it: ID, Text and Dict.
package ids
