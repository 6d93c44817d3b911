// Package productlimit holds the product-limit rule of Kaplan and Meier, which
// both the statistics on float64 and the engine's integers of microseconds use.
package productlimit

import "iter"

// Censored is the lowest bit of an observation that ended without an event.
const Censored = 1

// A Fall is an event time, at which the estimate S falls.
type Fall struct {
	Time     uint64
	AtRisk   int     // observations of at least Time
	Events   int     // of these, observations that ended with an event at exactly Time
	Survival float64 // S from Time on
}

// Variance returns the fall's part of the variance of log S, Greenwood's
// dᵢ/(nᵢ·(nᵢ−dᵢ)); +Inf where S is 0.
func (f Fall) Variance() float64 {
	d, n := float64(f.Events), float64(f.AtRisk)
	return d / (n * (n - d))
}

// Falls yields each event time once, in ascending order. An observation is its
// time shifted left by one, with [Censored] in the lowest bit if it ended without
// an event. sorted must be in ascending order, so that of equal times those with
// an event come first: what is censored then is still at risk.
//
// S(t) = Π (1 − dᵢ/nᵢ) over the event times tᵢ ≤ t, with dᵢ events at tᵢ and nᵢ
// observations of at least tᵢ (Kaplan and Meier, JASA 53, 1958).
func Falls[T ~uint64](sorted []T) iter.Seq[Fall] {
	return func(yield func(Fall) bool) {
		fall := Fall{Survival: 1}
		for i := 0; i < len(sorted); {
			t := sorted[i]
			if t&Censored != 0 {
				i++
				continue
			}
			same := i + 1
			for same < len(sorted) && sorted[same] == t {
				same++
			}
			fall.Time, fall.AtRisk, fall.Events = uint64(t)>>1, len(sorted)-i, same-i
			fall.Survival *= 1 - float64(fall.Events)/float64(fall.AtRisk)
			if !yield(fall) {
				return
			}
			i = same
		}
	}
}

// Reached reports whether a share p of the events has happened where the
// estimate is survival, but for its rounding.
func Reached(survival, p float64) bool { return survival <= 1-p+1e-12 }
