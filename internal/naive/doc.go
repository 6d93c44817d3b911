// Package naive is the rules of reading, pairing and reporting once more, as
// plainly as they can be written: strings, maps, regular expressions, sorting,
// exact arithmetic, and no thought of speed. Tests hold the engine against it.
//
// It stands beside the flow (source → frame → analysis → sink): it shares no
// code with those packages, and only tests import it.
package naive
