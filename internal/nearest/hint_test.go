package nearest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/nearest"
)

func TestHint(t *testing.T) {
	t.Parallel()
	known := []string{"calendars", "use", "targets"}
	require.Equal(t, "did you mean use?", nearest.Hint("uses", known))
	require.Equal(t, "did you mean use?", nearest.Hint("UsedByEveryone", known))
	require.Equal(t, "expected calendars, use or targets", nearest.Hint("nothing like it", known))
	require.Equal(t, "expected calendars", nearest.Hint("x", known[:1]))
	require.Empty(t, nearest.Hint("x", nil))
	require.Empty(t, nearest.Hint("x", make([]string, 1000)))
}
