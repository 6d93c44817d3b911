// Package productlimit holds the product-limit rule of Kaplan and Meier, which
// both the statistics on float64 and the engine's integers of microseconds use.
package productlimit

import (
	"iter"
	"math"
)

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

// Quantiles returns, for each of several rows, the smallest time at which a share p of
// its events has happened, by the estimate of its observations alone; NaN if there is
// none. sorted is as in [Falls], observation i is of row row[number[i]], and count is how
// many observations each row has. All rows are followed side by side, so that none needs
// its observations beside each other.
func Quantiles[T ~uint64, N ~uint32](sorted []T, number []N, row, count []uint32, p []float64) []float64 {
	// Between two censored observations the factors of S make one: S falls as the number
	// that is left does.
	type curve struct {
		left, enough int     // observations to come, and how few of them S must have left; or -1
		survival     float64 // S as of the last censored observation
		since        int     // left after that
	}
	curves, times, open := make([]curve, len(count)), make([]float64, len(count)), 0
	enough := func(c *curve, r uint32) int {
		if need := goal(p[r]) * float64(c.since) / c.survival; need >= 0 {
			return int(need)
		}
		return -1
	}
	for r, n := range count {
		c := curve{left: int(n), survival: 1, since: int(n)}
		c.enough = enough(&c, uint32(r))
		curves[r], times[r] = c, math.NaN()
		if n > 0 {
			open++
		}
	}
	for i, o := range sorted {
		r := row[number[i]]
		c := &curves[r]
		c.left--
		if o&Censored != 0 {
			if c.enough >= 0 {
				c.survival *= float64(c.left+1) / float64(c.since)
				c.since = c.left
				c.enough = enough(c, r)
			}
		} else if c.left <= c.enough {
			times[r], c.enough = float64(o>>1), -1
			if open--; open == 0 {
				break
			}
		}
	}
	return times
}

// Reached reports whether a share p of the events has happened where the
// estimate is survival, but for its rounding.
func Reached(survival, p float64) bool { return survival <= goal(p) }

// goal returns the greatest S at which a share p of the events has happened, where S may be
// too large by the rounding of its factors.
func goal(p float64) float64 { return 1 - p + 1e-12 }
