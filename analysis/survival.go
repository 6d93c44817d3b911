package analysis

import (
	"fmt"
	"iter"
	"math"
	"slices"
	"sort"

	"github.com/sav-analytics/sav/frame"
)

// A Survival is the Kaplan–Meier estimate of S(t), the share of conversations
// whose answer takes longer than t. Unanswered conversations are part of it:
// they are censored, known only to have waited for as long as they were observed.
type Survival struct {
	// Steps are the answer times, each once, in increasing order. S is 1 before
	// the first of them, and constant from one to the next.
	Steps []SurvivalStep
	// Longest is the longest time observed, in seconds, whether an answer ended
	// it or not; NaN if there is none. Beyond it S is unknown, unless it is 0.
	Longest float64
}

// A SurvivalStep is an answer time, at which S falls.
type SurvivalStep struct {
	Time     float64 // seconds
	AtRisk   int     // conversations that waited for at least Time
	Answered int     // of these, conversations answered after exactly Time
	Survival float64 // S(Time)
	// StdErr is Greenwood's standard error of S(Time), S·√Σ dᵢ/(nᵢ·(nᵢ−dᵢ)), and
	// Low and High are the ends of the 95 % interval of S(Time), which is
	// symmetric for log(−log S) and so stays within 0 and 1. All three are NaN
	// where S is 0.
	StdErr, Low, High float64
}

// KaplanMeier estimates how long answers take. times are, for each conversation
// and in any order, the seconds until its answer came or, if it is not answered,
// until it was last observed; answered says which, and nil that all are. It takes
// O(n log n) time, and O(n) if times are sorted and, of equal ones, those of
// answers come first. No conversations are no error: the estimate has no steps.
//
// S(t) = Π (1 − dᵢ/nᵢ) over the answer times tᵢ ≤ t, with dᵢ answers after
// exactly tᵢ, and nᵢ conversations whose time, answered or not, is at least tᵢ
// (Kaplan and Meier, JASA 53, 1958). For the interval see Kalbfleisch and
// Prentice, The Statistical Analysis of Failure Time Data, 1.4. R's survival
// has the same numbers: survfit(…, conf.type = "log-log"). It is an error if
// the slices have different lengths, or a time is negative, infinite or NaN.
func KaplanMeier(times []float64, answered []bool) (*Survival, error) {
	if answered != nil && len(answered) != len(times) {
		return nil, fmt.Errorf("analysis: %d times, but %d are said to be answered or not", len(times), len(answered))
	}
	if err := checkTimes(times); err != nil {
		return nil, err
	}
	spans := make([]span, len(times))
	for i, t := range times {
		cut := censored
		if answered == nil || answered[i] {
			cut = 0
		}
		// The bits of floats that are not negative sort as the floats do.
		spans[i] = newSpan(int64(math.Float64bits(t+0)), cut)
	}
	slices.Sort(spans)
	return survivalOf(spans, func(s span) float64 { return math.Float64frombits(uint64(s.time())) }), nil
}

// survivalOf estimates S from sorted spans; seconds says what a span's time is.
func survivalOf(sorted []span, seconds func(span) float64) *Survival {
	s := &Survival{Longest: math.NaN()}
	if n := len(sorted); n > 0 {
		s.Longest = seconds(sorted[n-1])
	}
	greenwood := 0.0
	for at := range productLimit(sorted) {
		greenwood += at.greenwood()
		step := SurvivalStep{Time: seconds(at.span), AtRisk: at.atRisk, Answered: at.answered, Survival: at.survival}
		step.StdErr, step.Low, step.High = interval(at.survival, greenwood)
		s.Steps = append(s.Steps, step)
	}
	return s
}

// AnsweredWithin is the estimated share of conversations answered within so
// many seconds, 1 − S(seconds). It is NaN where nobody was observed for that
// long and S has not come down to 0.
func (s *Survival) AnsweredWithin(seconds float64) float64 {
	i := sort.Search(len(s.Steps), func(i int) bool { return s.Steps[i].Time > seconds })
	survival := 1.0
	if i > 0 {
		survival = s.Steps[i-1].Survival
	}
	if math.IsNaN(seconds) || survival > 0 && !(s.Longest >= seconds) {
		return math.NaN()
	}
	return 1 - survival
}

