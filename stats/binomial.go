package stats

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// A Count is how many of N had a property, such as an answer in time.
type Count struct{ K, N int }

// Share returns K/N, NaN of none.
func (c Count) Share() float64 { return float64(c.K) / float64(c.N) }

// check returns an error if the count is impossible.
func (c Count) check() error {
	if c.K < 0 || c.K > c.N {
		return fmt.Errorf("%d of %d; expected a count from 0 to its whole", c.K, c.N)
	}
	return nil
}

// checkCounts returns an error for the first count that is impossible.
func checkCounts(counts []Count) error {
	for i, c := range counts {
		if err := c.check(); err != nil {
			return fmt.Errorf("stats: count %d of %d is %w", i+1, len(counts), err)
		}
	}
	return nil
}

func sumCounts(counts []Count) (all Count) {
	for _, c := range counts {
		all.K += c.K
		all.N += c.N
	}
	return all
}

// binomialScore returns the standard normal score of k successes of n where each
// has the probability p: the normal quantile of the mid-P value P(X < k) + P(X = k)/2.
// k need not be whole: between whole numbers the score is interpolated by the
// incomplete beta function, so that limits can be drawn as curves.
func binomialScore(k, n, p float64) float64 {
	cdf := func(k float64) float64 { // P(X ≤ k)
		switch {
		case k < 0:
			return 0
		case k >= n:
			return 1
		}
		return mathext.RegIncBeta(n-k, k+1, 1-p)
	}
	// Far out a tail is so small that only its own side has its digits.
	lower := (cdf(k-1) + cdf(k)) / 2
	if lower <= 0.5 {
		return normalScore(lower)
	}
	complement := func(k float64) float64 { // P(X > k)
		switch {
		case k < 0:
			return 1
		case k >= n:
			return 0
		}
		return mathext.RegIncBeta(k+1, n-k, p)
	}
	return -normalScore((complement(k-1) + complement(k)) / 2)
}

// normalScore returns the standard normal quantile of a share up to a half. One too
// small for a number counts as the smallest.
func normalScore(p float64) float64 {
	return distuv.UnitNormal.Quantile(max(p, math.SmallestNonzeroFloat64))
}

// FisherLess returns the probability that a group has at most k of its n successes,
// if the successes of it and of others fell on all alike: the one-sided p-value of
// Fisher's exact test (R's fisher.test, alternative = "less"). It is NaN if a count
// is impossible.
func FisherLess(group, others Count) float64 {
	if group.check() != nil || others.check() != nil {
		return math.NaN()
	}
	h := hypergeometric{group.K + others.K, group.N + others.N, group.N}
	if k := float64(group.K); k*float64(h.all) > float64(h.group)*float64(h.successes) { // above the mean
		return max(0, 1-h.from(group.K+1))
	}
	return min(1, h.upTo(group.K))
}

// A hypergeometric distribution is that of the successes in a group, out of a whole
// with so many.
type hypergeometric struct{ successes, all, group int }

func (h hypergeometric) term(k int) float64 {
	return math.Exp(logChoose(h.successes, k) + logChoose(h.all-h.successes, h.group-k) - logChoose(h.all, h.group))
}

// ratio returns P(k)/P(k−1).
func (h hypergeometric) ratio(k int) float64 {
	return float64(h.successes-k+1) / float64(k) * float64(h.group-k+1) / float64(h.all-h.successes-h.group+k)
}

// upTo returns P(X ≤ k) for a k up to the mean, and from P(X ≥ k) for one above it: terms
// from k on outwards, each from the one before, until they add nothing.
func (h hypergeometric) upTo(k int) (sum float64) {
	least := max(0, h.group+h.successes-h.all)
	for term := h.term(k); ; k-- {
		sum += term
		if k == least || term <= sum*1e-17 {
			return sum
		}
		term /= h.ratio(k)
	}
}

func (h hypergeometric) from(k int) (sum float64) {
	most := min(h.group, h.successes)
	if k > most {
		return 0
	}
	for term := h.term(k); ; k++ {
		sum += term
		if k == most || term <= sum*1e-17 {
			return sum
		}
		term *= h.ratio(k + 1)
	}
}

func logChoose(n, k int) float64 {
	lg := func(n int) float64 {
		v, _ := math.Lgamma(float64(n) + 1)
		return v
	}
	return lg(n) - lg(k) - lg(n-k)
}

// Holm returns p-values adjusted for their number by the method of Holm (Scandinavian
// Journal of Statistics 6, 1979): if those of at most α are believed, one of them is
// wrong with a probability of at most α, whatever ties them. R has the same numbers:
// p.adjust(p, "holm"). A NaN stays, and counts for none.
func Holm(p []float64) []float64 {
	order := inOrder(p)
	adjusted := slices.Clone(p)
	before := 0.0
	for rank, i := range order {
		before = max(before, min(1, float64(len(order)-rank)*p[i]))
		adjusted[i] = before
	}
	return adjusted
}

// BenjaminiHochberg returns p-values adjusted for their number by the method of Benjamini
// and Hochberg (Journal of the Royal Statistical Society B 57, 1995): of those of at most
// α, the share that is wrong is at most α on average. R has the same numbers:
// p.adjust(p, "BH"). A NaN stays, and counts for none.
func BenjaminiHochberg(p []float64) []float64 {
	order := inOrder(p)
	adjusted := slices.Clone(p)
	after := 1.0
	for rank, i := range slices.Backward(order) {
		after = min(after, float64(len(order))/float64(rank+1)*p[i])
		adjusted[i] = after
	}
	return adjusted
}

// inOrder returns the places of all values but NaN, the smallest value first.
func inOrder(p []float64) (order []int) {
	for i, v := range p {
		if !math.IsNaN(v) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	return order
}

// A Standing says how a group's share compares with that of all others.
type Standing struct {
	// Below and Above are p-values of Fisher's exact test, adjusted by [Holm] for all
	// groups and both sides: if those of at most 5 % are believed, one of them is wrong
	// in at most 5 % of cases. They are NaN of a group that is not compared.
	Below, Above float64
}

// SurelyBelow reports whether the share is below that of the others.
func (s Standing) SurelyBelow() bool { return s.Below <= 0.05 }

// SurelyAbove reports whether the share is above that of the others.
func (s Standing) SurelyAbove() bool { return s.Above <= 0.05 }

// Standings compares each group of at least least with all others together. It is an
// error if a count is impossible.
func Standings(groups []Count, least int) ([]Standing, error) {
	if err := checkCounts(groups); err != nil {
		return nil, err
	}
	all := sumCounts(groups)
	n := len(groups)
	p := make([]float64, 2*n)
	for i, c := range groups {
		p[i], p[n+i] = math.NaN(), math.NaN()
		if others := (Count{all.K - c.K, all.N - c.N}); c.N >= max(least, 1) && others.N > 0 {
			p[i] = FisherLess(c, others)
			p[n+i] = FisherLess(Count{c.N - c.K, c.N}, Count{others.N - others.K, others.N})
		}
	}
	p = Holm(p)
	standings := make([]Standing, n)
	for i := range standings {
		standings[i] = Standing{p[i], p[n+i]}
	}
	return standings, nil
}
