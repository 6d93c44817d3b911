package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sav-analytics/sav/internal/analysis/schema"
	"github.com/sav-analytics/sav/internal/outfile"
	"github.com/sav-analytics/sav/internal/sink/rundir"
)

// TestMain makes this test binary the sav command, too, for scripts.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"sav": func() {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			status := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
			stop()
			os.Exit(status)
		},
	})
}

// TestScripts runs testdata/script/*.txtar, each of which reads like a terminal
// session. Beside testscript's own commands they have:
//
//	report DIR N       a folder with a report of N rows, as an analysis leaves it
//	await FILE [TEXT]  wait until FILE is there, and holds TEXT
//	addr VAR FILE      set VAR to the text of FILE, without its line break
//	status N command…  run a command that ends with exit status N
//	lines FILE N       FILE has N lines
//	term WORD          send SIGTERM to the background commands that have the argument WORD
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		// The race detector sleeps for a second at the end of each program, unless told not to.
		Setup: func(env *testscript.Env) error {
			env.Setenv("GORACE", "atexit_sleep_ms=0")
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"report": scriptReport,
			"await":  scriptAwait,
			"addr":   scriptAddr,
			"status": scriptStatus,
			"lines":  scriptLines,
			"term":   scriptTerm,
		},
	})
}

// need ends the script unless it gave a command from least to most arguments.
func need(ts *testscript.TestScript, neg bool, args []string, least, most int, usage string) {
	if neg || len(args) < least || len(args) > most {
		ts.Fatalf("usage: %s", usage)
	}
}

func scriptReport(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, 2, "report DIR N")
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	var b strings.Builder
	b.WriteString(strings.Join(schema.Schema{}.Names(), ",") + "\n")
	for i := range n {
		fmt.Fprintf(&b, "merchant,,%d,,1,1,0,1,1,60,,,,60,60,,,60,60,60,60,1,0.2,1,60,1,60\n", i)
	}
	dir := ts.MkAbs(args[0])
	ts.Check(outfile.WriteFile(filepath.Join(dir, rundir.ReportName), outfile.Public, []byte(b.String())))
	sum := sha256.Sum256([]byte(b.String()))
	ts.Check(rundir.WriteRun(dir, &rundir.Run{
		Version: "test", AsOf: "2024-03-02T00:00:00Z", ReportRows: int64(n), ReportSHA256: hex.EncodeToString(sum[:]),
	}))
}

func scriptAwait(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1, 2, "await FILE [TEXT]")
	text := ""
	if len(args) == 2 {
		text = args[1]
	}
	for range 18_000 { // three minutes: far more than anything here takes, however slow the machine
		data, err := os.ReadFile(ts.MkAbs(args[0]))
		if err == nil && strings.Contains(string(data), text) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	ts.Fatalf("%s did not come", strings.Join(args, " "))
}

func scriptAddr(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, 2, "addr VAR FILE")
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile(args[1])))
}

func scriptStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N command…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		ended, ok := err.(interface{ ExitCode() int })
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = ended.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit status %d, not %d", got, want)
	}
}

func scriptLines(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, 2, "lines FILE N")
	if got := strings.Count(ts.ReadFile(args[0]), "\n"); strconv.Itoa(got) != args[1] {
		ts.Fatalf("%s has %d lines, not %s", args[0], got, args[1])
	}
}

func scriptTerm(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1, 1, "term WORD")
	found := false
	for _, cmd := range ts.BackgroundCmds() {
		if slices.Contains(cmd.Args, args[0]) {
			found = true
			ts.Check(cmd.Process.Signal(syscall.SIGTERM))
		}
	}
	if !found {
		ts.Fatalf("no background command has the argument %s", args[0])
	}
}