// Quantile is the estimated time, in seconds, within which a share p of the
// conversations is answered: the smallest answer time with S ≤ 1 − p. It is NaN
// if S does not come down so far.
func (s *Survival) Quantile(p float64) float64 {
	i := sort.Search(len(s.Steps), func(i int) bool { return reaches(s.Steps[i].Survival, p) })
	if i == len(s.Steps) {
		return math.NaN()
	}
	return s.Steps[i].Time
}

// Waits returns what [KaplanMeier] takes of pairs, as FirstResponses or Run found
// them, or of any part of them: the seconds until the answer or, for an unanswered
// conversation, until as_of, and which are answered.
func Waits(pairs *frame.Frame) (times []float64, answered []bool, err error) {
	opened, err := pairs.Column("opened_at", frame.Time)
	if err != nil {
		return nil, nil, fmt.Errorf("pairs: %w", err)
	}
	responded, err := pairs.Column("responded_at", frame.Time)
	if err != nil {
		return nil, nil, fmt.Errorf("pairs: %w", err)
	}
	censoredAt, err := pairs.Column("censored_at", frame.Time)
	if err != nil {
		return nil, nil, fmt.Errorf("pairs: %w", err)
	}
	times, answered = make([]float64, pairs.Len()), make([]bool, pairs.Len())
	for i, from := range opened.Int64s() {
		end := censoredAt
		if answered[i] = !responded.IsNull(i); answered[i] {
			end = responded
		} else if censoredAt.IsNull(i) {
			return nil, nil, fmt.Errorf("pairs: row %d has neither responded_at nor censored_at", i+1)
		}
		times[i] = float64(end.Int64s()[i]-from) / microsecond
	}
	return times, answered, nil
}

// A fall is an answer time, at which S falls.
type fall struct {
	span             span
	atRisk, answered int
	survival         float64 // S from here on
}

// greenwood is what a fall adds to the variance of log S: dᵢ/(nᵢ·(nᵢ−dᵢ)).
func (f fall) greenwood() float64 {
	d, n := float64(f.answered), float64(f.atRisk)
	return d / (n * (n - d))
}

// interval is the standard error of S and its 95 % interval, given the variance
// of log S.
func interval(survival, greenwood float64) (stdErr, low, high float64) {
	if survival == 0 {
		return math.NaN(), math.NaN(), math.NaN()
	}
	logS := math.Log(survival)
	spread := math.Exp(normal975 * math.Sqrt(greenwood) / -logS)
	return survival * math.Sqrt(greenwood), math.Exp(logS * spread), math.Exp(logS / spread)
}

// productLimit is the rule of Kaplan and Meier: it walks over sorted spans and
// yields each answer time once, with S from there on. Of equal times answers
// come first, so that who was censored then is still at risk.
func productLimit(sorted []span) iter.Seq[fall] {
	return func(yield func(fall) bool) {
		survival := 1.0
		for i := 0; i < len(sorted); {
			s := sorted[i]
			if !s.answered() {
				i++
				continue
			}
			same := i
			for same < len(sorted) && sorted[same] == s {
				same++
			}
			survival *= 1 - float64(same-i)/float64(len(sorted)-i)
			if !yield(fall{s, len(sorted) - i, same - i, survival}) {
				return
			}
			i = same
		}
	}
}

// reaches says whether at S a share p is answered, but for the rounding of S.
func reaches(survival, p float64) bool { return survival <= 1-p+1e-12 }

// checkTimes finds the first that is not a time: negative, infinite or NaN.
func checkTimes(times []float64) error {
	for i, t := range times {
		if !(t >= 0 && t <= math.MaxFloat64) {
			return fmt.Errorf("analysis: time %d of %d is %v s", i+1, len(times), t)
		}
	}
	return nil
}
