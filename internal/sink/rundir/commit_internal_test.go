package rundir

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/analysis/detail"
	"github.com/sav-analytics/sav/internal/analysis/schema"
	"github.com/sav-analytics/sav/internal/filelock"
	"github.com/sav-analytics/sav/internal/outfile"
	"github.com/sav-analytics/sav/internal/thorough"
)

var errKilled = errors.New("killed")

// killAt has the n-th call that names a file, and all after it, do nothing, as
// if the process had been killed there. It returns what begins a new process,
// and reports whether there was an n-th call. Tests that use it do not run in
// parallel with others.
func killAt(n int64) (restart func() (killed bool)) {
	var calls atomic.Int64
	outfile.AtName = func(call, path string) error {
		if calls.Add(1) >= n {
			return fmt.Errorf("%w before %s %s", errKilled, call, path)
		}
		return nil
	}
	return func() bool {
		outfile.AtName = func(string, string) error { return nil }
		return calls.Load() >= n
	}
}

// A wanted is what one run puts into a folder.
type wanted struct {
	version string
	rows    int
	page    bool
	failed  bool // the run comes to no report
}

func (w wanted) put(dir, pairs string) error {
	folder, err := OpenFolder(context.Background(), dir)
	if err != nil {
		return err
	}
	defer folder.Close()
	if w.failed {
		return folder.Fail(&Run{Version: w.version})
	}
	described := schema.Schema{}.Columns()
	columns := make([]frame.Column, len(described))
	for i, c := range described {
		switch c.Kind {
		case schema.Text:
			columns[i] = frame.Texts(c.Name, make([]string, w.rows), nil)
		case schema.Count:
			columns[i] = frame.Int64s(c.Name, make([]int64, w.rows), nil)
		default:
			columns[i] = frame.Float64s(c.Name, make([]float64, w.rows), nil)
		}
	}
	report, err := frame.New(columns...)
	if err != nil {
		return err
	}
	folder.Pairs, folder.PairsPath = report, pairs
	folder.Detail = &detail.Detail{Zone: w.version}
	if w.page {
		folder.Page = func(out io.Writer, r *Result) error {
			_, err := io.WriteString(out, r.Run.Version+" "+r.Run.ReportSHA256)
			return err
		}
	}
	return folder.Put(context.Background(), report, &Run{Version: w.version, Conversations: int64(w.rows)})
}

// requireOneOf makes sure that dir holds one result, whole, and returns whose.
func requireOneOf(t *testing.T, dir string, of ...wanted) wanted {
	t.Helper()
	r, err := ReadResult(t.Context(), dir)
	require.NoError(t, err)
	for _, w := range of {
		if w.version != r.Run.Version {
			continue
		}
		require.Equal(t, w.rows, r.Report.Len())
		require.EqualValues(t, w.rows, r.Run.Conversations)
		require.Equal(t, w.version, r.Detail.Zone)
		page, err := os.ReadFile(filepath.Join(dir, PageName))
		if w.page {
			require.NoError(t, err)
			require.Equal(t, r.Run.Version+" "+r.Run.ReportSHA256, string(page))
		} else {
			require.ErrorIs(t, err, os.ErrNotExist)
		}
		pairs, err := os.ReadFile(r.Run.Files["pairs"])
		require.NoError(t, err)
		require.Equal(t, r.Run.PairsSHA256, sha256Hex(pairs))
		file, run, err := OpenReport(t.Context(), dir)
		require.NoError(t, err)
		defer file.Close()
		data, err := io.ReadAll(file)
		require.NoError(t, err)
		require.Equal(t, run.ReportSHA256, sha256Hex(data))
		return w
	}
	t.Fatalf("the result is of %q", r.Run.Version)
	return wanted{}
}

