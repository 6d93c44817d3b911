package rundir_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/sink/rundir"
)

// putPairs writes a result with these pairs, and returns its folder.
func putPairs(t *testing.T, pairs *frame.Frame) string {
	dir := t.TempDir()
	folder, err := rundir.OpenFolder(t.Context(), dir)
	require.NoError(t, err)
	defer folder.Close()
	report, err := frame.New()
	require.NoError(t, err)
	if pairs != nil {
		folder.Pairs, folder.PairsPath = pairs, filepath.Join(dir, "pairs.csv")
	}
	require.NoError(t, folder.Put(t.Context(), report, &rundir.Run{AsOf: "2026-03-02T00:00:00Z"}))
	return dir
}

// somePairs has columns of pairs, with those of a policy or without. The last was followed
// by another contact just before as-of.
func somePairs(t *testing.T, policy bool) *frame.Frame {
	at := func(hour int64) int64 { return time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC).UnixMicro() + hour*3600e6 }
	columns := []frame.Column{
		frame.Texts("conversation_id", []string{"a", "=b", "c", "d", "e"}, nil),
		frame.Texts("country", []string{"FR", "FR", "DE", "unknown", "FR"}, nil),
		frame.Texts("merchant_id", []string{"7", "7", "8", "9", "7"}, nil),
		frame.Texts("client_user_id", []string{"1", "2", "", "4", "5"}, nil),
		frame.Texts("status", []string{"answered", "unanswered", "unanswered", "unanswered", "unanswered"}, nil),
		frame.Times("opened_at", []int64{at(0), at(20), at(10), at(10) - 5e5, at(10)}, nil),
		frame.Float64s("waited_s", []float64{1e6, 4 * 3600, 14 * 3600, 14*3600 + 0.5, 14*3600 - 1e-6}, nil),
	}
	if policy {
		columns = append(columns,
			frame.Float64s("work_waited_s", []float64{1, 2, 3600.5, 0, 0}, nil),
			frame.Float64s("target_s", []float64{60, 60, 3600, 0, 60}, frame.Valid(true, true, true, false, true)),
			frame.Texts("target_status", []string{"met", "open", "missed", "", "open"}, frame.Valid(true, true, true,
				false, true)))
	}
	f, err := frame.New(columns...)
	require.NoError(t, err)
	return f
}

func TestReadWaiting(t *testing.T) {
	t.Parallel()
	dir := putPairs(t, somePairs(t, true))
	run, waiting, err := rundir.ReadWaiting(t.Context(), dir)
	require.NoError(t, err)
	require.EqualValues(t, "2026-03-02T00:00:00Z", run.AsOf)
	at := func(hour int) time.Time { return time.Date(2026, 3, 1, hour, 0, 0, 0, time.UTC) }
	number := func(v float64) *float64 { return &v }
	require.Equal(t, []rundir.Waiting{
		{"d", "unknown", "9", "4", at(10).Add(-time.Second / 2), 14*3600 + 0.5, number(0), nil, ""},
		{"c", "DE", "8", "", at(10), 14 * 3600, number(3600.5), number(3600), "missed"},
		{"=b", "FR", "7", "2", at(20), 4 * 3600, number(2), number(60), "open"},
	}, waiting)

	// Without a policy the rest is the same; and a folder may be moved.
	_, waiting, err = rundir.ReadWaiting(t.Context(), putPairs(t, somePairs(t, false)))
	require.NoError(t, err)
	require.Len(t, waiting, 3)
	require.Nil(t, waiting[0].Worked)
	moved := filepath.Join(t.TempDir(), "elsewhere")
	require.NoError(t, os.Rename(dir, moved))
	_, waiting, err = rundir.ReadWaiting(t.Context(), moved)
	require.NoError(t, err)
	require.Len(t, waiting, 3)
}

