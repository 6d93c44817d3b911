package delivery

import "os"

// Steps are where SetAtStep's function is called, in the order of a delivery
// with a dead batch.
var Steps = []string{"folder", "manifest", "began", "answered", "letter", "journalled", "synced", "swept"}

// SetAtStep has f called at each step, for the life of the process.
func SetAtStep(f func(step string)) { atStep = f }

// SetWriteLine replaces how lines of the journal and dead letters are written,
// until restore is called.
func SetWriteLine(f func(file *os.File, line []byte) error) (restore func()) {
	before := writeLine
	writeLine = f
	return func() { writeLine = before }
}

// JournalName is the journal's file in a delivery's folder.
const JournalName = journalName
