package analysis_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/analysis/schema"
	"github.com/sav-analytics/sav/internal/analysistest"
	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/naive"
	"github.com/sav-analytics/sav/internal/quirks"
	"github.com/sav-analytics/sav/internal/thorough"
	"github.com/sav-analytics/sav/sink"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/files"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Run on a file gives what the rules do, whatever is in it.
func TestRunAgainstTheRules(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	zone, err := source.NewZone("Europe/Paris")
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		text := quirks.Draw(t, quirks.Options{Rejects: true}).CSV(t, false)
		opts, plain := analysistest.DrawOptions(t)
		local := rapid.Bool().Draw(t, "local time")
		read, loc := files.Options{Stdin: strings.NewReader(text)}, (*time.Location)(nil)
		if local {
			read.Zone, loc = zone, paris
		}
		result, err := analysistest.Run(t, opts, read)
		require.NoError(t, err)
		requireResult(t, naive.Read(loc, naive.File{Text: text}), plain, result)
	})
}

var ctx = context.Background()

// The same rows in another order give the same bytes.
func TestOrderOfRowsHasNoEffect(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := quirks.Draw(t, quirks.Options{Rejects: true, Ordered: true})
		opts, _ := analysistest.DrawOptions(t)
		opts.Pairs = true
		written := func() (report, pairs string) {
			result, err := analysistest.Run(t, opts, files.Options{Stdin: strings.NewReader(table.Strictly())})
			require.NoError(t, err)
			return csvOf(t, result.Report), csvOf(t, result.Pairs)
		}
		report, pairs := written()
		table.Rows = rapid.Permutation(table.Rows).Draw(t, "shuffled")
		shuffledReport, shuffledPairs := written()
		require.Equal(t, report, shuffledReport)
		require.Equal(t, pairs, shuffledPairs)
	})
}

func csvOf(t require.TestingT, f *frame.Frame) string {
	var b bytes.Buffer
	require.NoError(t, sink.CSV(&b, f))
	return b.String()
}

// scattered hands another source's messages on in small batches, in any order
// and from several goroutines.
type scattered struct {
	source.Source
	size int
	seed uint64
}

func (s *scattered) Read(ctx context.Context, r *source.Receiver) error {
	var batches []*source.Batch
	collect := *r
	collect.Batch = func(b *source.Batch) error { // one at a time: so small an input is one chunk
		for from := 0; from == 0 || from < b.Len(); from += s.size {
			to := min(from+s.size, b.Len())
			part := *b
			part.Seq = int64(len(batches))
			part.At, part.Role = partOf(b.At, from, to), partOf(b.Role, from, to)
			part.Conversation, part.MessageID = partOf(b.Conversation, from, to), partOf(b.MessageID, from, to)
			part.Merchant, part.Country, part.Client = partOf(b.Merchant, from, to), partOf(b.Country, from, to),
				partOf(b.Client, from, to)
			if (s.seed+uint64(part.Seq))%3 == 0 { // as a source does that knows nothing of Texts
				for i, id := range part.Conversation {
					if n, ok := id.InBatch(); ok {
						part.Conversation[i] = r.Dict.ID(b.Texts.Append(nil, n))
					}
				}
				part.Texts = ids.Texts{}
			}
			if from > 0 {
				part.Counts = source.Counts{}
			}
			batches = append(batches, &part)
		}
		return nil
	}
	if err := s.Source.Read(ctx, &collect); err != nil {
		return err
	}
	rand.New(rand.NewPCG(s.seed, 0)).Shuffle(len(batches), func(i, j int) {
		batches[i], batches[j] = batches[j],
			batches[i]
	})
	var group sync.WaitGroup
	var first error
	var once sync.Once
	for w := range 3 {
		group.Go(func() {
			for i := w; i < len(batches); i += 3 {
				if err := r.Batch(batches[i]); err != nil {
					once.Do(func() { first = err })
				}
			}
		})
	}
	group.Wait()
	return first
}

// partOf copies a part of a column, if the column is there.
func partOf[T any](column []T, from, to int) []T {
	if len(column) == 0 {
		return nil
	}
	return append([]T(nil), column[from:to]...)
}

// How the rows are cut into batches, and when these come, has no effect.
func TestOrderOfBatchesHasNoEffect(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := quirks.Draw(t, quirks.Options{MaxRows: 80}).Strictly()
		opts, plain := analysistest.DrawOptions(t)
		src, err := files.Open(context.Background(), []string{files.Stdin},
			files.Options{Stdin: strings.NewReader(text)})
		require.NoError(t, err)
		defer src.Close()
		result, err := analysis.Run(ctx, &scattered{Source: src, size: rapid.IntRange(1, 9).Draw(t, "size"),
			seed: rapid.Uint64().Draw(t, "seed")}, opts)
		require.NoError(t, err)
		requireResult(t, naive.Read(nil, naive.File{Text: text}), plain, result)
	})
}

