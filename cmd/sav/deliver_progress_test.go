package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/sink/delivery"
)

func TestBarLine(t *testing.T) {
	tests := []struct {
		name    string
		d       delivery.Progress
		first   int64
		elapsed time.Duration
		want    string
	}{
		{"begin", delivery.Progress{Batches: 48, Pending: 48}, 0, 0,
			"delivering [                        ] 0/48 acknowledged, 0 retried, 0 dead, 0/s"},
		{"half, with a dead one", delivery.Progress{Batches: 48, Acknowledged: 23, Dead: 1, Pending: 24, Retried: 3}, 0,
			2 * time.Second, "delivering [============            ] 23/48 acknowledged, 3 retried, 1 dead, 12/s"},
		{"gone on with", delivery.Progress{Batches: 48, Acknowledged: 48}, 38, time.Second,
			"delivering [========================] 48/48 acknowledged, 0 retried, 0 dead, 10/s"},
		{"no batches", delivery.Progress{}, 0, time.Second,
			"delivering [                        ] 0/0 acknowledged, 0 retried, 0 dead, 0/s"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.want, barLine(test.d, test.first, test.elapsed))
		})
	}
}

// TestDeliveryBar is silent unless asked for, and ends with the last state on
// a line of its own.
func TestDeliveryBar(t *testing.T) {
	var out bytes.Buffer
	for _, progress := range []bool{false, true} {
		bar := newDeliveryBar(&env{stderr: &out, progress: progress})
		for n := range int64(100) {
			bar.show(delivery.Progress{Batches: 100, Acknowledged: n + 1, Pending: 99 - n})
		}
		bar.end()
		if !progress {
			require.Empty(t, out.String())
		}
	}
	text := out.String()
	require.True(t, strings.HasSuffix(text, "\x1b[K\n"))
	require.Equal(t, 1, strings.Count(text, "\n"))
	require.Contains(t, text, "100/100 acknowledged")
}
