package analysis

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/source"
)

// said makes a conversation's messages of "10:05 c", "10:07 m", …
func said(t *testing.T, messages ...string) (stamps []stamp) {
	t.Helper()
	for _, m := range messages {
		at, err := time.Parse("15:04", m[:5])
		require.NoError(t, err)
		role := source.FromClient
		if m[6:] == "m" {
			role = source.FromMerchant
		}
		stamps = append(stamps, newStamp(at.AddDate(2026, 0, 0).UnixMicro(), role))
	}
	return stamps
}

func TestPair(t *testing.T) {
	const minute = 60 * microsecond
	for _, test := range []struct {
		name     string
		messages []string
		want     exchange
	}{
		{"nothing", nil, exchange{opening: none, response: none}},
		// The other sender's message at 10:05 never comes so far.
		{"the worked example", []string{"09:00 m", "10:00 c", "10:20 c", "10:30 m", "11:00 m", "11:30 c", "12:00 m"},
			exchange{opening: 1, response: 3, exchNr: 2, turns: 2, turnTime: 60 * minute}},
		{"c m", []string{"10:00 c", "10:01 m"}, exchange{opening: 0, response: 1, exchNr: 1, turns: 1, turnTime: minute}},
		{"c c c m", []string{"10:00 c", "10:01 c", "10:02 c", "10:09 m"}, exchange{opening: 0, response: 3, exchNr: 3, turns: 1, turnTime: 9 * minute}},
		{"merchant only", []string{"10:00 m", "10:01 m"}, exchange{opening: none, response: none}},
		{"unanswered", []string{"10:00 c", "10:01 c"}, exchange{opening: 0, response: none}},
		{"merchant first, then unanswered", []string{"09:00 m", "10:00 c"}, exchange{opening: 1, response: none}},
		{"an answer at once", []string{"10:00 c", "10:00 m"}, exchange{opening: 0, response: 1, exchNr: 1, turns: 1}},
		{"the merchant goes on", []string{"10:00 c", "10:01 m", "10:05 m", "10:09 m"}, exchange{opening: 0, response: 1, exchNr: 1, turns: 1, turnTime: minute}},
		{"an open turn does not count", []string{"10:00 c", "10:01 m", "10:05 c", "10:06 c"}, exchange{opening: 0, response: 1, exchNr: 1, turns: 1, turnTime: minute}},
		{"later client messages are not counted", []string{"10:00 c", "10:01 m", "10:02 c", "10:03 c", "10:04 m"},
			exchange{opening: 0, response: 1, exchNr: 1, turns: 2, turnTime: 3 * minute}},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.want, pair(said(t, test.messages...)))
		})
	}
}

func TestStamp(t *testing.T) {
	for _, at := range []int64{0, 1, 1_772_359_200_000_001, -1, -86_400_000_000, 4_102_444_799_999_999} {
		for _, role := range []source.Role{source.FromClient, source.FromMerchant} {
			s := newStamp(at, role)
			require.Equal(t, at, s.at())
			require.Equal(t, role == source.FromMerchant, s.isMerchant())
			require.False(t, s.before(newStamp(at, source.FromMerchant)), "the role decides nothing")
			require.True(t, s.before(newStamp(at+1, source.FromClient)))
		}
	}
}
