// Package nb is what the notebooks share: values instead of errors, frames as short tables, and charts in one style,
// drawn by gonum/plot and shown as SVG.
//
// It stands beside the flow source → frame → analysis → sink and knows of it the frames alone.
package nb

import (
	"fmt"
	"os"
)

// Must returns v. Where there is an error it ends the cell instead, and says which.
func Must[T any](v T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return v
}
