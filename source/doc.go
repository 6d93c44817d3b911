// Package source says what a message is: its columns and their names, when two
// ids are equal and how they sort, which forms of time are read, and why a row
// is rejected. A [Source] yields messages in batches.
//
// It stands first in the flow: source → frame → analysis → sink. The packages
// below it read messages from somewhere: files from files of any kind,
// database from MySQL and PostgreSQL, memory from a slice; generate makes some.
//
// # A source of one's own
//
// What has the two methods of [Source] can be analysed. Its Read gives rows of
// text to a [Parser], which judges them by the rules of this package, and hands
// on the batch, or one after the other:
//
//	header, err := source.ResolveHeader(names, nil)
//	parser := source.NewParser(header, nil, r.Dict)
//	batch := source.NewBatch(header.Columns(), r.Needs, r.Dict)
//	for _, record := range records {
//		reason := parser.Add(batch, record)
//		if reason != source.Accepted && r.Reject != nil {
//			err = r.Reject(&source.Reject{Input: "mine", Reason: reason})
//		}
//	}
//	err = r.Batch(batch)
//
// There r is the [Receiver], and header.Columns is what the source's Columns
// must return.
package source
