package analysis_test

import (
	"fmt"
	"log"
	"math"
	"slices"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/frame"
)

// How long did clients wait? Two of the five were not answered when we looked.
func ExampleKaplanMeier() {
	waited := []float64{600, 1800, 1800, 3600, 7200} // seconds
	answered := []bool{true, true, false, true, false}
	s, err := analysis.KaplanMeier(waited, answered)
	if err != nil {
		log.Fatal(err)
	}
	for _, step := range s.Steps {
		fmt.Printf("after %4.0f s: %d of %d answered, S = %.2f (%.2f to %.2f)\n",
			step.Time, step.Answered, step.AtRisk, step.Survival, step.Low, step.High)
	}
	fmt.Printf("within an hour: %.2f\n", s.AnsweredWithin(3600))
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

// The curve of any part of the pairs, and what the answered ones alone would say.
func ExampleWaits() {
	german, err := samplePairs().Filter(frame.Col("country").Eq("DE"))
	if err != nil {
		log.Fatal(err)
	}
	waited, answered, err := analysis.Waits(german)
	if err != nil {
		log.Fatal(err)
	}
	s, err := analysis.KaplanMeier(waited, answered)
	if err != nil {
		log.Fatal(err)
	}
	var times []float64
	for i, t := range waited {
		if answered[i] {
			times = append(times, t)
		}
	}
	naive, err := analysis.KaplanMeier(times, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, hours := range []float64{1, 8, 24} {
		fmt.Printf("within %2.0f h: %.3f, not %.3f\n", hours, s.AnsweredWithin(hours*3600), naive.AnsweredWithin(hours*3600))
	}
	// Output:
	// within  1 h: 0.507, not 0.539
	// within  8 h: 0.826, not 0.878
	// within 24 h: 0.938, not 0.997
}

func ExampleECDF() {
	steps, err := analysis.ECDF([]float64{60, 0, 60, 300})
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
	edges := analysis.LogEdges(slices.Max(times), 1)
	counts, err := analysis.Histogram(times, edges)
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
	var samples []analysis.Sample
	for _, times := range [][]float64{{60, 300, 900, 120}, {30, 450, 6000}, {7200, 1800, 3600, 7200, 600}} {
		s, err := analysis.LogSample(times)
		if err != nil {
			log.Fatal(err)
		}
		samples = append(samples, s)
	}
	pooled, err := analysis.Pool(samples)
	if err != nil {
		log.Fatal(err)
	}
	for i, s := range samples {
		low, high := analysis.FunnelLimits(pooled, s.N, 0.95)
		fmt.Printf("merchant %d: %.2f, limits %.2f to %.2f\n", i+1, s.Mean, low, high)
	}
	// Output:
	// merchant 1: 5.35, limits 5.08 to 8.17
	// merchant 2: 6.08, limits 4.84 to 8.41
	// merchant 3: 7.97, limits 5.24 to 8.01
}

// Who is the fastest? The first merchant was once, the second always.
func ExampleShrink() {
	var samples []analysis.Sample
	for _, times := range [][]float64{{20}, {30, 45, 60, 40, 20, 50}, {3600, 600, 7200, 86400}} {
		s, err := analysis.LogSample(times)
		if err != nil {
			log.Fatal(err)
		}
		samples = append(samples, s)
	}
	result, err := analysis.Shrink(samples)
	if err != nil {
		log.Fatal(err)
	}
	typical := func(log float64) time.Duration {
		return time.Duration(math.Expm1(log) * float64(time.Second)).Round(time.Second)
	}
	for i, shrunk := range result.Shrunk {
		fmt.Printf("merchant %d: %v of %d answers, shrunk %v\n", i+1, typical(samples[i].Mean), samples[i].N, typical(shrunk.Mean))
	}
	fmt.Println("of all:", typical(result.Mean))
	// Output:
	// merchant 1: 20s of 1 answers, shrunk 27s
	// merchant 2: 39s of 6 answers, shrunk 40s
	// merchant 3: 1h40m57s of 4 answers, shrunk 1h28m2s
	// of all: 3m3s
}
