package naive_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/naive"
)

// The rules themselves, by the worked example: the client opens at 10:00, is
// answered at 10:30 after two messages, and again at 12:00.
func TestWorkedExample(t *testing.T) {
	in := naive.Read(nil, naive.File{Name: "m.csv", Text: `created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id
2026-03-01 09:00,900,100,900,1
2026-03-01 10:00,100,100,900,1
2026-03-01 10:05,555,100,900,1
2026-03-01 10:20,100,100,900,1
2026-03-01 10:30,900,100,900,1
2026-03-01 11:00,900,100,900,1
2026-03-01 11:30,100,100,900,1
2026-03-01 12:00,900,100,900,1
"2026-03-01
`})
	require.Equal(t, map[string]int64{"rows_read": 9, "other_sender": 1}, in.Counts)
	require.Equal(t, []naive.Reject{{Input: "m.csv", Line: 10, Reason: "bad_quote", Record: `"2026-03-01`}}, in.Rejects)
	pairs, _ := in.Pairs(naive.Options{})
	require.Len(t, pairs, 1)
	require.Equal(t, "100/1", pairs[0].Shown)
	require.EqualValues(t, 1800e6, pairs[0].Responded-pairs[0].Opened)
	require.EqualValues(t, 2, pairs[0].ExchNr)
	require.Equal(t, []int64{1800e6, 1800e6}, pairs[0].TurnTimes)
	rows := naive.Report(pairs, naive.Options{Levels: []string{"all"}})
	require.Len(t, rows, 1)
	require.Equal(t, map[string]float64{"conversations": 1, "answered": 1, "unanswered": 0, "exch_nr": 2,
		"exch_nr_mean": 2, "dt_mean_s": 1800,
		"dt_min_s": 1800, "dt_p50_s": 1800, "dt_p90_s": 1800, "dt_p99_s": 1800, "dt_max_s": 1800, "dt_km_p50_s": 1800,
		"km_answered_24h":          1,
		"km_answered_24h_ci95_low": rows[0].Numbers["km_answered_24h_ci95_low"], "km_answered_24h_ci95_high": 1,
		"wait_24h_mean_s": 1800,
		"turns":           2, "turn_dt_mean_s": 1800}, rows[0].Numbers)
}
