package naive

import (
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// z is the 0.975 quantile of the normal distribution.
const z = 1.959963984540054

// kaplanMeier adds dt_km_p50_s and what is known of the answers within each time.
func kaplanMeier(pairs []Pair, within []string, r map[string]float64) {
	answers := make(map[int64]int64) // time → how many
	var all, censored, distinct []int64
	for _, p := range pairs {
		t := p.Observed
		if p.Answered {
			t = p.Responded - p.Opened
			answers[t]++
			distinct = append(distinct, t)
		} else {
			censored = append(censored, t)
		}
		all = append(all, t)
	}
	slices.Sort(distinct)
	distinct = slices.Compact(distinct)
	from := func(t int64) (n int64) { // times of at least t
		for _, other := range all {
			if other >= t {
				n++
			}
		}
		return n
	}
	half := new(big.Float).SetPrec(precision).SetFloat64(0.5 + 1e-12)
	survival := exact(1)
	for _, t := range distinct {
		survival.Mul(survival, exact(from(t)-answers[t]))
		survival.Quo(survival, exact(from(t)))
		if _, found := r["dt_km_p50_s"]; !found && survival.Cmp(half) <= 0 {
			r["dt_km_p50_s"] = float64(t) / 1e6
		}
	}
	for _, name := range within {
		x := Micros(name)
		before := slices.ContainsFunc(censored, func(t int64) bool { return t < x })
		if before && from(x) == 0 {
			continue
		}
		survival, variance, area := exact(1), 0.0, exact(0)
		last, answered := int64(0), int64(0)
		fall := func(t int64) { // the area up to t
			area.Add(area, new(big.Float).Mul(survival, exact(t-last)))
			last = t
		}
		for _, t := range distinct {
			if t > x {
				break
			}
			fall(t)
			d, n := answers[t], from(t)
			answered += d
			survival.Mul(survival, exact(n-d))
			survival.Quo(survival, exact(n))
			variance += float64(d) / (float64(n) * float64(n-d))
		}
		fall(x)
		s, _ := survival.Float64()
		share, _ := new(big.Float).SetPrec(precision).Sub(exact(1), survival).Float64()
		r["km_answered_"+name] = share
		r["wait_"+name+"_mean_s"] = quotient(area, exact(1e6))
		low, high := "km_answered_"+name+"_ci95_low", "km_answered_"+name+"_ci95_high"
		switch {
		case !before:
			r[low], r[high] = wilson(answered, int64(len(all)))
		case s > 0 && s < 1:
			spread := z * math.Sqrt(variance) / math.Log(s)
			r[low], r[high] = 1-math.Pow(s, math.Exp(spread)), 1-math.Pow(s, math.Exp(-spread))
		}
	}
}

// wilson finds the shares p, on both sides of k/n, from which k/n is z standard
// errors away, by halving an interval.
func wilson(k, n int64) (low, high float64) {
	found := float64(k) / float64(n)
	end := func(p float64) float64 {
		inside := found
		for range 200 {
			middle := (inside + p) / 2
			if math.Abs(middle-found) <= z*math.Sqrt(middle*(1-middle)/float64(n)) {
				inside = middle
			} else {
				p = middle
			}
		}
		return inside
	}
	return end(0), end(1)
}

// Micros reads a time such as 24h, in µs.
func Micros(name string) int64 {
	n, err := strconv.ParseInt(strings.TrimRight(name, "smhd"), 10, 64)
	if err != nil {
		panic(err)
	}
	return n * map[byte]int64{'s': 1e6, 'm': 60e6, 'h': 3600e6, 'd': 86400e6}[name[len(name)-1]]
}
