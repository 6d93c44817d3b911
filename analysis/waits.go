package analysis

import (
	"errors"
	"fmt"
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/micros"
)

// Waits returns what stats.KaplanMeier takes of pairs, as FirstResponses or Run found
// them, or of any part of them: the seconds until the answer or, for an unanswered
// conversation, until as_of, and which are answered. A row that cannot be is an error.
func Waits(pairs *frame.Frame) (times []float64, answered []bool, err error) {
	p, err := readPairTimes(pairs)
	if err != nil {
		return nil, nil, err
	}
	times, answered = make([]float64, pairs.Len()), make([]bool, pairs.Len())
	for i := range times {
		opened, ended, isAnswered, err := p.row(i)
		if err != nil {
			return nil, nil, err
		}
		times[i], answered[i] = float64(ended-opened)/micros.PerSecond, isAnswered
	}
	return times, answered, nil
}

// pairTimes are the times of a frame of pairs.
type pairTimes struct{ opened, responded, censored frame.Column }

func readPairTimes(pairs *frame.Frame) (p pairTimes, err error) {
	if pairs == nil {
		return p, errors.New("pairs: no frame")
	}
	for _, c := range []struct {
		name string
		to   *frame.Column
	}{{"opened_at", &p.opened}, {"responded_at", &p.responded}, {"censored_at", &p.censored}} {
		if *c.to, err = pairs.Column(c.name, frame.Time); err != nil {
			return p, fmt.Errorf("pairs: %w", err)
		}
	}
	return p, nil
}

// row returns when a row's conversation was opened, when it was answered or last
// observed, and whether it was answered. Times that cannot be are an error: no
// opening, neither an answer nor a last observation, years that no message is of,
// and an end before the opening or after the last observation.
func (p *pairTimes) row(i int) (opened, ended int64, answered bool, err error) {
	opened, isOpened, err := p.time(p.opened, i)
	if err != nil {
		return 0, 0, false, err
	}
	responded, answered, err := p.time(p.responded, i)
	if err != nil {
		return 0, 0, false, err
	}
	censored, isCensored, err := p.time(p.censored, i)
	if err != nil {
		return 0, 0, false, err
	}
	switch {
	case !isOpened:
		return 0, 0, false, fmt.Errorf("pairs: row %d has no opened_at", i+1)
	case !answered && !isCensored:
		return 0, 0, false, fmt.Errorf("pairs: row %d has neither responded_at nor censored_at", i+1)
	case answered && responded < opened:
		return 0, 0, false, fmt.Errorf("pairs: row %d has responded_at before opened_at", i+1)
	case isCensored && censored < opened:
		return 0, 0, false, fmt.Errorf("pairs: row %d has censored_at before opened_at", i+1)
	case answered && isCensored && responded > censored:
		return 0, 0, false, fmt.Errorf("pairs: row %d has responded_at after censored_at", i+1)
	case answered:
		return opened, responded, true, nil
	}
	return opened, censored, false, nil
}

// time returns a time of a row, and whether it has one.
func (p *pairTimes) time(c frame.Column, i int) (at int64, ok bool, err error) {
	if c.IsNull(i) {
		return 0, false, nil
	}
	at = c.Int64s()[i]
	if intake.CheckTime(at) == intake.BadTime {
		return 0, false, fmt.Errorf("pairs: row %d has %s %s; expected a year from 1990 to 2099", i+1, c.Name(),
			time.UnixMicro(at).UTC().Format(time.RFC3339))
	}
	return at, true, nil
}

// asOf returns given, in µs since 1970 UTC, or if it is zero the latest time of all rows.
func (p *pairTimes) asOf(given time.Time) (latest int64) {
	if !given.IsZero() {
		return given.UnixMicro()
	}
	for _, c := range []frame.Column{p.opened, p.responded, p.censored} {
		for i, at := range c.Int64s() {
			if !c.IsNull(i) {
				latest = max(latest, at)
			}
		}
	}
	return latest
}
