package analysis_test

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/analysis/schema"
	"github.com/sav-analytics/sav/internal/naive"
)

// requireResult compares all of a result with the naive rules'.
func requireResult(t require.TestingT, in naive.Input, opts naive.Options, got *analysis.Result) {
	pairs, counts := in.Pairs(opts)
	answered, latest := int64(0), int64(0)
	for _, p := range pairs {
		if p.Answered {
			answered++
		}
	}
	rejected := make(map[string]int64)
	for _, r := range in.Rejects {
		rejected[r.Reason]++
	}
	for _, m := range in.Messages {
		latest = max(latest, m.At)
	}
	asOf := opts.AsOf
	if asOf.IsZero() && latest > 0 {
		asOf = time.UnixMicro(latest)
	}
	require.Equal(t, rejected, got.Rows.RejectedBy())
	require.Equal(t, map[string]int64{
		"rows": in.Counts["rows_read"], "private": in.Counts["private"], "other": in.Counts["other_sender"],
		"ambiguous": in.Counts["ambiguous_local"], "duplicates": counts["duplicates"], "after": counts["after_as_of"],
		"merchant only": counts["merchant_only"], "outside": counts["outside_window"],
		"conversations": int64(len(pairs)), "answered": answered,
	}, map[string]int64{
		"rows": got.Rows.Rows, "private": got.Rows.Private, "other": got.Rows.OtherSender,
		"ambiguous": got.Rows.AmbiguousLocal, "duplicates": got.Duplicates, "after": got.AfterAsOf,
		"merchant only": got.MerchantOnly, "outside": got.OutsideWindow,
		"conversations": got.Conversations, "answered": got.Answered,
	})
	require.True(t, asOf.Equal(got.AsOf), "as of %v, not %v", asOf, got.AsOf)
	requireReport(t, naive.Report(pairs, opts), got.Report)
	if got.Pairs != nil {
		requirePairs(t, pairs, opts, got.Pairs)
	}
}

// requireReport compares a report with the naive rules': names and counts to
// the letter, numbers as far as 6 decimals show.
func requireReport(t require.TestingT, want []naive.Row, got *frame.Frame) {
	names := got.Names()
	_, err := schema.ColumnsOf(names)
	require.NoError(t, err)
	var wantKeys, gotKeys [][4]string
	for _, r := range want {
		wantKeys = append(wantKeys, [4]string{r.Level, r.Country, r.Merchant, r.Client})
	}
	for i := range got.Len() {
		var key [4]string
		for c, v := range got.Row(i)[:4] {
			key[c] = cell(v)
		}
		gotKeys = append(gotKeys, key)
	}
	require.Equal(t, wantKeys, gotKeys)
	for i, r := range want {
		row := got.Row(i)
		seen := 0
		for c := 4; c < len(names); c++ {
			v, there := r.Numbers[names[c]]
			switch g := row[c].(type) {
			case nil:
				require.False(t, there, "%v: %s is %v, not empty", wantKeys[i], names[c], v)
				continue
			case int64:
				require.Equal(t, v, float64(g), "%v: %s", wantKeys[i], names[c])
			case float64:
				require.True(t, there, "%v: %s is empty, not %v", wantKeys[i], names[c], g)
				require.InDelta(t, v, g, 1e-7+1e-12*math.Abs(v), "%v: %s", wantKeys[i], names[c])
			}
			seen++
		}
		require.Len(t, r.Numbers, seen, "%v", wantKeys[i])
	}
}

// requirePairs compares pairs with the naive rules' to the letter.
func requirePairs(t require.TestingT, want []naive.Pair, opts naive.Options, got *frame.Frame) {
	has := schema.Schema{Work: opts.Policy != nil && len(opts.Policy.Calendars) > 0,
		Targets: opts.Policy.HasTargets()}
	shown, err := got.Select(has.PairColumns()...)
	require.NoError(t, err)
	var wantRows, gotRows []string
	for _, p := range want {
		opened, responded := time.UnixMicro(p.Opened).UTC(), time.UnixMicro(p.Responded).UTC()
		seconds := func(micros int64) string { return strconv.FormatFloat(float64(micros)/1e6, 'g', -1, 64) }
		row := []string{p.Shown, p.Country, p.Merchant, p.Client, "unanswered", opened.String(), "", "",
			seconds(p.Observed), "",
			fmt.Sprint(len(p.TurnTimes))}
		if p.Answered {
			dt := seconds(p.Responded - p.Opened)
			copy(row[4:], []string{"answered", opened.String(), responded.String(), dt, dt, fmt.Sprint(p.ExchNr)})
		}
		if has.Work {
			row = append(row, seconds(opts.Policy.Worked(&p)))
		}
		if has.Targets {
			if target := opts.Policy.Target(&p); target != nil {
				row = append(row, seconds(target.Micros), target.Status)
			} else {
				row = append(row, "", "")
			}
		}
		wantRows = append(wantRows, strings.Join(row, "|"))
	}
	for i := range shown.Len() {
		var row []string
		for _, v := range shown.Row(i) {
			row = append(row, cell(v))
		}
		gotRows = append(gotRows, strings.Join(row, "|"))
	}
	require.Equal(t, wantRows, gotRows)
}

// cell is a value as text; null is empty.
func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}
