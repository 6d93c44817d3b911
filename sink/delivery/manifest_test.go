package delivery

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/sink/rundir"
)

// TestKeyIsWhatTheDocsSay: the API's owner can compute it, too.
func TestKeyIsWhatTheDocsSay(t *testing.T) {
	s := subject{
		Endpoint:     "https://api.example.com/v1",
		Window:       rundir.Window{From: "2024-03-01T00:00:00Z"},
		AsOf:         "2024-03-02T00:00:00Z",
		ReportSHA256: "abc",
	}
	sum := sha256.Sum256([]byte("26:https://api.example.com/v1" + "21:2024-03-01T00:00:00Z/" +
		"20:2024-03-02T00:00:00Z" + "3:abc" + "2:12"))
	require.Equal(t, hex.EncodeToString(sum[:]), s.key(12))
}

// TestKeysDiffer: another subject or another batch has another key, however
// the fields are cut.
func TestKeysDiffer(t *testing.T) {
	type of struct {
		s subject
		k int
	}
	text := rapid.StringOfN(rapid.SampledFrom([]rune("a1:2")), 0, 4, -1)
	any := rapid.Custom(func(t *rapid.T) of {
		return of{subject{
			Endpoint: text.Draw(t, "endpoint"), Window: rundir.Window{From: text.Draw(t, "from"), To: text.Draw(t, "to")},
			AsOf: text.Draw(t, "as_of"), ReportSHA256: text.Draw(t, "report"),
		}, rapid.IntRange(1, 12).Draw(t, "k")}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := any.Draw(t, "a"), any.Draw(t, "b")
		require.Equal(t, a == b, a.s.key(a.k) == b.s.key(b.k))
		require.Equal(t, a.s == b.s, a.s.id() == b.s.id())
	})
}
