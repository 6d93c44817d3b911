package rundir_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/frame/expr"
	"github.com/sav-analytics/sav/internal/analysis/detail"
	"github.com/sav-analytics/sav/internal/analysis/inside"
	"github.com/sav-analytics/sav/internal/sink/rundir"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/files"
)

// analysed puts the result of some messages into a new folder. Their ids would be
// run by a spreadsheet, were they not protected.
func analysed(t *testing.T, edit func(*rundir.Folder)) (dir string, want *analysis.Result) {
	t.Helper()
	const text = `created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id
2026-03-01 10:00:00,1,1,2,=7
2026-03-01 10:30:00,2,1,2,=7
2026-03-02 10:00:00,3,3,2,"a,""b"""
`
	src, err := files.Open(context.Background(), []string{files.Stdin}, files.Options{Stdin: strings.NewReader(text)})
	require.NoError(t, err)
	defer src.Close()
	want, err = analysis.Run(t.Context(), source.Source(src), analysis.Options{Detail: true})
	require.NoError(t, err)
	dir = filepath.Join(t.TempDir(), "out")
	put(t, dir, want, edit)
	return dir, want
}

func put(t *testing.T, dir string, result *analysis.Result, edit func(*rundir.Folder)) {
	t.Helper()
	folder, err := rundir.OpenFolder(t.Context(), dir)
	require.NoError(t, err)
	defer folder.Close()
	edit(folder)
	require.NoError(t, folder.Put(t.Context(), result.Report, &rundir.Run{Conversations: result.Conversations}))
}

func TestReadResult(t *testing.T) {
	var detail *detail.Detail
	dir, want := analysed(t, func(f *rundir.Folder) {})
	_, err := rundir.ReadResult(t.Context(), dir)
	require.ErrorIs(t, err, rundir.ErrResult)
	require.ErrorContains(t, err, "detail.json")

	detail = inside.Of(want).Detail
	var given *rundir.Result
	put(t, dir, want, func(f *rundir.Folder) {
		f.Detail = detail
		f.Page = func(w io.Writer, r *rundir.Result) error {
			given = r
			_, err := io.WriteString(w, "page of "+r.Run.ReportSHA256)
			return err
		}
	})
	require.Equal(t, []string{"detail.json", "rejects.csv", "report.csv", "report.html", "run.json"}, names(t, dir))
	got, err := rundir.ReadResult(t.Context(), dir)
	require.NoError(t, err)
	require.Equal(t, given.Run, got.Run)
	require.Equal(t, detail, got.Detail)
	require.Equal(t, content(t, dir, "report.html"), "page of "+got.Run.ReportSHA256)
	require.Equal(t, filepath.Join(dir, "report.html"), got.Run.Files["page"])
	require.Equal(t, written(t, want.Report), written(t, got.Report))
	for i, c := range got.Report.Columns() {
		require.Equal(t, want.Report.Columns()[i].Type(), c.Type(), c.Name())
	}
	merchants, err := got.Report.Filter(expr.Col("level").Eq("merchant"))
	require.NoError(t, err)
	ids, err := merchants.Column("merchant_id")
	require.NoError(t, err)
	require.Equal(t, "=7", ids.Dictionary()[ids.Codes()[0]], "without the apostrophe")

	// What an earlier run left is not taken for this one's.
	put(t, dir, want, func(*rundir.Folder) {})
	require.Equal(t, []string{"rejects.csv", "report.csv", "run.json"}, names(t, dir))
}

// Files that do not belong together are refused.
func TestReadResultRefuses(t *testing.T) {
	for _, c := range []struct{ name, file, text, want string }{
		{"another report", rundir.ReportName, "level\n", "is not the one that run.json names"},
		{"another detail", rundir.DetailName, "{}", "is not the one that run.json names"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, _ := detailed(t)
			require.NoError(t, os.WriteFile(filepath.Join(dir, c.file), []byte(c.text), 0o600))
			_, err := rundir.ReadResult(t.Context(), dir)
			require.ErrorIs(t, err, rundir.ErrResult)
			require.ErrorContains(t, err, c.want)
		})
	}
	t.Run("no run", func(t *testing.T) {
		_, err := rundir.ReadResult(t.Context(), t.TempDir())
		require.ErrorIs(t, err, os.ErrNotExist)
	})
	t.Run("no report", func(t *testing.T) {
		dir, _ := detailed(t)
		require.NoError(t, os.Remove(filepath.Join(dir, rundir.ReportName)))
		_, err := rundir.ReadResult(t.Context(), dir)
		require.ErrorIs(t, err, rundir.ErrResult)
	})
}

func detailed(t *testing.T) (dir string, want *analysis.Result) {
	t.Helper()
	dir, want = analysed(t, func(*rundir.Folder) {})
	put(t, dir, want, func(f *rundir.Folder) { f.Detail = inside.Of(want).Detail })
	return dir, want
}

// A page that fails leaves the older result as it was.
func TestFolderPageFails(t *testing.T) {
	dir, want := detailed(t)
	before := content(t, dir, "run.json")
	folder, err := rundir.OpenFolder(t.Context(), dir)
	require.NoError(t, err)
	defer folder.Close()
	folder.Page = func(io.Writer, *rundir.Result) error { return io.ErrShortWrite }
	require.ErrorIs(t, folder.Put(t.Context(), want.Report, &rundir.Run{}), io.ErrShortWrite)
	folder.Close()
	require.Equal(t, before, content(t, dir, "run.json"))
	require.Equal(t, []string{"detail.json", "rejects.csv", "report.csv", "run.json"}, names(t, dir))
}
