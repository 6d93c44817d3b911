package stats

import "math"

// A Difference is by how much one estimate is above another, with its 95 % interval. All
// are NaN where one of the two is not known.
type Difference struct{ Value, Low, High float64 }

// Sure reports whether the interval has no 0.
func (d Difference) Sure() bool { return d.Low > 0 || d.High < 0 }

// MeanDifference returns a − b for two independent means with their standard errors, such
// as [Survival.RestrictedMean] has them, with the normal interval (R's survRM2: rmst2,
// unadjusted).
func MeanDifference(a, aStdErr, b, bStdErr float64) Difference {
	return about(a-b, normal975*math.Hypot(aStdErr, bStdErr))
}

func about(value, half float64) Difference { return Difference{value, value - half, value + half} }

// ShareDifference returns a − b for two independent shares, with the interval that
// Newcombe makes of [Wilson]'s (Statistics in Medicine 17, 1998, method 10). All is NaN
// if a count is impossible or of none.
func ShareDifference(a, b Count) Difference {
	aLow, aHigh := Wilson(a.K, a.N)
	bLow, bHigh := Wilson(b.K, b.N)
	d := a.Share() - b.Share()
	if math.IsNaN(aLow) || math.IsNaN(bLow) {
		return Difference{math.NaN(), math.NaN(), math.NaN()}
	}
	return Difference{d, max(-1, d-math.Hypot(a.Share()-aLow, bHigh-b.Share())),
		min(1, d+math.Hypot(aHigh-a.Share(), b.Share()-bLow))}
}

// Sums are the number of values of a cluster, their sum and the sum of their squares.
type Sums struct {
	N            int
	Sum, Squares float64
}

// Add adds a value.
func (m *Sums) Add(v float64) {
	m.N++
	m.Sum += v
	m.Squares += v * v
}

// Mean returns the mean, NaN of none, and its standard error with the variance over n: of
// times that are not censored before t and cut at t, they are
// [Survival.RestrictedMean]'s.
func (m Sums) Mean() (mean, stdErr float64) {
	n := float64(m.N)
	mean = m.Sum / n
	return mean, math.Sqrt(max(0, m.Squares/n-mean*mean) / n)
}

// ClusterMeanDifference returns by how much the mean of all values of a is above that of
// b, where a[i] and b[i] are the same cluster, such as a merchant in two periods. The
// standard error is that of the difference of two ratios by linearization,
// √(g/(g−1)·Σ ((sᵢ − m·nᵢ)/n of a − the same of b)²) over the g clusters with a value, and
// not below that of values drawn one by one; the interval has Student's t of g − 1
// degrees of freedom (R's survey: svyby and svycontrast). Of one cluster it is that of
// [MeanDifference]. Both slices must have one length, else all is NaN.
func ClusterMeanDifference(a, b []Sums) Difference {
	if len(a) != len(b) {
		return Difference{math.NaN(), math.NaN(), math.NaN()}
	}
	allA, allB := addSums(a), addSums(b)
	meanA, stdErrA := allA.Mean()
	meanB, stdErrB := allB.Mean()
	stdErr, clusters := clusterStdErr(a, b, allA, allB)
	half := normal975 * math.Hypot(stdErrA, stdErrB)
	if clusters > 1 {
		half = max(half, studentT(clusters-1)*stdErr)
	}
	return about(meanA-meanB, half)
}

// ClusterShareDifference returns the same of shares: their interval is not inside that of
// [ShareDifference]. All is NaN if a count is impossible.
func ClusterShareDifference(a, b []Count) Difference {
	if len(a) != len(b) || checkCounts(a) != nil || checkCounts(b) != nil {
		return Difference{math.NaN(), math.NaN(), math.NaN()}
	}
	d := ShareDifference(sumCounts(a), sumCounts(b))
	sumsA, sumsB := sumsOf(a), sumsOf(b)
	stdErr, clusters := clusterStdErr(sumsA, sumsB, addSums(sumsA), addSums(sumsB))
	if clusters > 1 {
		half := studentT(clusters-1) * stdErr
		d.Low, d.High = max(-1, min(d.Low, d.Value-half)), min(1, max(d.High, d.Value+half))
	}
	return d
}

func clusterStdErr(a, b []Sums, allA, allB Sums) (stdErr float64, clusters int) {
	meanA, _ := allA.Mean()
	meanB, _ := allB.Mean()
	squares := 0.0
	for i := range a {
		if a[i].N == 0 && b[i].N == 0 {
			continue
		}
		clusters++
		d := (a[i].Sum-meanA*float64(a[i].N))/float64(allA.N) - (b[i].Sum-meanB*float64(b[i].N))/float64(allB.N)
		squares += d * d
	}
	g := float64(clusters)
	return math.Sqrt(g / (g - 1) * squares), clusters
}

func addSums(of []Sums) (all Sums) {
	for _, m := range of {
		all.N += m.N
		all.Sum += m.Sum
		all.Squares += m.Squares
	}
	return all
}

func sumsOf(counts []Count) []Sums {
	of := make([]Sums, len(counts))
	for i, c := range counts {
		of[i] = Sums{c.N, float64(c.K), float64(c.K)}
	}
	return of
}

// Changes returns, for groups with counts in two periods, the p-value of Fisher's exact
// test of both sides, twice the smaller of its two, adjusted by [BenjaminiHochberg]: of
// those of at most 5 %, on average at most 5 % have not changed. A group with fewer than
// minimum in one of the periods is not compared: NaN. Both slices must have one length,
// else all are NaN.
func Changes(a, b []Count, minimum int) []float64 {
	p := make([]float64, len(a))
	for i := range p {
		p[i] = math.NaN()
		if len(a) == len(b) && a[i].N >= max(minimum, 1) && b[i].N >= max(minimum, 1) {
			p[i] = min(1, 2*min(FisherLess(a[i], b[i]), FisherLess(b[i], a[i])))
		}
	}
	return BenjaminiHochberg(p)
}