// Many rows, in many chunks, partitions and groups, through all paths that
// small inputs do not take.
func TestManyRows(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	var b strings.Builder
	b.WriteString("message_id,conversation_id,created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id,country\n")
	for i := range thorough.Or(10_000, 30_000) {
		conversation := random.IntN(5000)
		sender := []string{"5", "9", "9", "5", "1"}[random.IntN(5)]
		at := time.Unix(1_772_359_200+int64(random.IntN(300_000)), int64(random.IntN(3))*1000).UTC()
		b.WriteString(strings.Join([]string{[]string{"", "a", cell(i)}[random.IntN(3)], cell(conversation),
			at.Format("2006-01-02 15:04:05.999999"),
			sender, "5", "9", cell(conversation % 700), []string{"FR", "DE", "", "it"}[conversation%4]}, ",") + "\n")
	}
	text := b.String()
	in := naive.Read(nil, naive.File{Text: text})
	for _, opts := range []naive.Options{
		{},
		{From: time.Unix(1_772_400_000, 0), To: time.Unix(1_772_500_000, 0), AsOf: time.Unix(1_772_600_000, 0),
			Levels: []string{"merchant_client", "all"}},
	} {
		levels, err := analysis.ParseLevels(strings.Join(opts.Levels, ","))
		require.NoError(t, err)
		result, err := analysistest.Run(t, analysis.Options{AsOf: opts.AsOf, From: opts.From, To: opts.To,
			Levels: levels, Pairs: true},
			files.Options{Stdin: strings.NewReader(text)})
		require.NoError(t, err)
		requireResult(t, in, opts, result)
	}
}

// The sample's report is what the rules make of it, not only what it was.
func TestSampleAgainstTheRules(t *testing.T) {
	text, err := os.ReadFile("../testdata/messages.csv")
	require.NoError(t, err)
	golden, err := os.ReadFile("../testdata/report.csv")
	require.NoError(t, err)
	result, err := analysistest.Run(t, analysis.Options{}, files.Options{Stdin: bytes.NewReader(text)})
	require.NoError(t, err)
	require.True(t, string(golden) == csvOf(t, result.Report), "testdata/report.csv")

	lines := strings.SplitAfter(string(text), "\n")
	part := strings.Join(lines[:min(thorough.Or(5000, 1e6), len(lines))], "")
	result, err = analysistest.Run(t, analysis.Options{Pairs: true}, files.Options{Stdin: strings.NewReader(part)})
	require.NoError(t, err)
	requireResult(t, naive.Read(nil, naive.File{Text: part}), naive.Options{}, result)
}

func TestNoMessages(t *testing.T) {
	const header = "created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id\n"
	for name, text := range map[string]string{"no rows": header, "no messages": header + "2026-03-01,1,2,3,4\n"} {
		t.Run(name, func(t *testing.T) {
			result, err := analysistest.Run(t, analysis.Options{Pairs: true},
				files.Options{Stdin: strings.NewReader(text)})
			require.NoError(t, err)
			require.Zero(t, result.Report.Len())
			require.Zero(t, result.Pairs.Len())
			require.Zero(t, result.AsOf)
			require.Equal(t, schema.Schema{}.Names(), result.Report.Names())
		})
	}
}

// What goes wrong elsewhere comes back as it is.
func TestRunErrors(t *testing.T) {
	stop := errors.New("stop")
	const text = "created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id\nx,1,2,3,4\n"
	_, err := analysistest.Run(t, analysis.Options{Reject: func(*source.Reject) error { return stop }},
		files.Options{Stdin: strings.NewReader(text)})
	require.ErrorIs(t, err, stop)

	_, err = analysistest.Run(t, analysis.Options{},
		files.Options{Stdin: io.MultiReader(strings.NewReader(text+strings.Repeat("x,1,2,3,4\n", 50_000)),
			failing{stop})})
	require.ErrorIs(t, err, stop)

	src, err := files.Open(context.Background(), []string{files.Stdin}, files.Options{Stdin: strings.NewReader(text)})
	require.NoError(t, err)
	defer src.Close()
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(stop)
	_, err = analysis.Run(ctx, src, analysis.Options{})
	require.ErrorIs(t, err, stop)
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// What no report can be made of is an error, whatever is asked for.
func TestNothingToRunOn(t *testing.T) {
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for name, opts := range map[string]analysis.Options{
		"an empty window":       {From: noon, To: noon},
		"a window that is none": {From: noon, To: noon.Add(-time.Microsecond)},
		"an unknown level":      {Levels: []analysis.Level{analysis.All, 77}},
		"less than no memory":   {MemoryLimit: -1},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := analysis.Run(ctx, analysistest.Conversations("1"), opts)
			require.ErrorContains(t, err, "analysis: ")
		})
	}
	_, err := analysis.Run(ctx, nil, analysis.Options{})
	require.ErrorContains(t, err, "no source")
	_, _, err = analysis.Messages(ctx, nil)
	require.ErrorContains(t, err, "no source")
	_, err = analysis.FirstResponses(ctx, nil, analysis.Options{})
	require.ErrorContains(t, err, "no frame")
	_, err = analysis.Report(ctx, nil, analysis.Options{})
	require.ErrorContains(t, err, "no frame")
	nothing, err := frame.New()
	require.NoError(t, err)
	_, err = analysis.Report(ctx, nothing, analysis.Options{Levels: []analysis.Level{77}})
	require.ErrorContains(t, err, "unknown level 77")
}

// However many rows a source promises, and however much memory it may take, it takes
// what it needs.
func TestPromisesCostNothing(t *testing.T) {
	for _, rows := range []int64{-1, 1 << 40, math.MaxInt64} {
		for _, limit := range []int64{0, 1, 1 << 50, math.MaxInt64} {
			src := &promising{analysistest.Conversations("1", "2", "3"), rows}
			result, err := analysis.Run(ctx, src, analysis.Options{MemoryLimit: limit, SpillDir: t.TempDir()})
			require.NoError(t, err)
			require.EqualValues(t, 3, result.Conversations)
		}
	}
}

type promising struct {
	source.Source
	rows int64
}

func (p *promising) EstimateRows() int64 { return p.rows }
