//go:build lint

package lint_test

import (
	"log"
	"os"
	"testing"
)

// The tests name files from the top of the project.
func TestMain(m *testing.M) {
	if err := os.Chdir("../.."); err != nil {
		log.Fatal(err)
	}
	os.Exit(m.Run())
}
