package delivery

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func testKey(batch int) string { return fmt.Sprint("key", batch) }

// testLine reads lines of a journal whose keys are by testKey.
func testLine(line []byte) (entry, bool) { return parseLine(line, testKey, format) }

func drawEntry(t *rapid.T) entry {
	batch := rapid.IntRange(-1, 6).Draw(t, "batch")
	return entry{
		Batch:   batch,
		Key:     testKey(batch),
		InDoubt: rapid.Bool().Draw(t, "in_doubt"),
		Outcome: rapid.SampledFrom([]outcome{acknowledged, dead, unknown, unauthorized, "newer than this"}).Draw(t,
			"outcome"),
		Attempts: rapid.IntRange(0, 4).Draw(t, "attempts"),
		Error:    rapid.String().Draw(t, "error"),
		At:       time.Unix(rapid.Int64Range(0, 1e10).Draw(t, "at"), 0).UTC(),
	}
}

// TestJournalCutAnywhere: whatever a crash leaves of the file, the whole lines
// are read and what is appended afterwards is, too.
func TestJournalCutAnywhere(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		path := filepath.Join(dir, "journal")
		require.NoError(t, os.RemoveAll(path))
		entries := rapid.SliceOfN(rapid.Custom(drawEntry), 0, 8).Draw(t, "entries")
		j, bad, err := openJournal(path, testLine, func(entry) { t.Fatal("a new journal is empty") })
		require.NoError(t, err)
		require.Zero(t, bad)
		for _, e := range entries {
			require.NoError(t, j.append(e))
		}
		require.NoError(t, j.close())
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		cut := rapid.IntRange(0, len(data)).Draw(t, "cut")
		require.NoError(t, os.WriteFile(path, data[:cut], 0o600))
		whole := bytes.Count(data[:cut], []byte("\n"))

		var got []entry
		collect := func(e entry) { got = append(got, e) }
		j, bad, err = openJournal(path, testLine, collect)
		require.NoError(t, err)
		require.Zero(t, bad)
		require.Equal(t, len(entries[:whole]), len(got))
		last := drawEntry(t)
		require.NoError(t, j.append(last))
		require.NoError(t, j.close())
		data, err = os.ReadFile(path)
		require.NoError(t, err)
		require.True(t, bytes.HasSuffix(data, []byte("\n")), "nothing is left of the torn line")
		got = nil
		j, bad, err = openJournal(path, testLine, collect)
		require.NoError(t, err)
		require.NoError(t, j.close())
		require.Zero(t, bad)
		require.Equal(t, append(entries[:whole:whole], last), got)
	})
}

// TestJournalAfterALongTornLine: what is appended is shorter than what a crash left,
// of which nothing stays behind it.
func TestJournalAfterALongTornLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	require.NoError(t, os.WriteFile(path, []byte(`{"batch":1,"error":"`+strings.Repeat("x", 10_000)), 0o600))
	j, bad, err := openJournal(path, testLine, func(entry) { t.Fatal("no line is whole") })
	require.NoError(t, err)
	require.Zero(t, bad)
	require.NoError(t, j.append(entry{Batch: 2, Key: testKey(2)}))
	require.NoError(t, j.close())
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Regexp(t, `^\{"batch":2,[^x]*\}\n$`, string(data))
}

// TestJournalFromManyWorkers: lines of workers that append at once stay whole.
func TestJournalFromManyWorkers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	j, _, err := openJournal(path, testLine, nil)
	require.NoError(t, err)
	const workers, each = 8, 50
	var wg sync.WaitGroup
	errs := make(chan error, workers*each)
	for w := range workers {
		wg.Go(func() {
			for n := range each {
				errs <- j.append(entry{Batch: w*each + n, Key: testKey(w*each + n), Error: strings.Repeat("x", w*1000)})
			}
		})
	}
	wg.Wait()
	for range workers * each {
		require.NoError(t, <-errs)
	}
	require.NoError(t, j.close())
	seen := make(map[int]bool)
	j, bad, err := openJournal(path, testLine, func(e entry) { seen[e.Batch] = true })
	require.NoError(t, err)
	require.NoError(t, j.close())
	require.Zero(t, bad)
	require.Len(t, seen, workers*each)
}

// FuzzReadJournal reads any bytes without a panic, as far as the last line
// break, each line once.
func FuzzReadJournal(f *testing.F) {
	f.Add([]byte(`{"batch":1,"outcome":"acknowledged","attempts":1,"at":"2024-01-01T00:00:00Z"}` + "\n" +
		`{"batch":2,"outc`))
	f.Add([]byte("\n\n{}\n[]\nnull\n\x00\x00\x00\n"))
	f.Add([]byte(`{"batch":1e99}` + "\n" + `{"batch":-1,"outcome":7}` + "\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		l := newLedger(3)
		entries := 0
		size, bad, err := readJournal(bytes.NewReader(data), testLine, func(e entry) { entries++; l.apply(e) })
		require.NoError(t, err)
		require.EqualValues(t, bytes.LastIndexByte(data, '\n')+1, size)
		require.Equal(t, bytes.Count(data, []byte("\n")), entries+bad)
		s := l.summary("")
		require.Equal(t, s.Batches, s.Acknowledged+s.Dead+s.Pending)
		require.GreaterOrEqual(t, min(s.Acknowledged, s.Dead, s.Pending, s.Retried), int64(0))
	})
}

// TestLedger books entries as the simplest bookkeeper would: by going through
// all of them for each batch.
func TestLedger(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const batches = 4
		entries := rapid.SliceOf(rapid.Custom(drawEntry)).Draw(t, "entries")
		l := newLedger(batches)
		for _, e := range entries {
			l.apply(e)
		}
		var nAcked, nDead, nRetried int64
		for batch := 1; batch <= batches; batch++ {
			state, attempts := unknown, 0
			for _, e := range entries {
				if e.Batch != batch {
					continue
				}
				attempts += e.Attempts
				if known := e.Outcome == acknowledged || e.Outcome == dead || e.Outcome == unknown; known &&
					state != acknowledged {
					state = e.Outcome
				}
			}
			switch state {
			case acknowledged:
				nAcked++
			case dead:
				nDead++
			}
			nRetried += int64(max(attempts-1, 0))
			require.Equal(t, state == acknowledged, l.has(batch, isAcked))
			require.Equal(t, state == dead, l.has(batch, isDead))
		}
		s := l.summary("e")
		require.Equal(t, fmt.Sprint("e", batches, nAcked, nDead, batches-nAcked-nDead, nRetried),
			fmt.Sprint(s.Endpoint, s.Batches, s.Acknowledged, s.Dead, s.Pending, s.Retried))
	})
}
