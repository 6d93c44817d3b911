package stats

import (
	"math"

	"github.com/sav-analytics/sav/internal/stats/interval"
)

// normal975 is the 0.975 quantile of the standard normal distribution, by which
// a 95 % interval has as many standard errors on each side.
const normal975 = interval.Z975

// Wilson returns the 95 % interval of a share of which k of n were found: the
// values of p whose distance from k/n is at most z standard errors of their own,
// (k + z²/2)/(n + z²) ± z/(n + z²)·√(k(n−k)/n + z²/4). Both ends are within 0 and 1,
// and NaN if there is no n or k is not within 0 and n (Wilson, JASA 22, 1927). R's
// prop.test(k, n, correct = FALSE) has the same numbers.
func Wilson(k, n int) (low, high float64) {
	if n < 1 || k < 0 || k > n {
		return math.NaN(), math.NaN()
	}
	events, all := float64(k), float64(n)
	const z2 = normal975 * normal975
	centre := (events + z2/2) / (all + z2)
	half := normal975 / (all + z2) * math.Sqrt(events*(all-events)/all+z2/4)
	low, high = max(0, centre-half), min(1, centre+half)
	if k == 0 {
		low = 0 // but for rounding
	}
	if k == n {
		high = 1
	}
	return low, high
}

// A ClusterShare is the share of all clusters together, such as of the conversations of
// several merchants, with an uncertainty that knows that what is in one cluster is
// alike.
type ClusterShare struct {
	All      Count
	Clusters int     // those with a count
	StdErr   float64 // of the share; NaN of fewer than two clusters
}

// NewClusterShare returns the share of clusters. It is that of all their counts
// together, p = Σ kᵢ/Σ nᵢ, with the standard error of a ratio by linearization,
// √(g/(g−1)·Σ (kᵢ − p·nᵢ)²)/Σ nᵢ over the g clusters (Cochran, Sampling Techniques,
// 6.3): what was drawn at random is a cluster, not what is in it. R's survey has the
// same: svymean with ids. It is an error if a count is impossible.
func NewClusterShare(clusters []Count) (ClusterShare, error) {
	if err := checkCounts(clusters); err != nil {
		return ClusterShare{}, err
	}
	c := ClusterShare{All: sumCounts(clusters), StdErr: math.NaN()}
	squares := 0.0
	for _, of := range clusters {
		if of.N > 0 {
			c.Clusters++
			d := float64(of.K) - c.All.Share()*float64(of.N)
			squares += d * d
		}
	}
	if g := float64(c.Clusters); g > 1 {
		c.StdErr = math.Sqrt(g/(g-1)*squares) / float64(c.All.N)
	}
	return c, nil
}

// Interval returns the 95 % interval about a share: symmetric on the scale
// log(share/(1−share)), with Student's t of one degree of freedom less than there are
// clusters, and never narrower than [Wilson]'s interval of as many single ones. share is
// that of all, or a better estimate of the same. Both ends are NaN if there are fewer
// than two clusters or share is not within 0 and 1.
func (c ClusterShare) Interval(share float64) (low, high float64) {
	if c.Clusters < 2 || !(share >= 0 && share <= 1) {
		return math.NaN(), math.NaN()
	}
	k := int(math.Round(share * float64(c.All.N)))
	low, high = Wilson(k, c.All.N)
	low, high = min(low, share), max(high, share)
	if share > 0 && share < 1 {
		half := studentT(c.Clusters-1) * c.StdErr / (share * (1 - share))
		logit := math.Log(share / (1 - share))
		low, high = min(low, expit(logit-half)), max(high, expit(logit+half))
	}
	return low, high
}

func expit(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
