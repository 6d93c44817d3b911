package stats_test

import (
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/thorough"
	"github.com/sav-analytics/sav/stats"
)

// A world makes waiting times of merchants that differ, log-normal within each.
type world struct {
	*rand.Rand
	between float64 // standard deviation of the merchants' mean logarithms; 1.5 within
}

const (
	worldMedian = 2 * 3600.0 // of a merchant in the middle, seconds
	worldSigma  = 1.5
	limit       = 8 * 3600.0 // within which answers are counted
)

// merchant draws the mean logarithm of a merchant.
func (w world) merchant() float64 { return math.Log(worldMedian) + w.between*w.NormFloat64() }

// wait draws how long it takes to an answer, and for how long it is watched: about a
// tenth is censored, whatever its time.
func (w world) wait(mean float64) (t, watched float64) {
	return math.Exp(mean + worldSigma*w.NormFloat64()), 55 * 3600 * w.Float64()
}

// share returns the true share answered within a time by all merchants.
func (w world) share(t float64) float64 {
	sigma := math.Hypot(worldSigma, w.between)
	return 0.5 * math.Erfc(-(math.Log(t)-math.Log(worldMedian))/sigma/math.Sqrt2)
}

// runs returns how many runs a simulation makes: few in a plain test.
func runs(few, many int) int {
	if thorough.On() || os.Getenv("SAV_TEST_REFERENCE") != "" {
		return many
	}
	return few
}

// requireCoverage fails if an interval that should cover at least that share of runs
// surely does not.
func requireCoverage(t *testing.T, least float64, covered, runs int) {
	t.Helper()
	t.Logf("%d of %d runs covered", covered, runs)
	_, high := stats.Wilson(covered, runs)
	require.GreaterOrEqual(t, high, least, "%d of %d runs", covered, runs)
}

// The interval of the share answered within a time by one merchant.
func TestReferenceOfCoverageWithin(t *testing.T) {
	t.Parallel()
	for n, least := range map[int]float64{20: 0.90, 100: 0.93} {
		w := world{rand.New(rand.NewPCG(1, uint64(n))), 0}
		covered, known, all := 0, 0, runs(300, 5000)
		for range all {
			times, answered := make([]float64, n), make([]bool, n)
			for i := range times {
				t, watched := w.wait(math.Log(worldMedian))
				times[i], answered[i] = min(t, watched), t <= watched
			}
			s, err := stats.KaplanMeier(times, answered)
			require.NoError(t, err)
			if low, high := s.WithinInterval(limit); !math.IsNaN(low) {
				known++
				if low <= w.share(limit) && w.share(limit) <= high {
					covered++
				}
			}
		}
		require.Greater(t, known, all*9/10)
		requireCoverage(t, least, covered, known)
	}
}

// The intervals of the share within a time and of the median, of all conversations of
// merchants that differ.
func TestReferenceOfCoverageOfClusters(t *testing.T) {
	t.Parallel()
	for merchants, least := range map[int]float64{20: 0.90, 100: 0.93} {
		w := world{rand.New(rand.NewPCG(2, uint64(merchants))), 1}
		shares, medians, all := 0, 0, runs(150, 2000)
		for range all {
			var times []float64
			var answered []bool
			within, half := make([]stats.Count, merchants), make([]stats.Count, merchants)
			type wait struct {
				merchant      int
				time, watched float64
			}
			var waits []wait
			for m := range merchants {
				mean := w.merchant()
				for range 5 + w.IntN(30) {
					t, watched := w.wait(mean)
					waits = append(waits, wait{m, t, watched})
					times, answered = append(times, min(t, watched)), append(answered, t <= watched)
				}
			}
			s, err := stats.KaplanMeier(times, answered)
			require.NoError(t, err)
			median := s.Quantile(0.5)
			for _, o := range waits {
				for _, c := range []struct {
					counts []stats.Count
					t      float64
				}{{within, limit}, {half, median}} {
					if o.watched >= c.t {
						c.counts[o.merchant].N++
						if o.time <= c.t {
							c.counts[o.merchant].K++
						}
					}
				}
			}
			cluster, err := stats.NewClusterShare(within)
			require.NoError(t, err)
			if low, high := cluster.Interval(s.Within(limit)); low <= w.share(limit) && w.share(limit) <= high {
				shares++
			}
			cluster, err = stats.NewClusterShare(half)
			require.NoError(t, err)
			low, high := cluster.Interval(0.5)
			if low, high = s.Quantile(low), s.Quantile(high); low <= worldMedian && worldMedian <= high {
				medians++
			}
		}
		requireCoverage(t, least, shares, all)
		requireCoverage(t, least, medians, all)
	}
}