// Whatever is killed wherever, the folder holds the older result or the newer,
// whole: also if the process that finishes a commit is killed in turn.
func TestKilledAtEachName(t *testing.T) {
	older, newer := wanted{"older", 2, true, false}, wanted{"newer", 3, false, false}
	for _, first := range []wanted{older, newer} {
		second := newer
		if first == newer {
			second = older
		}
		root := t.TempDir()
		// All results are put by the same two paths.
		dir, pairs := filepath.Join(root, "now", "out"), filepath.Join(root, "now", "elsewhere", "pairs.csv")
		require.NoError(t, first.put(dir, pairs))
		require.NoError(t, wanted{version: "failed", failed: true}.put(dir, pairs))
		reset := func(to string) {
			require.NoError(t, os.RemoveAll(filepath.Join(root, "now")))
			require.NoError(t, os.CopyFS(filepath.Join(root, "now"), os.DirFS(filepath.Join(root, to))))
		}
		require.NoError(t, os.CopyFS(filepath.Join(root, "before"), os.DirFS(filepath.Join(root, "now"))))

		for n, done := int64(1), false; !done; n++ {
			reset("before")
			restart := killAt(n)
			err := second.put(dir, pairs)
			killed := restart()
			require.Equal(t, killed, err != nil)
			done = !killed
			require.NoError(t, os.CopyFS(filepath.Join(root, fmt.Sprint(n)), os.DirFS(filepath.Join(root, "now"))))
			for m := int64(1); ; m++ { // killed again while it finishes the commit
				reset(fmt.Sprint(n))
				restart = killAt(m)
				_, err = ReadResult(t.Context(), dir)
				again := restart()
				require.Equal(t, again, err != nil, "%v", err)
				state := requireOneOf(t, dir, first, second)
				if done {
					require.Equal(t, second, state)
				}
				if !again || !thorough.On() {
					break
				}
			}
			if n%3 == 0 || done {
				require.NoError(t, first.put(dir, pairs), "the next run")
				require.Equal(t, first, requireOneOf(t, dir, first))
				require.Empty(t, hidden(t, dir, filepath.Dir(pairs)))
			}
		}
	}
}

// A run that fails leaves the files of one failure, whatever is killed.
func TestKilledWhileFailing(t *testing.T) {
	for n := int64(1); ; n++ {
		dir := filepath.Join(t.TempDir(), "out")
		pairs := filepath.Join(dir, "pairs.csv")
		older := wanted{"older", 2, false, false}
		require.NoError(t, older.put(dir, pairs))
		restart := killAt(n)
		err := wanted{version: "failed", failed: true}.put(dir, pairs)
		if !restart() {
			require.NoError(t, err)
			break
		}
		require.ErrorIs(t, err, errKilled)
		requireOneOf(t, dir, older)
		if run, err := ReadRun(t.Context(), filepath.Join(dir, FailedDir)); err == nil {
			require.Equal(t, "failed", run.Version)
			require.FileExists(t, filepath.Join(dir, FailedDir, RejectsName))
		}
	}
}

// hidden are the names in dirs that begin with a point.
func hidden(t *testing.T, dirs ...string) (names []string) {
	t.Helper()
	for _, dir := range dirs {
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		for _, entry := range entries {
			if strings.HasPrefix(entry.Name(), ".") {
				names = append(names, entry.Name())
			}
		}
	}
	return names
}

// Sweeping at every moment of a commit takes no file from it.
func TestSweepDuringCommit(t *testing.T) {
	dir := t.TempDir()
	for range 3 {
		outfile.AtName = func(call, path string) error {
			if call != "remove" { // sweep removes
				outfile.Sweep(filepath.Dir(path), filepath.Base(path), ReportName)
			}
			return nil
		}
		err := outfile.WriteFile(filepath.Join(dir, ReportName), outfile.Public, []byte("whole"))
		outfile.AtName = func(string, string) error { return nil }
		require.NoError(t, err)
	}
}