// Who is followed by another contact that was opened at as-of waits no more, whether that
// one is answered or not; who only looks like it does.
func TestReadWaitingFollowedAtAsOf(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, first, follower, status, merchant string
		want                                    []string
	}{
		{"unanswered", "a", "a#2", "unanswered", "7", []string{"a#2"}},
		{"answered at once", "a", "a#2", "answered", "7", nil},
		{"not the next one", "a", "a#3", "unanswered", "7", []string{"a", "a#3"}},
		{"another merchant's", "a", "a#2", "answered", "8", []string{"a"}},
		{"a later contact", "b#3", "b#4", "unanswered", "7", []string{"b#4"}},
		{"a thread whose id has a number", "b#3", "b#3#2", "unanswered", "7", []string{"b#3#2"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			asOf := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC).UnixMicro()
			pairs, err := frame.New(
				frame.Texts("conversation_id", []string{test.first, test.follower}, nil),
				frame.Texts("country", []string{"FR", "FR"}, nil),
				frame.Texts("merchant_id", []string{"7", test.merchant}, nil),
				frame.Texts("client_user_id", []string{"1", "1"}, nil),
				frame.Texts("status", []string{"unanswered", test.status}, nil),
				frame.Times("opened_at", []int64{asOf - 3600e6, asOf}, nil),
				frame.Float64s("waited_s", []float64{3600, 0}, nil))
			require.NoError(t, err)
			_, waiting, err := rundir.ReadWaiting(t.Context(), putPairs(t, pairs))
			require.NoError(t, err)
			var got []string
			for _, w := range waiting {
				got = append(got, w.ConversationID)
			}
			require.Equal(t, test.want, got)
		})
	}
}

func TestReadWaitingOfWhatIsNotThere(t *testing.T) {
	t.Parallel()
	_, _, err := rundir.ReadWaiting(t.Context(), putPairs(t, nil))
	require.ErrorIs(t, err, rundir.ErrNoPairs)
	require.ErrorIs(t, err, rundir.ErrResult)
	_, _, err = rundir.ReadWaiting(t.Context(), t.TempDir())
	require.ErrorIs(t, err, os.ErrNotExist)

	dir := putPairs(t, somePairs(t, true))
	path := filepath.Join(dir, "pairs.csv")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, append(text, "x,FR,7,1,unanswered,never,0,0,,\n"...), 0o600))
	_, _, err = rundir.ReadWaiting(t.Context(), dir)
	require.ErrorIs(t, err, rundir.ErrResult)
	require.ErrorContains(t, err, "is not the one that run.json names")
	require.NoError(t, os.Remove(path))
	_, _, err = rundir.ReadWaiting(t.Context(), dir)
	require.ErrorIs(t, err, rundir.ErrResult)
	require.ErrorContains(t, err, "analyse again")
}

// Pairs that run.json names are read whole, or the error says what is wrong with them.
func TestReadWaitingOfOtherFiles(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"nothing":   {"", "EOF"},
		"no waited": {"conversation_id,country,merchant_id,client_user_id,status,opened_at,responded_at,dt_s,exch_nr,turns\n", "no column waited_s"},
		"no time":   {"conversation_id,country,merchant_id,client_user_id,status,opened_at,waited_s\na,FR,1,2,unanswered,never,0\n", "line 2"},
		"no number": {"conversation_id,country,merchant_id,client_user_id,status,opened_at,waited_s\na,FR,1,2,unanswered,2026-03-01T00:00:00Z,\n", "line 2"},
		"cut short": {"conversation_id,country,merchant_id,client_user_id,status,opened_at,waited_s\na,FR,1\n",
			"fields; expected"},
		"bad target": {"conversation_id,country,merchant_id,client_user_id,status,opened_at,waited_s,target_s\na,FR,1,2,unanswered,2026-03-01T00:00:00Z,0,x\n", "line 2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := putPairs(t, somePairs(t, true))
			require.NoError(t, os.WriteFile(filepath.Join(dir, "pairs.csv"), []byte(test.text), 0o600))
			run, err := rundir.ReadRun(t.Context(), dir)
			require.NoError(t, err)
			run.PairsSHA256 = sha256Of(test.text)
			text, err := json.Marshal(run)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(dir, rundir.RunName), text, 0o600))
			_, _, err = rundir.ReadWaiting(t.Context(), dir)
			require.ErrorContains(t, err, test.want)
		})
	}
}

func sha256Of(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