// Among merchants of any true shares, some of them equal, one is wrongly named as surely
// below or above the others in at most 5 % of runs; and the bad one is named.
func TestReferenceOfSurelyBelow(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 3))
	wrong, found, bad, all := 0, 0, 0, runs(200, 3000)
	for run := range all {
		const merchants = 60
		counts, truth := make([]stats.Count, merchants), make([]float64, merchants)
		var whole stats.Count
		for m := range counts {
			truth[m] = 0.9
			if run%2 == 0 { // of two kinds, the worse one half as often
				truth[m] = []float64{0.95, 0.95, 0.85}[m%3]
			}
			if m == 0 {
				truth[m] = 0.4
			}
			counts[m].N = 10 + random.IntN(60)
			for range counts[m].N {
				if random.Float64() < truth[m] {
					counts[m].K++
				}
			}
			whole.K, whole.N = whole.K+counts[m].K, whole.N+counts[m].N
		}
		standings, err := stats.Standings(counts, 10)
		require.NoError(t, err)
		named := false
		for m, s := range standings {
			others := 0.0 // the true share of the others
			for o := range counts {
				if o != m {
					others += truth[o] * float64(counts[o].N)
				}
			}
			others /= float64(whole.N - counts[m].N)
			named = named || s.SurelyBelow() && truth[m] >= others || s.SurelyAbove() && truth[m] <= others
			if m == 0 {
				bad++
				if s.SurelyBelow() {
					found++
				}
			}
		}
		if named {
			wrong++
		}
	}
	t.Logf("%d of %d runs named a wrong one; the bad one was found in %d of %d", wrong, all, found, bad)
	low, _ := stats.Wilson(wrong, all)
	require.LessOrEqual(t, low, 0.05)
	require.Greater(t, found, bad*3/4)
}

// In a world where all are equal the funnel flags about as many as chance gives, and in
// one where they differ it is not most of them.
func TestReferenceOfTheFunnel(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(4, 4))
	for _, differ := range []bool{false, true} {
		flagged, said, all := 0, 0, runs(20, 200)
		const groups = 1000
		for range all {
			counts := make([]stats.Count, groups)
			for i := range counts {
				share := 0.9
				if differ {
					share = 1 / (1 + math.Exp(-(2 + random.NormFloat64())))
				}
				counts[i].N = 1 + int(math.Exp(4*random.Float64()))
				for range counts[i].N {
					if random.Float64() < share {
						counts[i].K++
					}
				}
			}
			f, err := stats.NewShareFunnel(counts)
			require.NoError(t, err)
			beyond := len(slices.DeleteFunc(slices.Clone(counts),
				func(c stats.Count) bool { return math.Abs(f.Score(c)) <= 3.090232306167813 }))
			flagged += beyond
			if f.MoreThanChance(beyond, 0.998) {
				said++
			}
		}
		t.Logf("differ %v: %d of %d beyond, chance gives %d; more than chance said in %d of %d runs", differ, flagged,
			all*groups, all*groups/500, said, all)
		if differ {
			require.Less(t, flagged, all*groups/50, "most of what differs is usual")
		} else {
			require.Less(t, flagged, 2*all*groups/500)
			low, _ := stats.Wilson(said, all)
			require.LessOrEqual(t, low, 0.05)
		}
	}
}

// The interval of a difference of two periods, in which merchants differ from each other and
// each a little from itself, and nothing changes for all.
func TestReferenceOfCoverageOfDifferences(t *testing.T) {
	t.Parallel()
	for n, least := range map[int]float64{20: 0.90, 100: 0.93} {
		random := rand.New(rand.NewPCG(5, uint64(n)))
		shares, means, all := 0, 0, runs(200, 3000)
		for range all {
			var counts [2][]stats.Count
			var sums [2][]stats.Sums
			for range n {
				mean, size := 0.7*random.NormFloat64(), 5+random.IntN(20)
				for period := range 2 {
					own := mean + 0.3*random.NormFloat64()
					var c stats.Count
					var s stats.Sums
					for range size {
						time := worldMedian * math.Exp(own+worldSigma*random.NormFloat64())
						c.N++
						if time <= limit {
							c.K++
						}
						s.Add(min(time, limit))
					}
					counts[period], sums[period] = append(counts[period], c), append(sums[period], s)
				}
			}
			if !stats.ClusterShareDifference(counts[1], counts[0]).Sure() {
				shares++
			}
			if !stats.ClusterMeanDifference(sums[1], sums[0]).Sure() {
				means++
			}
		}
		requireCoverage(t, least, shares, all)
		requireCoverage(t, least, means, all)
	}
}

// Of merchants that are said to have changed surely, on average at most 5 % have not.
func TestReferenceOfChanges(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(6, 6))
	binomial := func(n int, p float64) stats.Count {
		c := stats.Count{N: n}
		for range n {
			if random.Float64() < p {
				c.K++
			}
		}
		return c
	}
	for name, changed := range map[string]int{"none changed": 0, "a tenth changed": 8} {
		wrong, found, all := 0.0, 0, runs(100, 1000)
		for range all {
			var before, now []stats.Count
			for i := range 80 {
				n, p := 10+random.IntN(60), 0.8
				before = append(before, binomial(n, p))
				if i < changed {
					p = 0.3
				}
				now = append(now, binomial(n, p))
			}
			named, mistaken := 0, 0
			for i, p := range stats.Changes(now, before, 10) {
				if p <= 0.05 {
					named++
					if i >= changed {
						mistaken++
					}
				}
			}
			found += min(named-mistaken, 1)
			if named > 0 {
				wrong += float64(mistaken) / float64(named)
			}
		}
		t.Logf("%s: of those named, %.3f on average had not", name, wrong/float64(all))
		low, _ := stats.Wilson(int(wrong), all)
		require.LessOrEqual(t, low, 0.05, name)
		require.Equal(t, changed > 0, found > all/2, "%s: changes are found", name)
	}
}
