// Package deploy has no code: it tests the files beside it, which run sav every
// day on a machine. It stands beside the flow (source → frame → analysis → sink).
package deploy

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// daily runs sav-daily beside a sav that only notes its arguments, and ends with
// the status that the file of what it does holds: "analyze", or the day that it
// delivers. Of the days that it analyses, it finds conversations on those that
// were not 99.
func daily(t *testing.T, root string, statuses map[string]string, day string, environment ...string) (status int,
	calls []string) {
	if err := exec.Command("date", "-d", "2026-03-01 UTC -3 days").Run(); err != nil {
		t.Skip("this date command cannot count days")
	}
	dir := t.TempDir()
	for day, status := range statuses {
		require.NoError(t, os.WriteFile(filepath.Join(dir, day), []byte(status), 0o600))
	}
	const sav = `#!/bin/sh
here=${0%/*}
echo "$SAV_TZ $*" >>"$0.calls"
if [ "$1" = deliver ]; then
	day=${3##*/ds=} day=${day%/as_of=*}
	[ -d "$3" ] && [ ! -e "$here/$day" ] || exit "$(cat "$here/$day")"
	exit 0
fi
[ ! -e "$here/analyze" ] || exit "$(cat "$here/analyze")"
files=''
for n in 0 1 2; do
	day=$(date -u -d "$5 UTC $n days" +%F)
	[ "$(cat "$here/$day" 2>/dev/null)" != 99 ] || continue
	mkdir -p "${11%/ds=*}/ds=$day/${11##*/}"
	files="$files,\"$day\":\"run.json\""
done
echo "{\"files\":{${files#,}}}"
`
	require.NoError(t, os.WriteFile(filepath.Join(dir, "sav"), []byte(sav), 0o700))
	cmd := exec.Command("./sav-daily", day)
	cmd.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "SAV_ROOT="+root, "SAV_DAYS=3",
		"SAV_TZ=Europe/Paris", "SAV_URL=http://127.0.0.1:1")
	cmd.Env = append(cmd.Env, environment...)
	out, err := cmd.Output()
	if err != nil {
		require.IsType(t, &exec.ExitError{}, err)
		require.Empty(t, string(err.(*exec.ExitError).Stderr))
	}
	require.Equal(t, statuses["analyze"] == "", strings.HasPrefix(string(out), "{"))
	noted, err := os.ReadFile(filepath.Join(dir, "sav.calls"))
	require.NoError(t, err)
	return cmd.ProcessState.ExitCode(), strings.Split(strings.TrimSpace(string(noted)), "\n")
}

func TestDays(t *testing.T) {
	root := t.TempDir()
	calls := func(first, asOf string, delivered ...string) []string {
		calls := []string{"Europe/Paris analyze --every day --from " + first + " --to " + asOf + " --as-of " + asOf +
			" --out " + root + "/ds={period}/as_of=" + asOf + " --on-empty skip"}
		for _, day := range delivered {
			calls = append(calls, "Europe/Paris deliver --out "+root+"/ds="+day+"/as_of="+asOf)
		}
		return calls
	}
	// 29 March 2026 has 23 hours in Paris.
	status, got := daily(t, root, nil, "2026-03-30")
	require.Zero(t, status)
	require.Equal(t, calls("2026-03-28", "2026-03-31", "2026-03-28", "2026-03-29", "2026-03-30"), got)
	// Again, it is the same; days that are known as of later are not delivered.
	_, again := daily(t, root, nil, "2026-03-30")
	require.Equal(t, got, again)
	_, backfill := daily(t, root, nil, "2026-03-28")
	require.Equal(t, calls("2026-03-26", "2026-03-29", "2026-03-26", "2026-03-27"), backfill)
	_, next := daily(t, root, nil, "2026-03-31")
	require.Len(t, next, 4)
	_, nowhere := daily(t, root, nil, "2026-03-31", "SAV_URL=")
	require.Equal(t, calls("2026-03-29", "2026-04-01"), nowhere, "without a URL nothing is delivered")
}

func TestStatus(t *testing.T) {
	for _, c := range []struct {
		name     string
		analyze  string
		statuses [3]string // of 1, 2 and 3 March
		want     int
		calls    int
	}{
		{"all done", "", [3]string{"0", "0", "0"}, 0, 4},
		{"a day without conversations", "", [3]string{"99", "0", "0"}, 0, 3},
		{"no day with conversations", "99", [3]string{}, 0, 1},
		{"unusable input", "65", [3]string{}, 65, 1},
		{"the first failure", "", [3]string{"74", "76", "0"}, 74, 4},
		{"a delivery that is to go on", "", [3]string{"76", "75", "0"}, 75, 4},
		{"the same, whatever follows", "", [3]string{"75", "76", "74"}, 75, 4},
		{"not authorised", "", [3]string{"75", "77", "0"}, 77, 3},
		{"bad configuration", "", [3]string{"78", "0", "0"}, 78, 2},
		{"wrong usage", "", [3]string{"64", "0", "0"}, 64, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			statuses := map[string]string{"2026-03-01": c.statuses[0], "2026-03-02": c.statuses[1],
				"2026-03-03": c.statuses[2]}
			if c.analyze != "" {
				statuses = map[string]string{"analyze": c.analyze}
			}
			status, calls := daily(t, t.TempDir(), statuses, "2026-03-03")
			require.Equal(t, c.want, status)
			require.Len(t, calls, c.calls)
		})
	}
}

// systemd understands the units.
func TestUnits(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("no systemd-analyze")
	}
	dir := t.TempDir()
	script, err := filepath.Abs("sav-daily")
	require.NoError(t, err)
	for _, name := range []string{"sav-daily.service", "sav-daily.timer"} {
		unit, err := os.ReadFile(name)
		require.NoError(t, err)
		// What is not installed on this machine is not the units' fault.
		text := strings.ReplaceAll(string(unit), "/usr/local/libexec/sav-daily", script)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	out, err := exec.Command(analyze, "verify", "--man=no", "--recursive-errors=no",
		filepath.Join(dir, "sav-daily.service"), filepath.Join(dir, "sav-daily.timer")).CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Empty(t, strings.TrimSpace(string(out)))

	// It runs on each night, on that of 23 hours too.
	timer, err := os.ReadFile("sav-daily.timer")
	require.NoError(t, err)
	_, when, ok := strings.Cut(string(timer), "\nOnCalendar=")
	require.True(t, ok)
	when, _, _ = strings.Cut(when, "\n")
	out, err = exec.Command(analyze, "calendar", "--base-time=2026-03-28 12:00:00 UTC", when).CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), "2026-03-29")
}
