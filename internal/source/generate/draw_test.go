package generate

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestExp2(t *testing.T) {
	require.EqualValues(t, 0, exp2(-1))
	require.EqualValues(t, 1, exp2(0))
	require.EqualValues(t, uint64(1<<32), exp2(32*one))
	require.EqualValues(t, uint64(1<<40), exp2(40*one))
	require.EqualValues(t, uint64(1<<40), exp2(1<<40), "held")
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Int64Range(0, 40*one).Draw(t, "x")
		want := math.Exp2(float64(x) / one)
		require.InDelta(t, want, float64(exp2(x)), 1+want*2e-6)
	})
}

func TestNormal(t *testing.T) {
	const n = 200_000
	d := newDraws(1, 1)
	var sum, squares float64
	within := 0
	for range n {
		x := float64(d.normal()) / one
		sum += x
		squares += x * x
		if math.Abs(x) < 1.959964 {
			within++
		}
	}
	require.InDelta(t, 0, sum/n, 0.01)
	require.InDelta(t, 1, squares/n, 0.02)
	require.InDelta(t, 0.95, float64(within)/n, 0.005)
}

func TestLogNormalMedian(t *testing.T) {
	d := newDraws(1, 2)
	values := make([]int64, 20_001)
	for i := range values {
		values[i] = d.logNormal(medianResponse, responseSpread)
	}
	slices.Sort(values)
	require.InEpsilon(t, math.Exp2(12.1), float64(values[10_000]), 0.05)
}

func TestWheelSharesAreProportional(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1<<40), 1, 50).Draw(t, "weights")
		weights[0]++ // not all zero
		total := int64(0)
		for _, w := range weights {
			total += w
		}
		places := make([]int64, len(weights))
		w := newWheel(weights, 1<<12)
		require.Len(t, w, 1<<12)
		for _, i := range w {
			places[i]++
		}
		for i, n := range places {
			require.InDelta(t, float64(weights[i])/float64(total)*(1<<12), float64(n), 1)
		}
	})
}

func TestPermutation(t *testing.T) {
	p := permutation(newDraws(1, 3), 1000)
	require.False(t, slices.IsSorted(p))
	slices.Sort(p)
	for i, v := range p {
		require.EqualValues(t, i, v)
	}
}

// The queue gives every message once, by time, equal times in order of pushing.
func TestQueueSorts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		span := rapid.SampledFrom([]int32{5 * slotLength, slotLength, 3}).Draw(t, "span")
		times := rapid.SliceOfN(rapid.Int32Range(0, span), 0, 3*chunkLength).Draw(t, "times")
		var q queue
		var want, got []message
		for slot := range int32(6) {
			// A slot's messages are pushed when its turn comes, or before.
			for i, at := range times {
				if at/slotLength >= slot && (i%2 == 0 && slot == 0 || i%2 == 1 && slot == at/slotLength) {
					m := message{at: at, conversation: uint32(len(want))}
					want = append(want, m)
					q.push(m)
				}
			}
			got = append(got, q.pop()...)
		}
		slices.SortStableFunc(want, func(a, b message) int { return int(a.at - b.at) })
		require.True(t, slices.Equal(want, got))
	})
}

func TestCalendarOpensAll(t *testing.T) {
	c := newCalendar(newDraws(1, 1))
	for _, n := range []int64{1, 7, 10_000, maxMessages / rowsPerConversation} {
		require.Positive(t, c.opened(0, n), "the first slot has one")
		require.Equal(t, n, c.opened(slots-1, n))
		require.Equal(t, 2*n, c.opened(2*slots-1, n), "the calendar starts again")
	}
}

func TestNight(t *testing.T) {
	for _, test := range []struct {
		clock   string
		at      int64
		night   bool
		morning int64
	}{
		{"21:59", 22*hour - 60, false, 0},
		{"22:00", 22 * hour, true, day + 7*hour},
		{"00:00", day, true, day + 7*hour},
		{"05:59", day + 6*hour - 60, true, day + 7*hour},
		{"06:00", day + 6*hour, false, 0},
	} {
		t.Run(test.clock, func(t *testing.T) {
			require.Equal(t, test.night, isNight(test.at))
			if test.night {
				require.Equal(t, test.morning, nextMorning(test.at))
			}
		})
	}
}

func TestClientsLiveInOneCountry(t *testing.T) {
	w := newWorld(1, 1000)
	d := newDraws(1, 9)
	home := make(map[uint32]uint8)
	for range 20_000 {
		c := uint8(d.below(int64(len(countries))))
		id := w.client(d, c)
		if was, ok := home[id]; ok {
			require.Equal(t, was, c)
		}
		home[id] = c
		require.GreaterOrEqual(t, id, uint32(firstClient))
		require.Less(t, int64(id), firstClient+w.clients)
	}
}
