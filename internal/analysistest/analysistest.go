// Package analysistest has what tests of analysis and of the packages below it share.
package analysistest

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/naive"
	"github.com/sav-analytics/sav/internal/quirks"
	"github.com/sav-analytics/sav/policy"
	"github.com/sav-analytics/sav/source/files"
	"github.com/sav-analytics/sav/source/memory"
)

// DrawOptions draws what a report is about, for the engine and for the naive
// rules, with ends and as-of at and around the instants of quirks.
func DrawOptions(t *rapid.T) (analysis.Options, naive.Options) {
	instant := func(name string) time.Time {
		base := rapid.SampledFrom([]int64{0, 0, 1774746000, 1792893600, 1772359200}).Draw(t, name)
		if base == 0 {
			return time.Time{}
		}
		return time.Unix(base+rapid.SampledFrom([]int64{-86400, -1, 0, 1, 43200}).Draw(t, name+" plus"), 0)
	}
	n := naive.Options{AsOf: instant("as of"), From: instant("from"), To: instant("to")}
	if !n.From.IsZero() && !n.To.IsZero() && !n.From.Before(n.To) {
		n.To = n.From.Add(12 * time.Hour) // another window is an error
	}
	n.NewAfter = rapid.SampledFrom([]time.Duration{0, 0, time.Microsecond, time.Second, time.Hour, 24 * time.Hour}).
		Draw(t, "new after")
	n.NewestFirst = rapid.Bool().Draw(t, "newest first")
	if rapid.Bool().Draw(t, "own levels") {
		all := []string{"all", "country", "merchant", "country_merchant", "merchant_client"}
		n.Levels = rapid.Permutation(all).Draw(t, "levels")[:rapid.IntRange(1, len(all)).Draw(t, "number of levels")]
	}
	if rapid.Bool().Draw(t, "own times") {
		all := []string{"0s", "1s", "60s", "90m", "1d", "2d"}
		from := rapid.IntRange(0, len(all)-1).Draw(t, "first time")
		n.Within = all[from:rapid.IntRange(from+1, len(all)).Draw(t, "last time")]
	}
	var promised *policy.Policy
	if rapid.IntRange(0, 2).Draw(t, "policy") == 0 {
		n.Policy = quirks.DrawPolicy(t)
		p, err := policy.Parse("policy.yaml", []byte(n.Policy.Text()))
		require.NoError(t, err)
		promised = p
	}
	levels, err := analysis.ParseLevels(strings.Join(n.Levels, ","))
	require.NoError(t, err)
	within, err := analysis.ParseWithin(strings.Join(n.Within, ","))
	require.NoError(t, err)
	return analysis.Options{AsOf: n.AsOf, From: n.From, To: n.To, NewAfter: n.NewAfter, NewestFirst: n.NewestFirst,
		Levels: levels, Within: within, Policy: promised, Pairs: rapid.Bool().Draw(t, "pairs")}, n
}

// Run runs on standard input.
func Run(t require.TestingT, opts analysis.Options, read files.Options) (*analysis.Result, error) {
	src, err := files.Open(context.Background(), []string{files.Stdin}, read)
	require.NoError(t, err)
	defer src.Close()
	return analysis.Run(context.Background(), src, opts)
}

// Texts returns the texts of a column, or its integers as texts.
func Texts(t require.TestingT, f *frame.Frame, name string) []string {
	c, err := f.Column(name, frame.Text, frame.Int64)
	require.NoError(t, err)
	texts := make([]string, c.Len())
	for i := range texts {
		if c.Type() == frame.Text {
			texts[i] = c.Dictionary()[c.Codes()[i]]
		} else {
			texts[i] = strconv.FormatInt(c.Int64s()[i], 10)
		}
	}
	return texts
}

// Conversations returns conversations of one client message each, some answered after a minute.
func Conversations(ids ...string) *memory.Source {
	var all []memory.Message
	opened := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	for i, id := range ids {
		m := memory.Message{CreatedAt: opened.Add(time.Duration(i) * time.Hour), ConversationID: id, SenderUserID: "1",
			ClientUserID: "1", MerchantUserID: "2", MerchantID: "3"}
		all = append(all, m)
		if i%2 == 0 {
			m.SenderUserID, m.CreatedAt = "2", m.CreatedAt.Add(time.Minute)
			all = append(all, m)
		}
	}
	return memory.New(all)
}
