package pair_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/analysis/pair"
	"github.com/sav-analytics/sav/internal/micros"
	"github.com/sav-analytics/sav/source"
)

// said makes a conversation's messages of "10:05 c", "10:07 m", …
func said(t *testing.T, messages ...string) (stamps []pair.Stamp) {
	t.Helper()
	for _, m := range messages {
		at, err := time.Parse("15:04", m[:5])
		require.NoError(t, err)
		role := source.FromClient
		if m[6:] == "m" {
			role = source.FromMerchant
		}
		stamps = append(stamps, pair.NewStamp(at.AddDate(2026, 0, 0).UnixMicro(), role))
	}
	return stamps
}

func TestPair(t *testing.T) {
	const minute = 60 * micros.PerSecond
	for _, test := range []struct {
		name     string
		messages []string
		want     pair.Exchange
	}{
		{"nothing", nil, pair.Exchange{Opening: pair.None, Response: pair.None}},
		// The other sender's message at 10:05 never comes so far.
		{"the worked example", []string{"09:00 m", "10:00 c", "10:20 c", "10:30 m", "11:00 m", "11:30 c", "12:00 m"},
			pair.Exchange{Opening: 1, Response: 3, ExchNr: 2, Turns: 2, TurnTime: 60 * minute}},
		{"c m", []string{"10:00 c", "10:01 m"}, pair.Exchange{Opening: 0, Response: 1, ExchNr: 1, Turns: 1,
			TurnTime: minute}},
		{"c c c m", []string{"10:00 c", "10:01 c", "10:02 c", "10:09 m"}, pair.Exchange{Opening: 0, Response: 3,
			ExchNr: 3, Turns: 1, TurnTime: 9 * minute}},
		{"merchant only", []string{"10:00 m", "10:01 m"}, pair.Exchange{Opening: pair.None, Response: pair.None}},
		{"unanswered", []string{"10:00 c", "10:01 c"}, pair.Exchange{Opening: 0, Response: pair.None}},
		{"merchant first, then unanswered", []string{"09:00 m", "10:00 c"}, pair.Exchange{Opening: 1,
			Response: pair.None}},
		{"an answer at once", []string{"10:00 c", "10:00 m"}, pair.Exchange{Opening: 0, Response: 1, ExchNr: 1,
			Turns: 1}},
		{"the merchant goes on", []string{"10:00 c", "10:01 m", "10:05 m", "10:09 m"}, pair.Exchange{Opening: 0,
			Response: 1, ExchNr: 1, Turns: 1, TurnTime: minute}},
		{"an open turn does not count", []string{"10:00 c", "10:01 m", "10:05 c", "10:06 c"}, pair.Exchange{Opening: 0,
			Response: 1, ExchNr: 1, Turns: 1, TurnTime: minute}},
		{"later client messages are not counted", []string{"10:00 c", "10:01 m", "10:02 c", "10:03 c", "10:04 m"},
			pair.Exchange{Opening: 0, Response: 1, ExchNr: 1, Turns: 2, TurnTime: 3 * minute}},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.want, pair.Find(said(t, test.messages...)))
		})
	}
}

func TestStamp(t *testing.T) {
	for _, at := range []int64{0, 1, 1_772_359_200_000_001, -1, -86_400_000_000, 4_102_444_799_999_999} {
		for _, role := range []source.Role{source.FromClient, source.FromMerchant} {
			s := pair.NewStamp(at, role)
			require.Equal(t, at, s.At())
			require.Equal(t, role == source.FromMerchant, s.Role() == source.FromMerchant)
			require.False(t, s.Before(pair.NewStamp(at, source.FromMerchant)), "the role decides nothing")
			require.True(t, s.Before(pair.NewStamp(at+1, source.FromClient)))
		}
	}
}
