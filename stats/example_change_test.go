package stats_test

import (
	"fmt"
	"log"

	"github.com/sav-analytics/sav/stats"
)

// Who answers more in time than the month before, or less? The third has too few.
func ExampleChanges() {
	before := []stats.Count{{K: 48, N: 50}, {K: 29, N: 30}, {K: 2, N: 3}, {K: 15, N: 20}}
	now := []stats.Count{{K: 46, N: 50}, {K: 12, N: 30}, {K: 0, N: 4}, {K: 16, N: 20}}
	for i, p := range stats.Changes(now, before, 10) {
		if p <= 0.05 {
			fmt.Printf("group %d changed from %.0f to %.0f %%\n", i+1, 100*before[i].Share(), 100*now[i].Share())
		}
	}
	all := stats.ClusterShareDifference(now, before)
	fmt.Printf("all: %+.0f points, between %+.0f and %+.0f; sure: %t\n", 100*all.Value, 100*all.Low, 100*all.High,
		all.Sure())
	// Output:
	// group 2 changed from 97 to 40 %
	// all: -20 points, between -72 and +32; sure: false
}

// By how much do two merchants differ in how long clients wait, up to an hour?
func ExampleMeanDifference() {
	var means [2]struct{ mean, stdErr float64 }
	for i, waits := range [][]float64{{300, 900, 1200, 7200, 600, 1500}, {60, 120, 90, 600, 240, 30}} {
		s, err := stats.KaplanMeier(waits, nil)
		if err != nil {
			log.Fatal(err)
		}
		means[i].mean, means[i].stdErr = s.RestrictedMean(3600)
	}
	d := stats.MeanDifference(means[0].mean, means[0].stdErr, means[1].mean, means[1].stdErr)
	fmt.Printf("%.0f s longer, between %.0f and %.0f\n", d.Value, d.Low, d.High)
	// Output:
	// 1160 s longer, between 283 and 2037
}

// Was any week unusual?
func ExampleXmR_Signals() {
	medians := []float64{61, 58, 63, 60, 59, 62, 97, 60, 61}
	chart, err := stats.NewXmR(medians)
	if err != nil {
		log.Fatal(err)
	}
	low, high := chart.Limits()
	for i, signal := range chart.Signals() {
		if signal != stats.NoSignal {
			fmt.Printf("week %d: %.0f, limits %.0f to %.0f: %s\n", i+1, medians[i], low, high, signal)
		}
	}
	// Output:
	// week 7: 97, limits 35 to 94: above
}
