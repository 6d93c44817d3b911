package analysis_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
	"github.com/sav-analytics/sav/internal/analysis/inside"
	"github.com/sav-analytics/sav/internal/analysistest"
	"github.com/sav-analytics/sav/internal/quirks"
	"github.com/sav-analytics/sav/policy"
	"github.com/sav-analytics/sav/source/files"
)

// A report with periods is that without, with each period's own report among its rows;
// and one reading for all periods of a window finds what one for each finds.
func TestPeriodsAgainstWindows(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	promised, err := policy.Parse("policy.yaml",
		[]byte("calendars: {paris: {zone: Europe/Paris, week: {mon-fri: \"09:00-17:00\"}}}\n"+
			"use: {default: paris}\ntargets: {clock: work, default: 4h}\n"))
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		text := quirks.Draw(t, quirks.Options{Rejects: true}).CSV(t, false)
		opts, _ := analysistest.DrawOptions(t)
		opts.Policy = rapid.SampledFrom([]*policy.Policy{nil, promised}).Draw(t, "policy")
		opts.Detail, opts.Pairs = true, rapid.Bool().Draw(t, "pairs")
		opts.Zone = rapid.SampledFrom([]*time.Location{nil, paris}).Draw(t, "zone")
		run := func(opts analysis.Options) *analysis.Result {
			result, err := analysistest.Run(t, opts, files.Options{Stdin: strings.NewReader(text)})
			require.NoError(t, err)
			result.Elapsed = analysis.Result{}.Elapsed
			return result
		}
		first := run(opts)
		if first.AsOf.IsZero() {
			return
		}
		opts.AsOf = first.AsOf // or it could differ where nothing is read
		every := rapid.SampledFrom([]analysis.Every{analysis.Daily, analysis.Weekly, analysis.Monthly}).Draw(t, "every")
		if opts.From.IsZero() {
			opts.From = first.AsOf.AddDate(0, 0, -rapid.IntRange(1, 40).Draw(t, "days back"))
		}
		if opts.To.IsZero() || !opts.To.After(opts.From) || opts.To.Sub(opts.From) > 1000*24*time.Hour {
			opts.To = opts.From.AddDate(0, 0, rapid.IntRange(1, 40).Draw(t, "days"))
		}
		whole := run(opts)
		opts.Every = every
		withPeriods := run(opts)

		src, err := files.Open(context.Background(), []string{files.Stdin},
			files.Options{Stdin: strings.NewReader(text)})
		require.NoError(t, err)
		periods, err := analysis.RunPeriods(ctx, src, opts)
		require.NoError(t, err)
		require.Equal(t, whole.Conversations, periods.Whole.Conversations)
		require.Equal(t, csvOf(t, whole.Report), csvOf(t, ofPeriod(t, withPeriods.Report, "")))
		names := make(map[string]bool)
		for i, w := range periods.Windows {
			names[w.Name] = true
			require.True(t, w.From.Before(opts.AsOf) && w.From.Before(w.To))
			require.True(t, i == 0 && w.From.Equal(opts.From) || i > 0 && w.From.Equal(periods.Windows[i-1].To))
			alone := opts
			alone.Every, alone.From, alone.To = analysis.Never, w.From, w.To
			want := run(alone)
			got, err := periods.Result(ctx, i)
			require.NoError(t, err)
			require.Equal(t, csvOf(t, want.Report), csvOf(t, got.Report))
			require.Equal(t, csvOf(t, want.Report), csvOf(t, ofPeriod(t, withPeriods.Report, w.Name)))
			if opts.Pairs {
				require.Equal(t, csvOf(t, want.Pairs), csvOf(t, got.Pairs))
			}
			// Which rows are in the window is judged for the whole of it.
			gotFacts, wantFacts := &inside.Of(got).Facts, &inside.Of(want).Facts
			gotFacts.InWindow, gotFacts.RejectedInWindow = wantFacts.InWindow, wantFacts.RejectedInWindow
			got.Report, got.Pairs, got.Elapsed = nil, nil, analysis.Result{}.Elapsed
			want.Report, want.Pairs = nil, nil
			require.Equal(t, want, got)
			_, err = periods.Result(ctx, i)
			require.Error(t, err)
		}
		column, err := withPeriods.Report.Column("period")
		require.NoError(t, err)
		for i := range column.Len() {
			if !column.IsNull(i) && !names[column.Dictionary()[column.Codes()[i]]] {
				// One that begins with as-of holds what was opened at it alone.
				require.Equal(t, opts.AsOf.UnixMicro(), latestOpening(t, withPeriods))
			}
		}
	})
}

func latestOpening(t require.TestingT, r *analysis.Result) int64 {
	if r.Pairs == nil {
		return r.AsOf.UnixMicro()
	}
	column, err := r.Pairs.Column("opened_at")
	require.NoError(t, err)
	return column.Int64s()[column.Len()-1]
}

// ofPeriod returns the rows of a period, without its name.
func ofPeriod(t require.TestingT, report *frame.Frame, name string) *frame.Frame {
	of := expr.Col("period").Eq(name)
	if name == "" {
		of = expr.Col("period").IsNull()
	}
	rows, err := report.Filter(of)
	require.NoError(t, err)
	var others []string
	for _, column := range report.Names() {
		if column != "period" {
			others = append(others, column)
		}
	}
	rows, err = rows.Select(others...)
	require.NoError(t, err)
	return rows
}

func TestParseEvery(t *testing.T) {
	for _, every := range []analysis.Every{analysis.Never, analysis.Daily, analysis.Weekly, analysis.Monthly} {
		parsed, err := analysis.ParseEvery(every.String())
		require.NoError(t, err)
		require.Equal(t, every, parsed)
	}
	_, err := analysis.ParseEvery("year")
	require.ErrorContains(t, err, `"year" is not a period; expected one of day, week, month`)
	opts := analysis.Options{Every: 77}
	require.ErrorContains(t, opts.Check(), "unknown period")
	_, err = analysis.RunPeriods(ctx, nil, analysis.Options{})
	require.ErrorContains(t, err, "need Every, From and To")
}
