// Package source says what a message is: which fields a column of input can
// hold, by which rules their values are read, and why a row is rejected. A
// [Source] yields messages in batches.
//
// It stands first in the flow: source → frame → analysis → sink. The packages
// below it read messages from somewhere: files from files of any kind, database
// from MySQL and PostgreSQL, sqldb from any other, memory from a slice, records
// from rows of text.
//
// # A source of one's own
//
// What has the two methods of [Source] can be analysed. Package records makes one of rows
// of text, which it judges by the rules of this package.
//
// # What a source yields
//
// A [Batch] has the messages as columns. Their ids and countries are numbers, whose texts the
// [Dict] of the [Receiver] knows:
//
//	dict := source.NewDict()
//	err = messages.Read(ctx, &source.Receiver{Dict: dict, Batch: func(b *source.Batch) error {
//		for i, at := range b.At {
//			fmt.Println(time.UnixMicro(at), b.Role[i], dict.IDText(b.Merchant[i]), dict.TextOf(b.Country[i]))
//		}
//		return nil
//	}})
package source
