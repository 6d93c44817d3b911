package ids_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/ids"
)

// A text has one hash in every process, and the hashes are these: what is spread by
// them today is spread so tomorrow.
func TestHashIsTheSameEverywhere(t *testing.T) {
	for text, want := range map[string]uint64{
		"0": 0x5692161d100b05e5, "1": 0xdbd238973a2b148a, "999999999999999999": 0x36cdeffe1af60f32,
		"1000000000000000000":                  0xce292f90e4b64d91,
		"9f1c2c6e-3f0f-4b0a-9d0e-6a2f5c0a1b2d": 0x258482f0a4bd7143,
	} {
		dict := ids.NewDict()
		dict.ID([]byte("another that came before"))
		require.Equal(t, want, dict.Hash(dict.ID([]byte(text))), text)
	}
	a, b := ids.NewDict(), ids.NewDict()
	require.Equal(t, a.Hash(a.Pair(a.ID([]byte("x")), a.ID([]byte("1")))),
		b.Hash(b.Pair(b.ID([]byte("x")), b.ID([]byte("1")))))
	require.Equal(t, a.Hash(a.Pair(a.ID([]byte("2")), a.ID([]byte("1")))),
		b.Hash(b.Pair(b.ID([]byte("2")), b.ID([]byte("1")))))
}

// Different integers below 10^18 have different hashes.
func TestHashTellsIntegersApart(t *testing.T) {
	dict := ids.NewDict()
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Uint64Range(0, 1e18-1).Draw(t, "a"), rapid.Uint64Range(0, 1e18-1).Draw(t, "b")
		require.Equal(t, a == b, dict.Hash(ids.Integer(a)) == dict.Hash(ids.Integer(b)))
	})
}
