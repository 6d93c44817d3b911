package nb

import (
	"fmt"
	"math"

	"github.com/sav-analytics/sav/frame"
)

// Print prints a frame, its floats rounded to 4 decimals.
func Print(f *frame.Frame) {
	for _, c := range f.Columns() {
		if c.Type() != frame.Float64 {
			continue
		}
		rounded := make([]float64, f.Len())
		for i, v := range c.Float64s() {
			rounded[i] = math.Round(v*1e4) / 1e4
		}
		f = Must(f.WithColumns(frame.Float64s(c.Name(), rounded, c.Valid())))
	}
	fmt.Print(f)
}
