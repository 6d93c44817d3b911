package nearest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestName(t *testing.T) {
	t.Parallel()
	names := []string{"country", "merchant_id", "created_at", "dt_s"}
	for _, c := range []struct{ name, want string }{
		{"contry", "country"},
		{"Country", "country"},
		{"coutnry", "country"},
		{"merchantID", "merchant_id"},
		{"created", "created_at"},
		{"price", ""},
		{"", ""},
		{"dts", "dt_s"},
		{"dt", "dt_s"},
		{strings.Repeat("x", 1000), ""},
	} {
		require.Equal(t, c.want, Name(c.name, names), c.name)
	}
	require.Empty(t, Name("a", nil))
	require.Empty(t, Name("_", []string{"-", ""}))
}

// The distance is a metric on neighbours: zero for equal texts, the same both
// ways, at most the longer length, and one after one edit.
func TestDistance(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.RuneFrom([]rune("abc")), 0, 8)
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		require.Equal(t, distance(a, b), distance(b, a))
		require.LessOrEqual(t, distance(a, b), max(len(a), len(b)))
		require.Equal(t, string(a) == string(b), distance(a, b) == 0)
		if len(a) > 0 {
			i := rapid.IntRange(0, len(a)-1).Draw(t, "at")
			require.Equal(t, 1, distance(a, append(append([]rune{}, a[:i]...), a[i+1:]...)))
		}
	})
}
