package analysis

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Ids that were chosen so that they collide in a multiplicative hash whose factor is
// known, and ids that differ in few bits, are spread like any others: over the
// partitions and within them.
func TestMixSpreadsChosenIDs(t *testing.T) {
	const n, factor = 1 << 12, 0x9E3779B97F4A7C15
	inverse := uint64(factor) // modulo 2^64, by Newton's iteration
	for range 6 {
		inverse *= 2 - factor*inverse
	}
	for name, id := range map[string]func(i uint64) uint64{
		"one after the other":        func(i uint64) uint64 { return i },
		"the highest bits alone":     func(i uint64) uint64 { return i << 46 },
		"bits in the middle":         func(i uint64) uint64 { return i << 20 },
		"equal in the highest bits":  func(i uint64) uint64 { return i * inverse },
		"equal but in the lowest":    func(i uint64) uint64 { return i<<32*inverse ^ i },
		"by the factor's multiples":  func(i uint64) uint64 { return i * factor },
		"by a step that is a secret": func(i uint64) uint64 { return i * 1_000_003 },
	} {
		highest, partition := make(map[uint64]int), make(map[uint64]int)
		for i := range uint64(n) {
			highest[mix(id(i))>>(64-12)]++
			partition[mix(id(i))>>32&(n-1)]++
		}
		// Of as many slots as ids, 1-1/e are taken as a rule.
		require.Greater(t, len(highest), n/2, name)
		require.Greater(t, len(partition), n/2, name)
	}
	require.NotZero(t, mixSeed)
}
