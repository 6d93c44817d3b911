package source

import "github.com/sav-analytics/sav/internal/ids"

// An ID stands for the text of an id: two ids of one [Dict] are equal when their texts are.
// The zero ID is that of an empty value. Where a receiver allows it ([Needs]), ids of some
// fields are equal only within a row, or only after Dict.Share.
type ID = ids.ID

// A Text is the code of a text in a [Dict]. Equal texts have equal codes; codes have no
// order that means anything.
type Text = ids.Text

// A Dict holds the texts of an input once each. Its IDText returns the text of an ID, its
// TextOf that of a Text, and its Compare orders two ids by their texts: integers by value,
// before other texts. It may be used from several goroutines at once.
type Dict = ids.Dict

// NewDict returns an empty dictionary.
func NewDict() *Dict { return ids.NewDict() }
