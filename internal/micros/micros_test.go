package micros_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/micros"
)

func TestDuration(t *testing.T) {
	require.Equal(t, time.Second, micros.Duration(micros.PerSecond))
	require.Equal(t, -1500*time.Millisecond, micros.Duration(-1_500_000))
}
