package stats

import "math"

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
