package naive

import (
	"math"
	"math/big"
	"slices"
)

// precision is that of numbers that are no integers, in bits: plenty.
const precision = 320

func exact(n int64) *big.Float { return new(big.Float).SetPrec(precision).SetInt64(n) }

func sum(values []int64) *big.Float {
	total := exact(0)
	for _, v := range values {
		total.Add(total, exact(v))
	}
	return total
}

// quotient returns a/b as a float.
func quotient(a, b *big.Float) float64 {
	f, _ := new(big.Float).SetPrec(precision).Quo(a, b).Float64()
	return f
}

// statistics computes the numbers of the report for a group of pairs, times in
// seconds.
func statistics(pairs []Pair, within []string) map[string]float64 {
	var times, turns []int64
	var exchNr int64
	for _, p := range pairs {
		turns = append(turns, p.TurnTimes...)
		exchNr += p.ExchNr
		if p.Answered {
			times = append(times, p.Responded-p.Opened)
		}
	}
	slices.Sort(times)
	n := len(times)
	r := map[string]float64{"conversations": float64(len(pairs)), "answered": float64(n),
		"unanswered": float64(len(pairs) - n), "exch_nr": float64(exchNr), "turns": float64(len(turns))}
	const second = 1e6
	if len(turns) > 0 {
		r["turn_dt_mean_s"] = quotient(sum(turns), exact(int64(len(turns))*second))
	}
	kaplanMeier(pairs, within, r)
	if n == 0 {
		return r
	}
	r["exch_nr_mean"] = float64(exchNr) / float64(n)
	r["dt_mean_s"] = quotient(sum(times), exact(int64(n)*second))
	r["dt_min_s"], r["dt_max_s"] = float64(times[0])/second, float64(times[n-1])/second
	for name, percent := range map[string]int{"dt_p50_s": 50, "dt_p90_s": 90, "dt_p99_s": 99} {
		r[name] = Quantile(times, percent) / second
	}
	if k := MedianRank(n); k > 0 {
		r["dt_p50_ci95_low_s"], r["dt_p50_ci95_high_s"] = float64(times[k-1])/second, float64(times[n-k])/second
	}
	if n < 2 {
		return r
	}
	s := deviation(times) / second
	half := StudentT(n-1) * s / math.Sqrt(float64(n))
	r["dt_std_s"] = s
	r["dt_ci95_low_s"], r["dt_ci95_high_s"] = max(0, r["dt_mean_s"]-half), r["dt_mean_s"]+half
	return r
}

// deviation returns the sample standard deviation: the root of the sum of the
// squared distances from the mean, by n-1.
func deviation(values []int64) float64 {
	n := exact(int64(len(values)))
	mean := sum(values)
	mean.Quo(mean, n)
	squares := exact(0)
	for _, v := range values {
		d := exact(v)
		d.Sub(d, mean)
		squares.Add(squares, d.Mul(d, d))
	}
	squares.Quo(squares, exact(int64(len(values)-1)))
	s, _ := squares.Sqrt(squares).Float64()
	return s
}

// Quantile interpolates between sorted values: that of place (n-1)·percent/100,
// counted from 0 (type 7).
func Quantile(sorted []int64, percent int) float64 {
	place := (len(sorted) - 1) * percent
	i, rest := place/100, place%100
	if rest == 0 {
		return float64(sorted[i])
	}
	v := exact(sorted[i+1] - sorted[i])
	v.Mul(v, exact(int64(rest)))
	v.Quo(v, exact(100))
	f, _ := v.Add(v, exact(sorted[i])).Float64()
	return f
}

// MedianRank returns the largest k with P(Binomial(n, ½) ≤ k−1) ≤ 1/40, 0 if there
// is none; for n > 1000 ⌊(n − 1.959963984540054·√n)/2⌋.
func MedianRank(n int) int {
	if n > 1000 {
		return int(math.Floor((float64(n) - 1.959963984540054*math.Sqrt(float64(n))) / 2))
	}
	below, limit := new(big.Int), new(big.Int).Lsh(big.NewInt(1), uint(n)) // of 2^n outcomes
	for k := 0; ; k++ {
		below.Add(below, new(big.Int).Binomial(int64(n), int64(k)))
		if new(big.Int).Mul(below, big.NewInt(40)).Cmp(limit) > 0 {
			return k
		}
	}
}

// StudentT returns the 0.975 quantile of Student's t, by halving an interval in
// which the distribution passes 0.975.
func StudentT(degrees int) float64 {
	low, high := 1.9, 13.0
	for range 100 {
		if middle := (low + high) / 2; studentCDF(middle, degrees) < 0.975 {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

// studentCDF returns the distribution of Student's t for t > 0, as a finite sum
// (Abramowitz and Stegun, 26.7.3 and 26.7.4).
func studentCDF(t float64, degrees int) float64 {
	theta := math.Atan(t / math.Sqrt(float64(degrees)))
	sin, cos := math.Sincos(theta)
	if degrees == 1 {
		return 0.5 + theta/math.Pi
	}
	first := degrees % 2 // 0: 1 + cos²/2 + 3cos⁴/8 + …; 1: cos + 2cos³/3 + …
	term, total := 1.0, 1.0
	if first == 1 {
		term, total = cos, cos
	}
	for k := first + 2; k <= degrees-2; k += 2 {
		term *= cos * cos * float64(k-1) / float64(k)
		total += term
	}
	if first == 1 {
		return 0.5 + (theta+sin*total)/math.Pi
	}
	return 0.5 + sin*total/2
}
