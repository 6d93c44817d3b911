package stats

import (
	"fmt"
	"math"
)

// checkTimes returns an error for the first value that is not a time: one that
// is negative, infinite or NaN.
func checkTimes(times []float64) error {
	for i, t := range times {
		if !(t >= 0 && t <= math.MaxFloat64) {
			return fmt.Errorf("stats: time %d of %d is %v, not a finite number from 0 on", i+1, len(times), t)
		}
	}
	return nil
}
