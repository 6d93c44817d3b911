package analysis

import (
	"cmp"
	"slices"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/waits"
	"github.com/sav-analytics/sav/internal/micros"
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

// pairsFrame makes a frame of conversations, ordered by their opening time,
// then their id.
func pairsFrame(rows []waits.Pair, keys []groups.Key, dict *source.Dict, opts *Options) (*frame.Frame, error) {
	slices.SortFunc(rows, func(a, b waits.Pair) int {
		return cmp.Or(cmp.Compare(a.Opened, b.Opened), dict.Compare(a.Conversation, b.Conversation))
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
		key := keys[r.Group]
		conversation[i], merchant[i], client[i], country[i] = r.Conversation, key.Merchant, key.Client, key.Country
		opened[i], turns[i], turnTime[i] = r.Opened, r.Turns, r.TurnTime
		waited[i] = float64(r.Ended-r.Opened) / micros.PerSecond
		if r.Answered {
			answered.Set(i)
			responded[i], exchNr[i] = r.Ended, r.ExchNr
			dt[i] = waited[i]
		} else {
			unanswered.Set(i)
			status[i], censoredAt[i] = 1, r.Ended
		}
	}
	columns := []frame.Column{
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
	}
	return frame.New(append(columns, promisedColumns(rows, keys, dict, opts)...)...)
}

// promisedColumns returns the columns of conversations that a policy adds.
func promisedColumns(rows []waits.Pair, keys []groups.Key, dict *source.Dict, opts *Options) (columns []frame.Column) {
	has, n := opts.schema(), len(rows)
	if has.Work {
		worked := make([]float64, n)
		for i := range rows {
			worked[i] = float64(rows[i].Worked) / micros.PerSecond
		}
		columns = append(columns, frame.Float64s("work_waited_s", worked, nil))
	}
	if !has.Targets {
		return columns
	}
	of := make([]float64, len(keys)) // seconds, by group
	for g, key := range keys {
		target, _ := opts.Policy.Target(dict.IDText(key.Merchant), dict.TextOf(key.Country))
		of[g] = float64(target) / micros.PerSecond
	}
	target, status := make([]float64, n), make([]uint32, n)
	promised := frame.NewBitmap(n)
	for i := range rows {
		if rows[i].Outcome == waits.NoTarget {
			continue
		}
		promised.Set(i)
		target[i] = of[rows[i].Group]
		switch rows[i].Outcome {
		case waits.Missed:
			status[i] = 1
		case waits.Open:
			status[i] = 2
		}
	}
	return append(columns, frame.Float64s("target_s", target, promised),
		frame.Dictionary("target_status", status, []string{TargetMet, TargetMissed, TargetOpen}, promised))
}
