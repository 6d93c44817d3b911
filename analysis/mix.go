package analysis

import "math/rand/v2"

// The seeds of mix are those of one process. Who chooses the ids of an input can't
// choose them so that they collide.
var (
	mixSeed   = rand.Uint64()
	mixFactor = rand.Uint64() | 1
)

// mix hashes x for the tables of this process: two multiplications with a fold
// between them, as the finalizers of MurmurHash do, but with a seed. All bits of the
// result are good, the highest best. No result of a run may depend on them.
func mix(x uint64) uint64 {
	x = (x ^ mixSeed) * mixFactor
	x ^= x >> 32
	return x * 0x9E3779B97F4A7C15
}