// Of runs that change one folder at the same time, and readers beside them,
// each finds one result.
func TestConcurrentRuns(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "out")
	pairs := filepath.Join(dir, "pairs.csv")
	one, two := wanted{"one", 2, false, false}, wanted{"two", 3, false, false}
	require.NoError(t, one.put(dir, pairs))
	var writers, readers sync.WaitGroup
	var stop atomic.Bool
	for _, w := range []wanted{one, two} {
		writers.Go(func() {
			for range 6 {
				if err := w.put(dir, pairs); err != nil {
					t.Error(err)
				}
			}
		})
	}
	readers.Go(func() {
		for !stop.Load() {
			if _, err := ReadResult(t.Context(), dir); err != nil {
				t.Error(err)
			}
			if _, err := ReadRun(t.Context(), dir); err != nil {
				t.Error(err)
			}
		}
	})
	writers.Wait()
	stop.Store(true)
	readers.Wait()
	requireOneOf(t, dir, one, two)
}

// A list that asks for anything else than a commit's own renames is refused, and
// nothing of it is done.
func TestForeignCommit(t *testing.T) {
	t.Parallel()
	for name, list := range map[string]string{
		"damaged":           `{"renames":[{"fr`,
		"not temporary":     `{"renames":[{"from":"victim","to":"report.csv"}]}`,
		"of another name":   `{"renames":[{"from":".victim.1.tmp","to":"report.csv"}]}`,
		"of another folder": `{"renames":[{"from":"sub/.report.csv.1.tmp","to":"report.csv"}]}`,
		"removes":           `{"renames":[],"remove":["victim"]}`,
		"removes above":     `{"renames":[],"remove":["../out"]}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "out")
			require.NoError(t, os.MkdirAll(filepath.Join(dir, "sub"), 0o700))
			for _, file := range []string{"victim", ".victim.1.tmp", "sub/.report.csv.1.tmp"} {
				require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte("kept"), 0o600))
			}
			require.NoError(t, os.WriteFile(filepath.Join(dir, commitName), []byte(list), 0o600))
			_, err := ReadRun(t.Context(), dir)
			require.ErrorIs(t, err, ErrResult)
			require.ErrorContains(t, err, commitName)
			_, err = OpenFolder(t.Context(), dir)
			require.ErrorIs(t, err, ErrResult)
			for _, file := range []string{"victim", ".victim.1.tmp", "sub/.report.csv.1.tmp"} {
				require.FileExists(t, filepath.Join(dir, file))
			}
			require.NoFileExists(t, filepath.Join(dir, ReportName))
		})
	}
}

// Waiting for the folder's lock ends when the context is done.
func TestWaitingForTheLockEnds(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	unlock, err := lockFolder(t.Context(), dir)
	require.NoError(t, err)
	defer unlock()
	if folder, err := os.Open(dir); err == nil {
		defer folder.Close()
		if !errors.Is(filelock.Lock(folder), filelock.ErrHeld) {
			t.Skip("this file system has no locks")
		}
	}
	stop := errors.New("stop")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stop)
	for name, wait := range map[string]func() error{
		"OpenFolder":  func() error { _, err := OpenFolder(ctx, dir); return err },
		"OpenReport":  func() error { _, _, err := OpenReport(ctx, dir); return err },
		"OpenPairs":   func() error { _, _, err := OpenPairs(ctx, dir); return err },
		"ReadRun":     func() error { _, err := ReadRun(ctx, dir); return err },
		"ReadReport":  func() error { _, _, err := ReadReport(ctx, dir); return err },
		"ReadResult":  func() error { _, err := ReadResult(ctx, dir); return err },
		"ReadWaiting": func() error { _, _, err := ReadWaiting(ctx, dir); return err },
		"UpdateRun":   func() error { _, err := UpdateRun(ctx, dir, "", func(*Run) {}); return err },
		"WritePage": func() error {
			_, err := WritePage(ctx, dir, func(io.Writer, *Result) error { return nil })
			return err
		},
	} {
		require.ErrorIs(t, wait(), stop, name)
	}
}
