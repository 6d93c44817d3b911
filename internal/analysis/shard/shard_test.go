package shard_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"hash/crc32"
	"hash/fnv"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/analysis/inside"
	"github.com/sav-analytics/sav/internal/analysis/shard"
	"github.com/sav-analytics/sav/internal/analysistest"
	"github.com/sav-analytics/sav/internal/quirks"
	"github.com/sav-analytics/sav/internal/tally"
	"github.com/sav-analytics/sav/policy"
	"github.com/sav-analytics/sav/sink"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/files"
)

// A part hands on those messages of another source whose conversation is its
// own. The first shard has all that was counted only.
type part struct {
	source.Source
	number, of uint32
}

func (s *part) Read(ctx context.Context, r *source.Receiver) error {
	filter := *r
	filter.Needs.OwnConversations = false
	filter.Batch = func(b *source.Batch) error {
		part := source.Batch{Seq: b.Seq}
		if s.number == 0 {
			part.Counts = b.Counts
		}
		for i, id := range b.Conversation {
			h := fnv.New32a()
			h.Write([]byte(r.Dict.IDText(id)))
			if h.Sum32()%s.of != s.number {
				continue
			}
			part.At, part.Role = append(part.At, b.At[i]), append(part.Role, b.Role[i])
			part.Conversation, part.MessageID = append(part.Conversation, id), append(part.MessageID, b.MessageID[i])
			part.Merchant, part.Country = append(part.Merchant, b.Merchant[i]), append(part.Country, b.Country[i])
			if len(b.Client) > 0 {
				part.Client = append(part.Client, b.Client[i])
			}
		}
		return r.Batch(&part)
	}
	return s.Source.Read(ctx, &filter)
}

// written is a state as it comes back from a file.
func written(t require.TestingT, s *shard.State, name string) *shard.State {
	var b bytes.Buffer
	n, err := s.WriteTo(&b)
	require.NoError(t, err)
	require.EqualValues(t, b.Len(), n)
	read, err := shard.Read(&b, name)
	require.NoError(t, err)
	return read
}

// However conversations are spread over shards, their states give what one run
// over everything does.
func TestMergeIsOneRun(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := quirks.Draw(t, quirks.Options{Rejects: true}).CSV(t, false)
		opts, _ := analysistest.DrawOptions(t)
		opts.Detail, opts.Pairs = true, false
		opts.Every = rapid.SampledFrom([]analysis.Every{analysis.Never, analysis.Daily, analysis.Weekly,
			analysis.Monthly}).Draw(t, "every")
		open := func() source.Source {
			src, err := files.Open(context.Background(), []string{files.Stdin},
				files.Options{Stdin: strings.NewReader(text)})
			require.NoError(t, err)
			return src
		}
		want, err := analysis.Run(ctx, open(), opts)
		require.NoError(t, err)
		shards := rapid.Uint32Range(1, 5).Draw(t, "shards")
		var states []*shard.State
		for i := range shards {
			result, state, err := shard.Run(ctx, &part{open(), i, shards}, opts)
			require.NoError(t, err)
			states = append(states, written(t, state, "a shard"))
			if shards == 1 {
				require.Equal(t, csvOf(t, want.Report), csvOf(t, result.Report))
			}
		}
		states = rapid.Permutation(states).Draw(t, "order")
		got, err := shard.Merge(ctx, states, analysis.Options{Levels: opts.Levels, Detail: true})
		require.NoError(t, err)
		require.Equal(t, csvOf(t, want.Report), csvOf(t, got.Report))
		for _, facts := range []*tally.Facts{&inside.Of(got).Facts, &inside.Of(want).Facts} {
			// A shard knows neither the rows between its own nor the latest message of all.
			*facts = tally.Facts{Clients: facts.Clients, Merchants: facts.Merchants}
		}
		got.Report, got.Elapsed, want.Report, want.Elapsed = nil, analysis.Result{}.Elapsed, nil, analysis.Result{}.Elapsed
		require.Equal(t, want, got)
	})
}

