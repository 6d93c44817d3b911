package tally_test

import (
	"math"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/source/verdict"
	"github.com/sav-analytics/sav/internal/tally"
	"github.com/sav-analytics/sav/source"
)

// What became of a row.
const (
	byClient = iota
	byMerchant
	aside // private, say
	rejected
)

// A row of the input. Only one that was rejected may lack a time.
type row struct {
	at   int64
	what int
}

func (r row) isMessage() bool { return r.what <= byMerchant }

// An input is rows by their batch and its file.
type input [][][]row

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// drawInput draws batches of a few files, whose times are few and often a date's first instant.
func drawInput(t *rapid.T) input {
	at := rapid.Custom(func(t *rapid.T) int64 {
		hours := rapid.IntRange(-3, 3).Draw(t, "half days") * 12
		return start.Add(time.Duration(hours) * time.Hour).UnixMicro()
	})
	one := rapid.Custom(func(t *rapid.T) row {
		if rapid.IntRange(0, 2).Draw(t, "without a time") == 0 {
			return row{source.MissingTime, rejected}
		}
		return row{at.Draw(t, "at"), rapid.IntRange(byClient, rejected).Draw(t, "what")}
	})
	return rapid.SliceOfN(rapid.SliceOfN(rapid.SliceOfN(one, 0, 6), 1, 4), 1, 3).Draw(t, "input")
}

func drawOptions(t *rapid.T) tally.Options {
	instant := func(name string) time.Time {
		if rapid.Bool().Draw(t, "no "+name) {
			return time.Time{}
		}
		return start.Add(time.Duration(rapid.IntRange(-3, 2).Draw(t, name)) * 12 * time.Hour)
	}
	o := tally.Options{From: instant("from"), To: instant("to"), AsOf: instant("as of"), Clock: instant("clock")}
	if rapid.Bool().Draw(t, "message_id") {
		o.Columns = 1 << source.MessageID
	}
	o.Zone = rapid.SampledFrom([]*time.Location{nil, time.UTC, time.FixedZone("noon", 12*60*60)}).Draw(t, "zone")
	return o
}

// batches returns the input as the batches of a source, for a receiver that needs needs.
func batches(in input, needs source.Needs) (all []*source.Batch) {
	for file := range in {
		for _, rows := range in[file] {
			b := &source.Batch{Seq: int64(len(all)), File: file, First: source.MissingTime, Last: source.MissingTime}
			all = append(all, b)
			for _, r := range rows {
				b.Counts.Rows++
				if r.at != source.MissingTime {
					b.Last = r.at
					if b.First == source.MissingTime {
						b.First = r.at
					}
				}
				switch {
				case r.isMessage():
					b.At = append(b.At, r.at)
					b.Role = append(b.Role, map[int]source.Role{byMerchant: source.FromMerchant}[r.what])
					continue
				case r.what == aside:
					b.Counts.Private++
				default:
					b.Counts.Rejected[verdict.BadTimestamp]++
				}
				if needs.Others { // that of the row before, if it has none
					b.Others = append(b.Others, verdict.Other{At: b.Last, Rejected: r.what == rejected})
				}
			}
		}
	}
	return all
}

// plainly counts what the input has, row by row.
func plainly(in input, o tally.Options) (counts source.Counts, facts tally.Facts) {
	latest := int64(math.MinInt64)
	for _, file := range in {
		for _, rows := range file {
			for _, r := range rows {
				if r.isMessage() {
					latest = max(latest, r.at)
				}
			}
		}
	}
	end := o.AsOf // of the window
	if end.IsZero() && latest != math.MinInt64 {
		end = time.UnixMicro(latest)
	}
	if !o.To.IsZero() && (end.IsZero() || o.To.Before(end)) {
		end = o.To
	}
	within := func(at int64) bool {
		when := time.UnixMicro(at)
		return (!o.From.IsZero() || !o.To.IsZero()) && !when.Before(o.From) && (end.IsZero() || when.Before(end))
	}
	for _, file := range in {
		var rows []row
		for _, batch := range file {
			rows = append(rows, batch...)
		}
		var before *row // the message before
		for i, r := range rows {
			counts.Rows++
			switch r.what {
			case byClient:
				facts.Clients++
			case byMerchant:
				facts.Merchants++
			case aside:
				counts.Private++
			case rejected:
				counts.Rejected[verdict.BadTimestamp]++
			}
			at := timeOf(rows, i)
			if at != source.MissingTime && within(at) {
				facts.InWindow++
				if r.what == rejected {
					facts.RejectedInWindow++
				}
			}
			if !r.isMessage() {
				continue
			}
			if !o.Clock.IsZero() && o.AsOf.IsZero() && time.UnixMicro(r.at).Sub(o.Clock) > 24*time.Hour {
				facts.Future++
			}
			zone := o.Zone
			if zone == nil {
				zone = time.UTC
			}
			if time.UnixMicro(r.at).In(zone).Format("15:04:05") != "00:00:00" {
				facts.TimesOfDay = 1
			}
			if before != nil && !o.Columns.Has(source.MessageID) {
				switch {
				case before.at < r.at:
					facts.Forward++
				case before.at > r.at:
					facts.Back++
				default:
					facts.Equal++
				}
			}
			before = &r
		}
	}
	return counts, facts
}

// timeOf returns the time of row i of a file: its own, or that of the nearest row before
// with one, or of the first row with one.
func timeOf(rows []row, i int) int64 {
	for j := i; j >= 0; j-- {
		if rows[j].at != source.MissingTime {
			return rows[j].at
		}
	}
	for _, r := range rows {
		if r.at != source.MissingTime {
			return r.at
		}
	}
	return source.MissingTime
}

// Batches in any order, from several goroutines, give what a walk over all rows gives.
func TestTally(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in, opts := drawInput(t), drawOptions(t)
		got := tally.New(opts)
		var all sync.WaitGroup
		for _, b := range rapid.Permutation(batches(in, got.Needs())).Draw(t, "order") {
			all.Go(func() { got.Add(b) })
		}
		all.Wait()
		counts, facts := got.Done()
		wantCounts, wantFacts := plainly(in, opts)
		require.Equal(t, wantCounts, counts)
		require.Equal(t, wantFacts, facts)
	})
}

// Rows beyond the latest message wait until a later one is known: many of them, too.
func TestManyRowsBeyondTheLatestMessage(t *testing.T) {
	t.Parallel()
	for _, messages := range []int{1, 4} { // one after each of the first batches
		in := input{nil}
		for batch := range 4 {
			var rows []row
			for i := range 3000 {
				at := start.Add(time.Duration(batch)*time.Hour).UnixMicro() + int64(i)
				rows = append(rows, row{at, aside + i%2})
			}
			in[0] = append(in[0], rows)
			if batch < messages {
				in[0] = append(in[0], []row{{rows[1000].at, byClient}})
			}
		}
		opts := tally.Options{From: start}
		got := tally.New(opts)
		for _, b := range batches(in, got.Needs()) {
			got.Add(b)
		}
		counts, facts := got.Done()
		wantCounts, wantFacts := plainly(in, opts)
		require.Equal(t, wantCounts, counts)
		require.Equal(t, wantFacts, facts)
		require.EqualValues(t, (messages-1)*3001+1000, facts.InWindow)
	}
}
