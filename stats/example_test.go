package stats_test

import (
	"fmt"
	"log"
	"math"
	"slices"
	"time"

	"github.com/sav-analytics/sav/stats"
)

// How long did clients wait? Two of the five were not answered when we looked.
func ExampleKaplanMeier() {
	waited := []float64{600, 1800, 1800, 3600, 7200} // seconds
	answered := []bool{true, true, false, true, false}
	s, err := stats.KaplanMeier(waited, answered)
	if err != nil {
		log.Fatal(err)
	}
	for _, step := range s.Steps {
		fmt.Printf("after %4.0f s: %d of %d answered, S = %.2f (%.2f to %.2f)\n",
			step.Time, step.Events, step.AtRisk, step.Survival, step.Low, step.High)
	}
	fmt.Printf("within an hour: %.2f\n", s.Within(3600))
	fmt.Println("median:", s.Quantile(0.5), "s")
	fmt.Println("90 %:", s.Quantile(0.9), "s")
	// Output:
	// after  600 s: 1 of 5 answered, S = 0.80 (0.20 to 0.97)
	// after 1800 s: 1 of 4 answered, S = 0.60 (0.13 to 0.88)
	// after 3600 s: 1 of 2 answered, S = 0.30 (0.01 to 0.72)
	// within an hour: 0.70
	// median: 3600 s
	// 90 %: NaN s
}

// How long does a client wait on average, up to an hour? And how many wait no
// longer than half an hour?
func ExampleSurvival_RestrictedMean() {
	waited := []float64{600, 1800, 1800, 3600, 7200} // seconds
	answered := []bool{true, true, false, true, false}
	s, err := stats.KaplanMeier(waited, answered)
	if err != nil {
		log.Fatal(err)
	}
	mean, stdErr := s.RestrictedMean(3600)
	fmt.Printf("%.0f s ± %.0f s\n", mean, 1.96*stdErr)
	low, high := s.WithinInterval(1800)
	fmt.Printf("%.0f %% (%.0f to %.0f %%)\n", 100*s.Within(1800), 100*low, 100*high)
	// Output:
	// 2640 s ± 1083 s
	// 40 % (12 to 77 %)
}

// Seven of nine, and what that may mean.
func ExampleWilson() {
	low, high := stats.Wilson(7, 9)
	fmt.Printf("%.0f to %.0f %%\n", 100*low, 100*high)
	// Output:
	// 45 to 94 %
}

func ExampleMedianInterval() {
	low, high, err := stats.MedianInterval([]float64{60, 120, 45, 3600, 300, 240, 90, 600, 75})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(low, "to", high, "s")
	// Output:
	// 60 to 600 s
}

func ExampleECDF() {
	steps, err := stats.ECDF([]float64{60, 0, 60, 300})
	if err != nil {
		log.Fatal(err)
	}
	for _, step := range steps {
		fmt.Printf("%.0f %% within %.0f s\n", 100*step.Share, step.Time)
	}
	// Output:
	// 25 % within 0 s
	// 75 % within 60 s
	// 100 % within 300 s
}

// Six answers, in bins that double: two came at once.
func ExampleHistogram() {
	times := []float64{0, 0, 1, 45, 50, 3600}
	edges := stats.LogEdges(slices.Max(times), 1)
	counts, err := stats.Histogram(times, edges)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("at once:", counts[0])
	for k, count := range counts[1:] {
		if count > 0 {
			fmt.Printf("above %v s, up to %v s: %d\n", edges[k], edges[k+1], count)
		}
	}
	// Output:
	// at once: 2
	// above 0 s, up to 1 s: 1
	// above 31 s, up to 63 s: 2
	// above 2047 s, up to 4095 s: 1
}

// Is a merchant slow, or was it chance?
func ExampleFunnelLimits() {
	var samples []stats.Sample
	for _, times := range [][]float64{{60, 300, 900, 120}, {30, 450, 6000}, {7200, 1800, 3600, 7200, 600}} {
		s, err := stats.LogSample(times)
		if err != nil {
			log.Fatal(err)
		}
		samples = append(samples, s)
	}
	pooled, err := stats.Pool(samples)
	if err != nil {
		log.Fatal(err)
	}
	for i, s := range samples {
		low, high := stats.FunnelLimits(pooled, s.N, 0.95)
		fmt.Printf("merchant %d: %.2f, limits %.2f to %.2f\n", i+1, s.Mean, low, high)
	}
	// Output:
	// merchant 1: 5.35, limits 5.08 to 8.17
	// merchant 2: 6.08, limits 4.84 to 8.41
	// merchant 3: 7.97, limits 5.24 to 8.01
}

// Who is the fastest? The first merchant was once, the second always.
func ExampleShrink() {
	var samples []stats.Sample
	for _, times := range [][]float64{{20}, {30, 45, 60, 40, 20, 50}, {3600, 600, 7200, 86400}} {
		s, err := stats.LogSample(times)
		if err != nil {
			log.Fatal(err)
		}
		samples = append(samples, s)
	}
	result, err := stats.Shrink(samples)
	if err != nil {
		log.Fatal(err)
	}
	typical := func(log float64) time.Duration {
		return time.Duration(math.Expm1(log) * float64(time.Second)).Round(time.Second)
	}
	for i, shrunk := range result.Shrunk {
		fmt.Printf("merchant %d: %v of %d answers, shrunk %v\n", i+1, typical(samples[i].Mean), samples[i].N,
			typical(shrunk.Mean))
	}
	fmt.Println("of all:", typical(result.Mean))
	// Output:
	// merchant 1: 20s of 1 answers, shrunk 27s
	// merchant 2: 39s of 6 answers, shrunk 40s
	// merchant 3: 1h40m57s of 4 answers, shrunk 1h28m2s
	// of all: 3m3s
}

func ExampleQuantileSorted() {
	fmt.Println(stats.QuantileSorted(0.9, []float64{1, 2, 3, 4}))
	// Output: 3.7
}
