package stats

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/sav-analytics/sav/internal/productlimit"
	"github.com/sav-analytics/sav/internal/stats/interval"
)

// A Survival is the Kaplan–Meier estimate of S(t), the share of observations
// whose event comes later than t. Observations that ended without an event are
// part of it: they are censored, known only to have lasted for as long as they
// were observed.
type Survival struct {
	// Steps are the event times, each once, in increasing order. S is 1 before
	// the first of them, and constant from one to the next.
	Steps []SurvivalStep
	// N is the number of observations.
	N int
	// Longest is the longest time observed, whether an event ended it or not, and
	// Censored the shortest that ended without an event. Each is NaN if there is
	// none.
	Longest, Censored float64
}

// A SurvivalStep is an event time, at which S falls.
type SurvivalStep struct {
	Time     float64
	AtRisk   int     // observations of at least Time
	Events   int     // of these, observations whose event came at exactly Time
	Survival float64 // S(Time)
	// StdErr is Greenwood's standard error of S(Time), S·√Σ dᵢ/(nᵢ·(nᵢ−dᵢ)), and
	// Low and High are the ends of the 95 % interval of S(Time) that is symmetric for
	// log(−log S). All three are NaN where S is 0.
	StdErr, Low, High float64
}

// KaplanMeier estimates how long it takes until an event. times are, for each
// observation and in any order, the time until its event or, without one, until
// it was last observed; event says which, and nil that all ended with one. It
// takes O(n log n) time, and O(n) if times are sorted and, of equal ones, those
// with an event come first. No observations are no error: the estimate has no
// steps.
//
// S(t) = Π (1 − dᵢ/nᵢ) over the event times tᵢ ≤ t, with dᵢ events at exactly
// tᵢ, and nᵢ observations whose time is at least tᵢ (Kaplan and Meier, JASA 53,
// 1958). R's survival has the same numbers: survfit(…, conf.type = "log-log").
// It is an error if the slices have different lengths, or a time is negative,
// infinite or NaN.
func KaplanMeier(times []float64, event []bool) (*Survival, error) {
	if event != nil && len(event) != len(times) {
		return nil, fmt.Errorf("stats: %d times, but %d that say which ended with an event", len(times), len(event))
	}
	if err := checkTimes(times); err != nil {
		return nil, err
	}
	observations := make([]uint64, len(times))
	for i, t := range times {
		// The bits of floats that are not negative sort as the floats do, and
		// the highest, their sign, is free.
		observations[i] = math.Float64bits(t+0) << 1
		if event != nil && !event[i] {
			observations[i] |= productlimit.Censored
		}
	}
	slices.Sort(observations)
	s := &Survival{N: len(times), Longest: math.NaN(), Censored: math.NaN()}
	if s.N > 0 {
		s.Longest = math.Float64frombits(observations[s.N-1] >> 1)
	}
	if i := slices.IndexFunc(observations, func(o uint64) bool { return o&productlimit.Censored != 0 }); i >= 0 {
		s.Censored = math.Float64frombits(observations[i] >> 1)
	}
	variance := 0.0 // of log S
	for at := range productlimit.Falls(observations) {
		variance += at.Variance()
		step := SurvivalStep{Time: math.Float64frombits(at.Time), AtRisk: at.AtRisk, Events: at.Events,
			Survival: at.Survival, StdErr: math.NaN()}
		if at.Survival > 0 {
			step.StdErr = at.Survival * math.Sqrt(variance)
		}
		step.Low, step.High = interval.LogLog(at.Survival, variance)
		s.Steps = append(s.Steps, step)
	}
	return s, nil
}

// Within returns the estimated share of events within a time, 1 − S(t). It is NaN
// if an observation was censored before t and none lasted until t: the last events
// alone would decide.
func (s *Survival) Within(t float64) float64 {
	if !s.known(t) {
		return math.NaN()
	}
	return 1 - s.at(t).Survival
}

// WithinInterval returns the 95 % interval of [Survival.Within]: [Wilson]'s if no
// observation was censored before t, else that of a [SurvivalStep]. Both ends are NaN where
// Within is, and where some were censored before t and S(t) is 0 or 1.
func (s *Survival) WithinInterval(t float64) (low, high float64) {
	at := s.at(t)
	switch {
	case !s.known(t):
		return math.NaN(), math.NaN()
	case s.Censored < t:
		if at.Survival == 1 {
			return math.NaN(), math.NaN()
		}
		return 1 - at.High, 1 - at.Low
	case at.AtRisk == 0: // no event yet
		return Wilson(0, s.N)
	}
	return Wilson(s.N-(at.AtRisk-at.Events), s.N)
}

// RestrictedMean returns the mean time until the event or until t, whichever is
// first, ∫ S(u) du from 0 to t, and its standard error, √Σ (∫ S(u) du from tᵢ to
// t)²·dᵢ/(nᵢ·(nᵢ−dᵢ)). Both are NaN where [Survival.Within] is, or t is negative or
// infinite (Uno et al., Journal of Clinical Oncology 32, 2014; R's survRM2).
func (s *Survival) RestrictedMean(t float64) (mean, stdErr float64) {
	if !s.known(t) || t < 0 || math.IsInf(t, 0) {
		return math.NaN(), math.NaN()
	}
	// From the last step to the first, so that area is that from the step to t.
	area, variance, end := 0.0, 0.0, t
	for i := s.upTo(t) - 1; i >= 0; i-- {
		step := s.Steps[i]
		area += step.Survival * (end - step.Time)
		if d, n := float64(step.Events), float64(step.AtRisk); n > d {
			variance += area * area * d / (n * (n - d))
		}
		end = step.Time
	}
	return area + end, math.Sqrt(variance)
}

func (s *Survival) known(t float64) bool {
	return s.N > 0 && !math.IsNaN(t) && !(s.Censored < t && s.Longest < t)
}

// upTo returns the number of steps up to t.
func (s *Survival) upTo(t float64) int {
	return sort.Search(len(s.Steps), func(i int) bool { return s.Steps[i].Time > t })
}

// at returns the last step up to t, or one with S = 1.
func (s *Survival) at(t float64) SurvivalStep {
	i := s.upTo(t)
	if i == 0 {
		return SurvivalStep{Survival: 1}
	}
	return s.Steps[i-1]
}

// Quantile returns the estimated time within which a share p of the events
// comes: the smallest event time with S ≤ 1 − p. It is NaN if S does not come
// down so far, or p is not within 0 and 1.
func (s *Survival) Quantile(p float64) float64 {
	i := sort.Search(len(s.Steps), func(i int) bool { return productlimit.Reached(s.Steps[i].Survival, p) })
	if i == len(s.Steps) || !(p >= 0 && p <= 1) {
		return math.NaN()
	}
	return s.Steps[i].Time
}

// checkTimes returns an error for the first value that is not a time: one that
// is negative, infinite or NaN.
func checkTimes(times []float64) error {
	for i, t := range times {
		if !(t >= 0 && t <= math.MaxFloat64) {
			return fmt.Errorf("stats: time %d of %d is %v, not a finite number from 0 on", i+1, len(times), t)
		}
	}
	return nil
}