// A state that is made alone says what that of a whole run does, but for the sample.
func TestOfIsTheStateOfARun(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := quirks.Draw(t, quirks.Options{Rejects: true}).CSV(t, false)
		opts, _ := analysistest.DrawOptions(t)
		opts.Pairs = false
		open := func() source.Source {
			src, err := files.Open(context.Background(), []string{files.Stdin},
				files.Options{Stdin: strings.NewReader(text)})
			require.NoError(t, err)
			return src
		}
		alone, err := shard.Of(ctx, open(), opts)
		require.NoError(t, err)
		want, err := analysis.Run(ctx, open(), opts)
		require.NoError(t, err)
		require.Equal(t, want.Rows, alone.Rows())
		alone.Bucket, alone.Spread = shard.Bucket{Number: 2, Of: 3}, want.Rows.Rows
		got, err := shard.Merge(ctx, []*shard.State{written(t, alone, "alone")}, opts)
		require.NoError(t, err)
		require.Equal(t, csvOf(t, want.Report), csvOf(t, got.Report))
		require.Equal(t, [...]int64{want.Duplicates, want.AfterAsOf, want.MerchantOnly, want.OutsideWindow,
			want.Conversations, want.Answered},
			[...]int64{got.Duplicates, got.AfterAsOf, got.MerchantOnly, got.OutsideWindow, got.Conversations,
				got.Answered})
	})
}

var ctx = context.Background()

func csvOf(t require.TestingT, f *frame.Frame) string {
	var b bytes.Buffer
	require.NoError(t, sink.CSV(&b, f))
	return b.String()
}

func stateOf(t require.TestingT, src source.Source, name string, opts analysis.Options) *shard.State {
	_, state, err := shard.Run(ctx, src, opts)
	require.NoError(t, err)
	return written(t, state, name)
}

// States that don't belong together are refused, with what is wrong.
func TestMergeRefuses(t *testing.T) {
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	a := func(opts analysis.Options) *shard.State {
		return stateOf(t, analysistest.Conversations("1", "x"), "a", opts)
	}
	b := func(opts analysis.Options) *shard.State {
		return stateOf(t, analysistest.Conversations("2", "y"), "b", opts)
	}
	none := analysis.Options{}
	hour, err := analysis.ParseWithin("1h")
	require.NoError(t, err)
	for _, test := range []struct {
		name   string
		states []*shard.State
		opts   analysis.Options
		want   string
	}{
		{"nothing", nil, none, "no shards"},
		{"nil", []*shard.State{a(none), nil}, none, "shard 2 of 2 is nil"},
		{"one shard twice", []*shard.State{a(none), b(none), a(none)}, none, "a and a are the same shard"},
		{"a number in two shards", []*shard.State{a(none), stateOf(t, analysistest.Conversations("1", "z"), "c", none)},
			none, "a and c share conversations"},
		{"a text in two shards", []*shard.State{a(none), stateOf(t, analysistest.Conversations("z", "x"), "c", none)},
			none, "a and c share conversations"},
		{"other windows", []*shard.State{a(none), b(analysis.Options{From: noon})}, none,
			"b has another window than a"},
		{"other as-of", []*shard.State{a(none), b(analysis.Options{AsOf: noon})}, none, "b has another as-of than a"},
		{"other periods", []*shard.State{a(none), b(analysis.Options{Every: analysis.Daily})}, none,
			`b has periods by "day", a by ""`},
		{"other zones", []*shard.State{a(none), b(analysis.Options{Zone: paris})}, none,
			"times of b were read in the zone Europe/Paris, those of a in UTC"},
		{"other times within", []*shard.State{a(none), b(analysis.Options{Within: hour})}, none,
			"b counts answers within [1h], a within [24h]"},
		{"other silences", []*shard.State{a(none), b(analysis.Options{NewAfter: time.Hour})}, none,
			"b begins a new conversation after 1h0m0s of silence, a after 0s"},
		{"as-of too early", []*shard.State{a(none)}, analysis.Options{AsOf: noon.Add(-6 * time.Hour)},
			"there are messages up to 2026-03-01T10:00:00Z"},
		{"as-of not theirs", []*shard.State{a(analysis.Options{AsOf: noon})},
			analysis.Options{AsOf: noon.Add(time.Microsecond)}, "a was made as of 2026-03-01T12:00:00Z"},
		{"clients", []*shard.State{a(none)}, analysis.Options{Levels: []analysis.Level{analysis.ByMerchantClient}},
			"a was made without the level merchant_client"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := shard.Merge(ctx, test.states, test.opts)
			require.ErrorIs(t, err, shard.ErrState)
			require.ErrorContains(t, err, test.want)
		})
	}
}

