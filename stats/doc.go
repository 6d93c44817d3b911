// Package stats computes statistics of times: survival curves, distributions,
// intervals, and comparisons of groups. It takes and returns float64, and knows
// nothing of messages.
//
// How long things take, where some have not ended yet:
//
//	s, err := stats.KaplanMeier([]float64{600, 1800, 7200}, []bool{true, true, false})
//	median := s.Quantile(0.5)
//
// Which groups differ by more than chance:
//
//	sample, err := stats.LogSample([]float64{60, 300, 900})
//	pooled, err := stats.Pool([]stats.Sample{sample})
//	low, high := stats.FunnelLimits(pooled, sample.N, 0.95)
//
// The same of shares, such as of what was answered in time: [NewShareFunnel],
// [FisherLess] with [Holm], [NewClusterShare] and [NewPChart] take counts.
//
// Whether it gets better: [Changes] of groups from one period to the next,
// [ClusterShareDifference] and [ClusterMeanDifference] of all, [MeanDifference] of
// restricted means, and [NewXmR] of single values in the order of time.
//
// Times are seconds by convention; any other unit serves, but in LogSample and
// LogEdges, whose logarithms are those of 1 + t/s. Slices of times may be in any
// order, are not changed, and must not hold NaN, infinite or negative values:
// such a one is an error. A statistic that does not apply is NaN.
//
// The numbers are compared with those of R, and with naive ones: see
// scripts/reference.sh.
package stats
