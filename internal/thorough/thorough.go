// Package thorough says how far the tests go: a little on each change, and all
// the way where somebody has the time ("make test-thorough").
package thorough

import "os"

// On reports whether SAV_TEST_THOROUGH is set: tests then take each step and
// each draw, rather than some of them.
func On() bool { return os.Getenv("SAV_TEST_THOROUGH") != "" }

// Or returns all if the tests are to be thorough, else some.
func Or(some, all int) int {
	if On() {
		return all
	}
	return some
}