// Two ids with one hash are two conversations, and the same one is found out beside
// them.
func TestMergeTellsIDsOfOneHashApart(t *testing.T) {
	a, b := sameHash(t)
	dict := source.NewDict()
	require.Equal(t, dict.Hash(dict.ID([]byte(a))), dict.Hash(dict.ID([]byte(b))))
	none := analysis.Options{}
	shards := []*shard.State{stateOf(t, analysistest.Conversations("1", a), "a", none),
		stateOf(t, analysistest.Conversations("2", b), "b", none)}
	got, err := shard.Merge(ctx, shards, none)
	require.NoError(t, err)
	require.EqualValues(t, 4, got.Conversations)
	_, err = shard.Merge(ctx, append(shards, stateOf(t, analysistest.Conversations("x", b, a), "c", none)), none)
	require.ErrorContains(t, err, "share conversations")
}

// sameHash returns two texts with the same hash: checksums are linear, so that
// Gaussian elimination finds characters to change with no effect on any bit.
func sameHash(t require.TestingT) (a, b string) {
	const length = 65 // one more than the bits of a hash
	checksums := func(s string) uint64 {
		return uint64(crc32.Checksum([]byte(s),
			crc32.MakeTable(crc32.Castagnoli)))<<32 | uint64(crc32.ChecksumIEEE([]byte(s)))
	}
	text := func(changed *big.Int) string {
		s := []byte(strings.Repeat("a", length))
		for i := range s {
			s[i] += byte(changed.Bit(i)) << 1 // an a or a c
		}
		return string(s)
	}
	type change struct {
		effect uint64
		of     *big.Int
	}
	var basis []change
	for i := range length {
		c := change{of: new(big.Int).SetBit(new(big.Int), i, 1)}
		c.effect = checksums(text(c.of)) ^ checksums(text(new(big.Int)))
		for _, other := range basis {
			if c.effect^other.effect < c.effect {
				c.effect ^= other.effect
				c.of.Xor(c.of, other.of)
			}
		}
		if c.effect == 0 {
			return text(new(big.Int)), text(c.of)
		}
		basis = append(basis, c)
		slices.SortFunc(basis, func(a, b change) int { return cmp.Compare(b.effect, a.effect) })
	}
	require.Fail(t, "no collision")
	return "", ""
}

// As-of may be later than all messages: then clients wait for longer.
func TestMergeSettlesAsOf(t *testing.T) {
	states := []*shard.State{stateOf(t, analysistest.Conversations("1", "x"), "a", analysis.Options{})}
	later := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	got, err := shard.Merge(ctx, states, analysis.Options{AsOf: later})
	require.NoError(t, err)
	want, err := analysis.Run(ctx, analysistest.Conversations("1", "x"), analysis.Options{AsOf: later})
	require.NoError(t, err)
	require.Equal(t, csvOf(t, want.Report), csvOf(t, got.Report))
	require.Equal(t, later, got.AsOf)
}

// What is no state, or not as it was written, is refused.
func TestReadStateRefuses(t *testing.T) {
	var b bytes.Buffer
	_, err := stateOf(t, analysistest.Conversations("1", "2", "x"), "a", analysis.Options{}).WriteTo(&b)
	require.NoError(t, err)
	good := b.Bytes()
	for cut := range good {
		_, err := shard.Read(bytes.NewReader(good[:cut]), "cut.state")
		require.ErrorIs(t, err, shard.ErrState)
		bad := bytes.Clone(good)
		bad[cut] ^= 1
		_, err = shard.Read(bytes.NewReader(bad), "bad.state")
		require.ErrorIs(t, err, shard.ErrState)
		require.ErrorContains(t, err, "bad.state")
	}
	_, err = shard.Read(strings.NewReader("sav state 9\n"), "new.state")
	require.ErrorContains(t, err, "new.state is of another version of sav")
}

