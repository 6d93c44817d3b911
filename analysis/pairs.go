package analysis

import (
	"cmp"
	"slices"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/source"
)

// Values of the pairs' column status.
const (
	StatusAnswered   = "answered"
	StatusUnanswered = "unanswered"
)

// Values of the pairs' column target_status.
const (
	TargetMet    = "met"
	TargetMissed = "missed"
	TargetOpen   = "open" // not answered, and the target has not run out
)

// PairColumns returns the columns of a frame of pairs that a file of them shows, in
// its order. A frame of pairs has two more, so that a report can be made from
// it: censored_at, until when an unanswered conversation was observed, and
// turn_time_us, the sum of the times of its turns in µs.
func PairColumns() []string {
	return []string{"conversation_id", "country", "merchant_id", "client_user_id", "status",
		"opened_at", "responded_at", "dt_s", "waited_s", "exch_nr", "turns"}
}

// pairsFrame makes a frame of conversations, ordered by their opening time,
// then their id.
func pairsFrame(rows []exchangeRow, keys []groupKey, asOf int64, dict *source.Dict) (*frame.Frame, error) {
	slices.SortFunc(rows, func(a, b exchangeRow) int {
		return cmp.Or(cmp.Compare(a.opened, b.opened), dict.Compare(a.conversation, b.conversation))
	})
	n := len(rows)
	conversation, merchant, client := make([]source.ID, n), make([]source.ID, n), make([]source.ID, n)
	country := make([]source.Text, n)
	status := make([]uint32, n)
	answered, unanswered := frame.NewBitmap(n), frame.NewBitmap(n)
	opened, responded, censoredAt := make([]int64, n), make([]int64, n), make([]int64, n)
	dt, waited := make([]float64, n), make([]float64, n)
	exchNr, turns, turnTime := make([]int64, n), make([]int64, n), make([]int64, n)
	for i := range rows {
		r := &rows[i]
		key := keys[r.group]
		conversation[i], merchant[i], client[i], country[i] = r.conversation, key.merchant, key.client, key.country
		opened[i], turns[i], turnTime[i] = r.opened, r.turns, r.time
		waited[i] = float64(r.responded-r.opened) / microsecond
		if r.answered {
			answered.Set(i)
			responded[i], exchNr[i] = r.responded, r.exchNr
			dt[i] = waited[i]
		} else {
			unanswered.Set(i)
			status[i], censoredAt[i] = 1, asOf
		}
	}
	return frame.New(
		idColumn("conversation_id", conversation, dict),
		countryColumn(country, dict),
		idColumn("merchant_id", merchant, dict),
		idColumn("client_user_id", client, dict),
		frame.Dictionary("status", status, []string{StatusAnswered, StatusUnanswered}, nil),
		frame.Times("opened_at", opened, nil),
		frame.Times("responded_at", responded, answered),
		frame.Float64s("dt_s", dt, answered),
		frame.Float64s("waited_s", waited, nil),
		frame.Int64s("exch_nr", exchNr, answered),
		frame.Int64s("turns", turns, nil),
		frame.Times("censored_at", censoredAt, unanswered),
		frame.Int64s("turn_time_us", turnTime, nil),
	)
}
