package stats_test

import (
	"fmt"
	"log"

	"github.com/sav-analytics/sav/stats"
)

// answeredInTime are how many of their conversations four merchants answered in time.
var answeredInTime = []stats.Count{{K: 48, N: 50}, {K: 29, N: 30}, {K: 7, N: 20}, {K: 2, N: 3}}

// Who is surely worse than the others? The last may have had bad luck.
func ExampleHolm() {
	all, err := stats.NewClusterShare(answeredInTime)
	if err != nil {
		log.Fatal(err)
	}
	var p []float64
	for _, c := range answeredInTime {
		p = append(p, stats.FisherLess(c, stats.Count{K: all.All.K - c.K, N: all.All.N - c.N}))
	}
	for i, adjusted := range stats.Holm(p) {
		fmt.Printf("%d of %d: %.4f\n", answeredInTime[i].K, answeredInTime[i].N, adjusted)
	}
	// Output:
	// 48 of 50: 1.0000
	// 29 of 30: 1.0000
	// 7 of 20: 0.0000
	// 2 of 3: 1.0000
}

// What four merchants say of all that there could be, and what 103 conversations would
// say if they had nothing in common.
func ExampleClusterShare_Interval() {
	all, err := stats.NewClusterShare(answeredInTime)
	if err != nil {
		log.Fatal(err)
	}
	low, high := all.Interval(all.All.Share())
	fmt.Printf("%.0f %% (%.0f to %.0f %%)\n", 100*all.All.Share(), 100*low, 100*high)
	low, high = stats.Wilson(all.All.K, all.All.N)
	fmt.Printf("of single ones: %.0f to %.0f %%\n", 100*low, 100*high)
	// Output:
	// 83 % (18 to 99 %)
	// of single ones: 75 to 89 %
}

// Which merchant is unlike the others, as merchants go?
func ExampleShareFunnel_Score() {
	merchants := []stats.Count{{K: 48, N: 50}, {K: 26, N: 30}, {K: 18, N: 20}, {K: 44, N: 50}, {K: 70, N: 74},
		{K: 33, N: 35},
		{K: 2, N: 3}, {K: 19, N: 23}, {K: 36, N: 41}, {K: 7, N: 21}, {K: 12, N: 12}, {K: 27, N: 31}}
	f, err := stats.NewShareFunnel(merchants)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("of all: %.0f %%\n", 100*f.Share)
	for _, c := range merchants {
		if score := f.Score(c); score < -3 || score > 3 {
			low, high := f.Limits(c.N, 0.998)
			fmt.Printf("%d of %d: score %.1f, usual %.0f to %.0f %%\n", c.K, c.N, score, 100*low, 100*high)
		}
	}
	// Output:
	// of all: 88 %
	// 7 of 21: score -4.8, usual 54 to 100 %
}

// Was any day unusual?
func ExamplePChart_Signals() {
	days := []stats.Count{{K: 45, N: 50}, {K: 52, N: 55}, {K: 41, N: 46}, {K: 25, N: 51}, {K: 47, N: 50},
		{K: 50, N: 54}}
	chart, err := stats.NewPChart(days)
	if err != nil {
		log.Fatal(err)
	}
	for i, signal := range chart.Signals() {
		if low, high := chart.Limits(days[i].N); signal != stats.NoSignal {
			fmt.Printf("point %d: %.0f %%, limits %.0f to %.0f %%: %s\n", i+1, 100*days[i].Share(), 100*low, 100*high,
				signal)
		}
	}
	// Output:
	// point 4: 49 %, limits 66 to 100 %: below
}
