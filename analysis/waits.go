package analysis

import (
	"fmt"

	"github.com/sav-analytics/sav/frame"
)

// Waits returns what stats.KaplanMeier takes of pairs, as FirstResponses or Run found
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
