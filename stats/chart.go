package stats

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

var errNoCounts = errors.New("stats: no counts for a chart; expected at least one")

// A PChart is a control chart of shares, such as of days.
type PChart struct {
	Centre float64 // the share of all
	// Spread is by how much the points differ beyond what chance gives for their
	// numbers: 1 if not at all.
	Spread float64
	counts []Count
}

// NewPChart returns the chart of counts in the order of time, with the limits of
// [PChart.Limits]. The spread is that of Laney's p′ chart (Quality Engineering 14, 2002),
// from the distances of neighbouring scores (kᵢ/nᵢ − p)/√(p(1−p)/nᵢ): their median,
// which a few unusual points do not move, divided by 0.954. It is not below 1, so that
// the limits are never inside those of a plain p chart (R's qcc, type = "p"). Counts of
// none have no part. It is an error if a count is impossible or all are of none.
func NewPChart(counts []Count) (*PChart, error) {
	if err := checkCounts(counts); err != nil {
		return nil, err
	}
	all := sumCounts(counts)
	if all.N == 0 {
		return nil, errNoCounts
	}
	c := &PChart{Centre: all.Share(), Spread: 1, counts: slices.Clone(counts)}
	var distances []float64
	last := math.NaN()
	for _, of := range counts {
		sd := c.stdDev(of.N)
		if of.N == 0 || sd == 0 {
			continue
		}
		z := (of.Share() - c.Centre) / sd
		if !math.IsNaN(last) {
			distances = append(distances, math.Abs(z-last))
		}
		last = z
	}
	if len(distances) > 0 {
		const usual = 0.9538725524 // the median distance of two standard normal values
		slices.Sort(distances)
		c.Spread = max(1, QuantileSorted(0.5, distances)/usual)
	}
	return c, nil
}

func (c *PChart) stdDev(n int) float64 { return math.Sqrt(c.Centre * (1 - c.Centre) / float64(n)) }

// Limits returns the control limits for a count of n: the centre and three standard
// deviations, times the spread, within 0 and 1. Both are NaN if n is less than 1.
func (c *PChart) Limits(n int) (low, high float64) {
	if n < 1 {
		return math.NaN(), math.NaN()
	}
	half := 3 * c.Spread * c.stdDev(n)
	return max(0, c.Centre-half), min(1, c.Centre+half)
}

// A Signal says what is unusual about a point of a chart.
type Signal uint8

// Signals, as the Western Electric rules have them.
const (
	NoSignal Signal = iota
	Below           // beyond the lower limit
	Above           // beyond the upper limit
	RunBelow        // the eighth or a later point in a row below the centre
	RunAbove        // the same above
)

// String returns the signal in a word.
func (s Signal) String() string {
	names := [...]string{"none", "below", "above", "run below", "run above"}
	if int(s) < len(names) {
		return names[s]
	}
	return fmt.Sprintf("Signal(%d)", uint8(s))
}

// Signals returns what is unusual about each count. One of none is passed over.
func (c *PChart) Signals() []Signal {
	shares := make([]float64, len(c.counts))
	for i, of := range c.counts {
		shares[i] = of.Share() // NaN of none
	}
	return signalsOf(shares, c.Centre, func(i int) (low, high float64) { return c.Limits(c.counts[i].N) })
}

// signalsOf returns the signals of values by the Western Electric rules. A NaN is passed
// over.
func signalsOf(values []float64, centre float64, limits func(i int) (low, high float64)) []Signal {
	signals := make([]Signal, len(values))
	side, run := 0.0, 0
	for i, v := range values {
		if math.IsNaN(v) {
			continue
		}
		switch here := math.Copysign(1, v-centre); {
		case v == centre:
			run = 0
		case here == side:
			run++
		default:
			side, run = here, 1
		}
		low, high := limits(i)
		switch {
		case v < low:
			signals[i] = Below
		case v > high:
			signals[i] = Above
		case run >= 8 && side < 0:
			signals[i] = RunBelow
		case run >= 8:
			signals[i] = RunAbove
		}
	}
	return signals
}

// An XmR is a control chart of single values, such as the medians of weeks.
type XmR struct {
	Centre float64 // the mean
	StdDev float64 // by the moving range
	values []float64
}

// NewXmR returns the chart of values in the order of time. Its standard deviation is the
// mean distance of neighbours, the moving range, over d₂ = 2/√π (Wheeler and Chambers,
// Understanding Statistical Process Control; R's qcc, type = "xbar.one"). A NaN has no
// part. It is an error if there are fewer than two values, or one is infinite.
func NewXmR(values []float64) (*XmR, error) {
	c := &XmR{values: slices.Clone(values)}
	n, sum, ranges, last := 0, 0.0, 0.0, math.NaN()
	for _, v := range values {
		if math.IsInf(v, 0) {
			return nil, errors.New("stats: an infinite value in a chart; expected numbers")
		}
		if math.IsNaN(v) {
			continue
		}
		n++
		sum += v
		if !math.IsNaN(last) {
			ranges += math.Abs(v - last)
		}
		last = v
	}
	if n < 2 {
		return nil, errors.New("stats: too few values for a chart; expected at least two")
	}
	c.Centre = sum / float64(n)
	c.StdDev = ranges / float64(n-1) * math.Sqrt(math.Pi) / 2
	return c, nil
}

// Limits returns the control limits: the centre and three standard deviations.
func (c *XmR) Limits() (low, high float64) { return c.Centre - 3*c.StdDev, c.Centre + 3*c.StdDev }

// Signals returns what is unusual about each value. A NaN is passed over.
func (c *XmR) Signals() []Signal {
	return signalsOf(c.values, c.Centre, func(int) (low, high float64) { return c.Limits() })
}
