package sink_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/sink"
	"github.com/sav-analytics/sav/source/memory"
)

// What a folder takes is read back, and a page is made of it.
func TestFolder(t *testing.T) {
	at := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	messages := memory.New([]memory.Message{
		{CreatedAt: at, SenderUserID: "100", ClientUserID: "100", MerchantUserID: "900", MerchantID: "7"},
		{CreatedAt: at.Add(time.Minute), SenderUserID: "900", ClientUserID: "100", MerchantUserID: "900",
			MerchantID: "7"},
	})
	result, err := analysis.Run(t.Context(), messages, analysis.Options{Detail: true, From: at,
		To: at.AddDate(0, 0, 1)})
	require.NoError(t, err)
	dir := t.TempDir()
	_, err = sink.ReadReport(t.Context(), dir)
	require.ErrorIs(t, err, os.ErrNotExist)

	folder, err := sink.OpenFolder(t.Context(), dir)
	require.NoError(t, err)
	defer folder.Close()
	require.NoError(t, folder.Put(t.Context(), result))
	report, err := sink.ReadReport(t.Context(), dir)
	require.NoError(t, err)
	var want, got strings.Builder
	require.NoError(t, sink.CSV(&want, result.Report))
	require.NoError(t, sink.CSV(&got, report))
	require.Equal(t, want.String(), got.String())
	run, err := os.ReadFile(filepath.Join(dir, "run.json"))
	require.NoError(t, err)
	for _, part := range []string{`"as_of": "2026-03-01T10:01:00Z"`, `"rows_read": 2`, `"answered": 1`,
		`"from": "2026-03-01T10:00:00Z"`, `"to": "2026-03-02T10:00:00Z"`} {
		require.Contains(t, string(run), part)
	}
	require.NoError(t, sink.WritePage(t.Context(), dir, "fr"))
	page, err := os.ReadFile(filepath.Join(dir, "report.html"))
	require.NoError(t, err)
	require.Contains(t, string(page), `lang="fr"`)

	require.NoError(t, os.WriteFile(filepath.Join(dir, "report.csv"), []byte("edited\n"), 0o600))
	_, err = sink.ReadReport(t.Context(), dir)
	require.ErrorIs(t, err, sink.ErrResult)
	require.ErrorIs(t, sink.WritePage(t.Context(), dir, "en"), sink.ErrResult)
}