// Bytes with a right checksum are a state or an error, never a fault.
func FuzzReadState(f *testing.F) {
	var b bytes.Buffer
	_, err := stateOf(f, analysistest.Conversations("1", "2", "x"), "a", analysis.Options{}).WriteTo(&b)
	require.NoError(f, err)
	f.Add(b.Bytes()[:b.Len()-sha256.Size])
	b = bytes.Buffer{}
	full := stateOf(f, analysistest.Conversations("1", "2", "x"), "b", analysis.Options{Policy: promised(f, "1h")})
	full.Inputs, full.Headers = []string{"x"},
		[]*source.Header{{Names: []string{"x"}, Set: map[source.Field]string{source.Country: "FR"}}}
	_, err = full.WriteTo(&b)
	require.NoError(f, err)
	f.Add(b.Bytes()[:b.Len()-sha256.Size])
	f.Fuzz(func(t *testing.T, data []byte) {
		sum := sha256.Sum256(data)
		s, err := shard.Read(bytes.NewReader(append(data, sum[:]...)), "fuzzed")
		if err != nil {
			require.ErrorIs(t, err, shard.ErrState)
			return
		}
		_, err = shard.Merge(ctx, []*shard.State{s}, analysis.Options{Detail: true})
		if err != nil {
			require.ErrorIs(t, err, shard.ErrState)
		}
	})
}

// What no state can be made of is an error.
func TestNothingToRunOn(t *testing.T) {
	unknown := analysis.Options{Levels: []analysis.Level{77}}
	_, err := shard.Of(ctx, analysistest.Conversations("1"), unknown)
	require.ErrorContains(t, err, "unknown level 77")
	_, _, err = shard.Run(ctx, analysistest.Conversations("1"), unknown)
	require.ErrorContains(t, err, "unknown level 77")
	_, err = shard.Merge(ctx, []*shard.State{{}}, unknown)
	require.ErrorContains(t, err, "unknown level 77")
	_, err = shard.Of(ctx, nil, analysis.Options{})
	require.ErrorIs(t, err, analysis.ErrNoSource)
	_, _, err = shard.Run(ctx, nil, analysis.Options{})
	require.ErrorIs(t, err, analysis.ErrNoSource)
}

// promised is a policy with a calendar and a target.
func promised(t require.TestingT, target string) *policy.Policy {
	p, err := policy.Parse("policy.yaml", []byte("calendars: {a: {zone: UTC, week: {mon-sun: 09:00-17:00}}}\n"+
		"use: {default: a}\ntargets: {clock: work, default: "+target+", merchants: {nobody: 1m}, countries: {XX: 1m}}"))
	require.NoError(t, err)
	return p
}

// Shards that were made with different policies, or some with none, do not make one report.
func TestMergeOfOtherPolicies(t *testing.T) {
	t.Parallel()
	a := stateOf(t, analysistest.Conversations("1"), "a", analysis.Options{Policy: promised(t, "1h")})
	b := stateOf(t, analysistest.Conversations("2"), "b", analysis.Options{Policy: promised(t, "2h")})
	none := stateOf(t, analysistest.Conversations("3"), "none", analysis.Options{})
	same := stateOf(t, analysistest.Conversations("4"), "same", analysis.Options{Policy: promised(t, "1h")})
	for _, other := range []*shard.State{b, none} {
		_, err := shard.Merge(ctx, []*shard.State{a, same, other}, analysis.Options{})
		require.ErrorIs(t, err, shard.ErrState)
		require.ErrorContains(t, err, other.Name+" was made with another policy than a: ")
	}
	read := written(t, a, "a")
	require.Equal(t, a.Policy().SHA256, read.Policy().SHA256)
	// which has no effect
	result, err := shard.Merge(ctx, []*shard.State{read, same}, analysis.Options{Policy: promised(t, "2h")})
	require.NoError(t, err)
	require.Contains(t, result.Report.Names(), "target_share")
	require.Equal(t, []policy.Who{{Country: "XX"}, {Merchant: "nobody"}}, result.Unused)
}

// A state that counts rows whose messages are elsewhere goes with any others.
func TestRowsAloneGoWithAnyState(t *testing.T) {
	within, err := analysis.ParseWithin("1h,2h")
	require.NoError(t, err)
	rows := stateOf(t, analysistest.Conversations(), "rows", analysis.Options{})
	all := stateOf(t, analysistest.Conversations("1", "x"), "all", analysis.Options{Within: within,
		NewAfter: time.Hour})
	for _, states := range [][]*shard.State{{rows, all}, {all, rows}} {
		got, err := shard.Merge(ctx, states, analysis.Options{})
		require.NoError(t, err)
		require.EqualValues(t, 2, got.Conversations)
		require.Contains(t, got.Report.Names(), "km_answered_2h")
	}
}
