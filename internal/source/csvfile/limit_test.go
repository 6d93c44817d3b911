package csvfile_test

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/naive"
	"github.com/sav-analytics/sav/internal/quirks"
	"github.com/sav-analytics/sav/internal/source/readtest"
	"github.com/sav-analytics/sav/internal/thorough"
	"github.com/sav-analytics/sav/source"
)

// A record beyond the limit is its first line, rejected; what follows is read.
func TestRecordLimit(t *testing.T) {
	t.Parallel()
	const limit = 40
	row := "2026-03-01,1,1,2,3,\n"
	fill := func(n int) string { return strings.Repeat("x", n-len("2026-03-01,1,1,2,3,\n")) }
	for _, test := range []struct {
		name, text string
		want       []naive.Reject
	}{
		{"at the limit", strings.TrimSuffix(row, "\n") + fill(limit) + "\n", nil},
		{"one beyond it", strings.TrimSuffix(row, "\n") + fill(limit+1) + "\n", []naive.Reject{
			{Line: 3, Reason: "field_count", Record: strings.TrimSuffix(row, "\n") + fill(limit+1)}}},
		{"quoted, at the limit", `2026-03-01,1,1,2,3,"` + fill(limit-3) + "\n\"\n", nil},
		{"quoted, one beyond it", `2026-03-01,1,1,2,3,"` + fill(limit-2) + "\n\"\n", []naive.Reject{
			{Line: 3, Reason: "bad_quote", Record: `2026-03-01,1,1,2,3,"` + fill(limit-2)},
			{Line: 4, Reason: "bad_quote", Record: `"`}}},
		{"a quote never closed", `1,2,"` + "\n" + strings.Repeat(row, 20), []naive.Reject{{Line: 3, Reason: "bad_quote",
			Record: `1,2,"`}}},
		{"a quote on each line", strings.Repeat(`1,2,"x`+"\n", 3), []naive.Reject{
			{Line: 3, Reason: "bad_quote", Record: `1,2,"x`}, {Line: 4, Reason: "bad_quote", Record: `1,2,"x`},
			{Line: 5, Reason: "bad_quote", Record: `1,2,"x`}}},
		{"many fields", strings.Repeat(",", 2*limit) + "\n", []naive.Reject{{Line: 3, Reason: "field_count",
			Record: strings.Repeat(",", 2*limit)}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := needed + ",body\n" + row + test.text + row
			for _, chunk := range []int{1, 7, 64, 1 << 20} {
				for _, input := range []string{readtest.File(t, "m.csv", text), readtest.Stdin} {
					for i := range test.want {
						test.want[i].Input = input
					}
					opts := readtest.Options{Stdin: strings.NewReader(text)}.Limit(limit).Cut(chunk, 2)
					got, err := read(ctx, opts, input)
					require.NoError(t, err)
					require.Equal(t, test.want, got.Rejects)
					require.EqualValues(t, strings.Count(text, row)+1, len(got.Messages)+strings.Count(test.name,
						"beyond")+strings.Count(test.name, "quote ")+strings.Count(test.name, "many"), got)
				}
			}
		})
	}
}

// Wherever the limit is, chunks of any size give what one scan gives.
func TestRecordLimitInChunks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := quirks.Draw(t, quirks.Options{Rejects: true}).CSV(t, true)
		if broken := naive.Records(text)[0].Fields; broken == nil {
			t.Skip("the header is broken")
		}
		path := readtest.File(t, "m.csv", text)
		opts := readtest.Options{}.Limit(rapid.IntRange(1, 200).Draw(t, "limit"))
		src, err := open(opts, path)
		require.NoError(t, err)
		defer src.Close()
		want, err := readPlainly(src)
		require.NoError(t, err)
		got, err := read(ctx, opts.Cut(rapid.IntRange(1, 64).Draw(t, "chunk"), rapid.IntRange(1, 3).Draw(t, "workers")),
			path)
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

// endless is a text of n bytes, of which no more than a part is in memory.
func endless(n int64, part string) io.Reader { return io.LimitReader(repeated(part), n) }

type repeated string

func (r repeated) Read(p []byte) (int, error) {
	for i := 0; i < len(p); i += len(r) {
		copy(p[i:], r)
	}
	return len(p), nil
}

// A line without an end, a quote never closed and a file of blank lines take no more
// memory than a record may have.
func TestMemoryOfBrokenInputs(t *testing.T) {
	// Chunks of 64 KiB, so that little is enough to be much.
	const size, limit, most = 16 << 20, 64 << 10, 12 << 20
	row := "2026-03-01,1,1,2,3\n"
	for _, test := range []struct {
		name, begin, part, end string
		rows                   int
		reject                 naive.Reject
	}{
		{"NUL bytes", needed + "\n" + row, strings.Repeat("\x00", 1<<12), "\n" + row, 2,
			naive.Reject{Line: 3, Reason: "field_count", Record: strings.Repeat("\x00", 64<<10) +
				fmt.Sprintf("… (cut: the line has %d bytes)", size+1)}},
		{"NUL bytes to the end", needed + "\n" + row, strings.Repeat("\x00", 1<<12), "", 1,
			naive.Reject{Line: 3, Reason: "field_count", Record: strings.Repeat("\x00", 64<<10) +
				fmt.Sprintf("… (cut: the line has %d bytes)", size)}},
		{"a quote never closed", needed + "\n" + row + "1,\"2\n", strings.Repeat("\n", 1<<12), "\n" + row, 2,
			naive.Reject{Line: 3, Reason: "bad_quote", Record: "1,\"2"}},
		{"blank lines before the header", "", strings.Repeat("\n", 1<<12), "\n" + needed + "\n" + row + "1\n", 1,
			naive.Reject{Line: size + 4, Reason: "field_count", Record: "1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if strings.HasPrefix(test.name, "a quote") && !thorough.On() {
				t.Skip("skipped: 16 million lines; make test-thorough runs it")
			}
			text := io.MultiReader(strings.NewReader(test.begin), endless(size, test.part), strings.NewReader(test.end))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			got, err := read(ctx, readtest.Options{Stdin: text}.Cut(64<<10, 2).Limit(limit), readtest.Stdin)
			runtime.ReadMemStats(&after)
			require.NoError(t, err)
			require.Len(t, got.Messages, test.rows)
			test.reject.Input = readtest.Stdin
			require.Equal(t, []naive.Reject{test.reject}, got.Rejects)
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(most))
		})
	}
}

// The first rows say how long rows are, but never that there are more of them than
// there is room for.
func TestEstimateOfShortRows(t *testing.T) {
	path := readtest.File(t, "m.csv",
		needed+"\n"+strings.Repeat("x\n", 300)+strings.Repeat("2026-03-01,1,1,2,3\n", 10_000))
	src, err := open(readtest.Options{}, path)
	require.NoError(t, err)
	defer src.Close()
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.LessOrEqual(t, src.EstimateRows(), info.Size()/5+1)
	var _ source.Sizer = src
}
