package generate

import (
	"math/bits"
	"math/rand/v2"
)

// Fixed-point numbers have 16 fractional bits: floating point may differ in its
// last bit between architectures (fused multiply-add, assembly for exp), and
// one bit is enough to change a byte of the output.
const one = 1 << 16

// draws turns a seeded PCG into the distributions that messages need. The
// methods of rand.Rand are avoided, as their use of the source is not specified.
type draws struct{ rand.PCG }

// newDraws returns the independent stream of draws number stream of seed.
func newDraws(seed, stream uint64) *draws {
	d := new(draws)
	d.Seed(seed, stream)
	return d
}

// below returns a number that is uniform in [0, n), n > 0. Its bias is at most n/2⁶⁴.
func (d *draws) below(n int64) int64 {
	hi, _ := bits.Mul64(d.Uint64(), uint64(n))
	return int64(hi)
}

// chance reports true in perMille of 1000 cases.
func (d *draws) chance(perMille int64) bool { return d.below(1000) < perMille }

// normal draws from the standard normal distribution, in fixed point, as the sum of
// twelve uniform numbers: mean 0, variance 1, cut at ±6.
func (d *draws) normal() int64 {
	var sum uint64
	for range 3 {
		u := d.Uint64()
		sum += u&0xffff + u>>16&0xffff + u>>32&0xffff + u>>48
	}
	return int64(sum) - 6*0xffff
}

// logNormal draws 2^(mean + sd·normal), mean and sd in fixed point.
func (d *draws) logNormal(mean, sd int64) int64 { return exp2(mean + sd*d.normal()>>16) }

// exp2 is 2^x for x in fixed point, rounded down; it is held in [0, 2⁴⁰].
func exp2(x int64) int64 {
	if x < 0 {
		return 0
	}
	x = min(x, 40*one)
	whole, i, rest := x>>16, x>>8&0xff, x&0xff
	lo, hi := exp2Table[i], exp2Table[i+1]
	mantissa := lo + (hi-lo)*uint64(rest)>>8 // in [2³², 2³³]
	if whole >= 32 {
		return int64(mantissa << (whole - 32))
	}
	return int64(mantissa >> (32 - whole))
}

// exp2Table holds 2^(i/256) with 32 fractional bits.
var exp2Table = func() (table [257]uint64) {
	const root = 0x8058d7d2d5e5f6b0 // 2^(1/256) with 63 fractional bits
	v := uint64(1) << 62
	for i := range table {
		table[i] = (v + 1<<29) >> 30
		hi, lo := bits.Mul64(v, root)
		v = hi<<1 | lo>>63
	}
	return table
}()

// A wheel draws numbers with given weights: a number fills its share of the
// places, and a draw takes a place.
type wheel []uint16

// newWheel draws i in proportion to weights[i], as nearly as the number of places allows.
func newWheel(weights []int64, places int) wheel {
	var total, sum int64
	for _, w := range weights {
		total += w
	}
	w := make(wheel, 0, places)
	for i := range weights {
		sum += weights[i]
		for int64(len(w))*total < sum*int64(places) {
			w = append(w, uint16(i))
		}
	}
	return w
}

func (w wheel) draw(d *draws) int { return int(w[d.below(int64(len(w)))]) }
