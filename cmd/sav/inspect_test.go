package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/exports"
	"github.com/sav-analytics/sav/internal/sink/rundir"
	"github.com/sav-analytics/sav/internal/thorough"
)

// The line that inspect ends with, pasted, gives the numbers of the conversations that
// were exported, whatever the tool: as few options as a user would have to know.
func TestInspectedLineIsRight(t *testing.T) {
	t.Parallel()
	for i := 0; i < len(exports.Shapes); i += thorough.Or(5, 1) {
		shape := exports.Shapes[i]
		t.Run(shape.Name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			messages := exports.Draw(11, 60, shape.Kinds)
			file := filepath.Join(dir, shape.Name)
			require.NoError(t, os.WriteFile(file, shape.Write(messages), 0o600))
			line := inspected(t, file)
			t.Log(line)
			status, stderr := pasted(t, line, dir)
			require.Zero(t, status, stderr)
			want := reportOf(t, canonical(t, messages, shape, dir))
			got := reportOf(t, filepath.Join(dir, "out"))
			require.Equal(t, numbers(want, "all"), numbers(got, "all"))
			if shape.Merchants {
				require.Equal(t, numbers(want, "merchant"), numbers(got, "merchant"))
			}
		})
	}
}

// inspected returns the line that begins with sav analyze.
func inspected(t *testing.T, args ...string) (line string) {
	t.Helper()
	status, stdout, stderr := command(t, append([]string{"inspect"}, args...)...)
	require.Contains(t, []int{0, statusInput}, status, stderr)
	for l := range strings.Lines(stdout) {
		if strings.HasPrefix(l, "sav analyze ") {
			require.Empty(t, line, "one line")
			line = strings.TrimSpace(l)
		}
	}
	require.NotEmpty(t, line, stdout)
	return line
}

// pasted runs a line, whose words a shell finds, in a folder.
func pasted(t *testing.T, line, dir string) (status int, stderr string) {
	t.Helper()
	shell, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash to read the line")
	}
	out, err := exec.Command(shell, "-c", `for word in `+line+`; do printf '%s\0' "$word"; done`).Output()
	require.NoError(t, err)
	args := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")[1:]
	require.Equal(t, []string{"--out", "out"}, args[len(args)-2:])
	args[len(args)-1] = filepath.Join(dir, "out")
	status, _, stderr = command(t, args...)
	return status, stderr
}

// canonical analyses the messages themselves, and returns the folder of the result.
func canonical(t *testing.T, messages []exports.Message, shape exports.Shape, dir string) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("conversation_id,merchant_id,sender_role,created_at\n")
	for _, m := range messages {
		role := [...]string{"client", "merchant", "other", "other", "other"}[m.By]
		at := m.At
		if shape.Precision > 0 {
			at = at.Truncate(shape.Precision)
		}
		fmt.Fprintf(&b, "%d,%d,%s,%s\n", m.Conversation.ID, m.Conversation.Shop.ID, role, at.Format(time.RFC3339))
	}
	file := filepath.Join(dir, "canonical.csv")
	require.NoError(t, os.WriteFile(file, []byte(b.String()), 0o600))
	sav(t, 0, "analyze", file, "--out", filepath.Join(dir, "canonical"))
	return filepath.Join(dir, "canonical")
}

// reportOf reads the rows of a report.
func reportOf(t *testing.T, folder string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(read(t, folder, rundir.ReportName))).ReadAll()
	require.NoError(t, err)
	return rows
}

// numbers returns what the rows of a level say, in an order of their own: merchants may
// have other names.
func numbers(rows [][]string, level string) map[string]int {
	all := make(map[string]int)
	for _, row := range rows[1:] {
		if row[0] == level {
			all[strings.Join(row[4:], ",")]++
		}
	}
	return all
}
