package analysis

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What is put into a cell comes out of it, at both ends of what may be put in.
func TestTimed(t *testing.T) {
	last := time.Date(2099, 12, 31, 23, 59, 59, 999_999_000, time.UTC)
	for _, opened := range []time.Time{time.Unix(0, 0), time.Date(1990, 1, 1, 0, 14, 59, 0, time.UTC), last} {
		for _, g := range []group{0, 1, math.MaxUint32} {
			for _, s := range []span{newSpan(0, 0), newSpan(last.UnixMicro(), censored)} {
				c := timed(s, g, opened.UnixMicro())
				require.Equal(t, s, c.span())
				require.Equal(t, g, c.group())
				require.Equal(t, opened.Unix()/900, int64(c.opened()))
			}
		}
	}
}
