package analysis_test

import (
	"fmt"
	"log"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/frame/expr"
	"github.com/sav-analytics/sav/stats"
)

// The curve of any part of the pairs, and what the answered ones alone would say.
func ExampleWaits() {
	german, err := samplePairs().Filter(expr.Col("country").Eq("DE"))
	if err != nil {
		log.Fatal(err)
	}
	waited, answered, err := analysis.Waits(german)
	if err != nil {
		log.Fatal(err)
	}
	s, err := stats.KaplanMeier(waited, answered)
	if err != nil {
		log.Fatal(err)
	}
	var times []float64
	for i, t := range waited {
		if answered[i] {
			times = append(times, t)
		}
	}
	naive, err := stats.KaplanMeier(times, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, hours := range []float64{1, 8, 24} {
		fmt.Printf("within %2.0f h: %.3f, not %.3f\n", hours, s.Within(hours*3600), naive.Within(hours*3600))
	}
	// Output:
	// within  1 h: 0.507, not 0.539
	// within  8 h: 0.826, not 0.878
	// within 24 h: 0.938, not 0.997
}
