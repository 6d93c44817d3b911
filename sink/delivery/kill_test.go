package delivery_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/sink/delivery/receiver"
	"github.com/sav-analytics/sav/sink/delivery"
)

// The tests of this file kill a process that delivers, as kill -9 does. The
// process is this test binary, started again with these variables.
const (
	helperDir  = "SAV_TEST_DELIVER_DIR"
	helperURL  = "SAV_TEST_DELIVER_URL"
	helperStep = "SAV_TEST_DELIVER_KILL" // step:n, kill itself at the n-th such step
)

// helper is the process that is killed.
func helper(dir string) {
	step, nth, _ := strings.Cut(os.Getenv(helperStep), ":")
	left, _ := strconv.ParseInt(nth, 10, 64)
	var count atomic.Int64
	count.Store(left)
	due := func(at string) bool { return at == step && count.Add(-1) == 0 }
	delivery.SetAtStep(func(at string) {
		if due(at) {
			killSelf()
		}
	})
	delivery.SetWriteLine(func(file *os.File, line []byte) error {
		if due("half of " + filepath.Base(file.Name())) {
			file.Write(line[:len(line)/2])
			killSelf()
		}
		_, err := file.Write(line)
		return err
	})
	opts := quick(os.Getenv(helperURL))
	opts.Attempts = 101
	_, err := delivery.Deliver(context.Background(), dir, opts)
	if err != nil && !errors.Is(err, delivery.ErrDead) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func killSelf() {
	if self, err := os.FindProcess(os.Getpid()); err == nil {
		self.Kill()
	}
	select {} // until the signal is there
}

// start starts a helper; its standard error comes with the result of wait.
func start(t *testing.T, dir, url, step string) (process *os.Process, wait func() (killed bool)) {
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), helperDir+"="+dir, helperURL+"="+url, helperStep+"="+step)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	require.NoError(t, cmd.Start())
	return cmd.Process, func() bool {
		err := cmd.Wait()
		if err == nil {
			return false
		}
		status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
		require.True(t, ok && status.Signaled() && status.Signal() == syscall.SIGKILL, "%v: %s", err, stderr.String())
		return true
	}
}

// requireNothingInvented makes sure that what a killed process left behind
// acknowledges only what the receiver has, and has a letter for each batch
// that it calls dead.
func requireNothingInvented(t *testing.T, dir, effects string) {
	t.Helper()
	journals, err := filepath.Glob(filepath.Join(dir, "delivery", "*", delivery.JournalName))
	require.NoError(t, err)
	if len(journals) == 0 {
		return // killed before there was one
	}
	has := make(map[string]bool)
	for _, text := range wholeLines(t, effects+".keys") {
		var k struct{ Key string }
		require.NoError(t, json.Unmarshal([]byte(text), &k))
		has[k.Key] = true
	}
	letters := strings.Join(wholeLines(t, filepath.Join(filepath.Dir(journals[0]), delivery.DeadName)), "")
	for _, text := range wholeLines(t, journals[0]) {
		var l line
		require.NoError(t, json.Unmarshal([]byte(text), &l))
		switch l.Outcome {
		case "acknowledged":
			require.True(t, has[l.Key], "batch %d is acknowledged, and the receiver does not have it", l.Batch)
		case "dead":
			require.Contains(t, letters, l.Key)
		}
	}
}

// wholeLines are the lines of a file that may not be there, but a torn last one.
func wholeLines(t *testing.T, path string) (lines []string) {
	data, err := os.ReadFile(path)
	if !errors.Is(err, os.ErrNotExist) {
		require.NoError(t, err)
	}
	for text := range strings.Lines(string(data)) {
		if strings.HasSuffix(text, "\n") {
			lines = append(lines, text)
		}
	}
	return lines
}

