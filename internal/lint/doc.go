// Package lint holds the tests of what is written about the code, and of how
// the packages stand to each other: imports go one way, dependencies are
// defended, exported names have comments, and pages show what commands print.
// They have the build tag lint; "make lint" runs them.
package lint
