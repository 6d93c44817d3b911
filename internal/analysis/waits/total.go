package waits

import (
	"math"
	"math/bits"
)

// A Total is the integers of a group that are only summed.
type Total struct {
	Conversations int64
	ExchNr        int64
	Turns         int64
	TurnTime      Sum // µs
}

// Add adds the sums of o.
func (t *Total) Add(o *Total) {
	t.Conversations += o.Conversations
	t.ExchNr += o.ExchNr
	t.Turns += o.Turns
	t.TurnTime.Add(o.TurnTime)
}

// A Sum is a sum of non-negative integers that may pass 2^63, as the µs of a century
// do, a million times.
type Sum struct{ High, Low uint64 }

// Add adds o.
func (s *Sum) Add(o Sum) {
	var carry uint64
	s.Low, carry = bits.Add64(s.Low, o.Low, 0)
	s.High += o.High + carry
}

// AddProduct adds x times n.
func (s *Sum) AddProduct(x, n uint64) {
	high, low := bits.Mul64(x, n)
	s.Add(Sum{high, low})
}

// Float returns the sum, rounded once.
func (s Sum) Float() float64 { return math.FMA(float64(s.High), 1<<64, float64(s.Low)) }