// TestKillAtEachStep kills a delivery at each step of its journal, the first
// time and a later one, and in the middle of each line it writes.
func TestKillAtEachStep(t *testing.T) {
	var steps []string
	for _, step := range delivery.Steps {
		steps = append(steps, step+":1")
	}
	steps = append(steps, "answered:4", "journalled:4", "journalled:6", "letter:2")
	for _, file := range []string{delivery.JournalName, delivery.DeadName} {
		steps = append(steps, "half of "+file+":1", "half of "+file+":2")
	}
	steps = append(steps, "half of "+delivery.JournalName+":6")
	for _, step := range steps {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			dir := newReport(t, 55)
			refuse := atomic.Bool{}
			refuse.Store(true)
			dead := func(w http.ResponseWriter, r *http.Request, _ request, effect http.Handler) {
				if refuse.Load() {
					w.WriteHeader(422)
					return
				}
				effect.ServeHTTP(w, r)
			}
			api := newAPI(t, on("2/6", dead, on("4/6", dead, on("3/6", first(commitThenReset, accept), accept))))
			_, wait := start(t, dir, api.URL, step)
			require.True(t, wait(), "the process is killed")
			requireNothingInvented(t, dir, api.effects)

			opts := quick(api.URL)
			got, err := deliverQuick(t, dir, opts)
			require.ErrorIs(t, err, delivery.ErrDead)
			require.EqualValues(t, 4, got.Acknowledged)
			require.EqualValues(t, 2, got.Dead)
			requireNothingInvented(t, dir, api.effects)
			require.Len(t, lettersOf(t, dir), 2, "one letter for each dead batch")

			refuse.Store(false)
			opts.Replay = true
			_, err = deliverQuick(t, dir, opts)
			require.NoError(t, err)
			requireWhole(t, dir, api.effects, 55)
			require.NoFileExists(t, stateFile(t, dir, delivery.DeadName))
		})
	}
}

// TestKillAtRandom kills deliveries, a fifth of whose requests fail, at random
// points: when a request arrives, when it has had its effect, or a little after
// its answer. With SAV_TEST_KILLS it does so that often, and to deliveries of
// 1,000 batches instead of 200.
func TestKillAtRandom(t *testing.T) {
	kills, rows := 6, 2_000
	if s := os.Getenv("SAV_TEST_KILLS"); s != "" {
		var err error
		kills, err = strconv.Atoi(s)
		require.NoError(t, err)
		rows = 10_000
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	requests := 0
	for killed, round := 0, 0; killed < kills; round++ {
		dir := newReport(t, rows)
		var due atomic.Int64 // requests until the kill
		var kill atomic.Pointer[func(http.Handler, http.ResponseWriter, *http.Request)]
		api := newFaultyAPI(t, receiver.Faults{FailRate: 0.15, ResetRate: 0.05, Seed: seed + uint64(round)},
			func(w http.ResponseWriter, r *http.Request, _ request, effect http.Handler) {
				if due.Add(-1) == 0 {
					(*kill.Load())(effect, w, r)
					return
				}
				effect.ServeHTTP(w, r)
			})
		for done := false; !done; {
			var process *os.Process
			started := make(chan struct{})
			phase, delay := rng.IntN(3), time.Duration(rng.IntN(3000))*time.Microsecond
			strike := func(effect http.Handler, w http.ResponseWriter, r *http.Request) {
				<-started
				switch phase {
				case 0:
					process.Kill()
				case 1:
					defer process.Kill() // also when the fault is to cut the connection
					effect.ServeHTTP(httptest.NewRecorder(), r)
				case 2:
					defer time.AfterFunc(delay, func() { process.Kill() })
					effect.ServeHTTP(w, r)
				}
			}
			kill.Store(&strike)
			due.Store(1 + rng.Int64N(int64(rows)/50))
			if killed >= kills {
				due.Store(-1) // enough: let it finish
			}
			var wait func() bool
			process, wait = start(t, dir, api.URL, "")
			close(started)
			if wait() {
				killed++
			} else {
				done = true
			}
			requireNothingInvented(t, dir, api.effects)
		}
		requireWhole(t, dir, api.effects, rows)
		requests += len(api.got())
		api.Close()
	}
	t.Logf("%d kills, %d requests", kills, requests)
}
