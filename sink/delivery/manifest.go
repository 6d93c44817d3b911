package delivery

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/sav-analytics/sav/sink"
)

// FolderName is the folder, in that of the report, where deliveries keep their
// state: for each subject a folder with manifest.json, journal.jsonl and
// dead.jsonl, so that another report, or another endpoint, is another delivery
// and the older one's journal stays.
const FolderName = "delivery"

// DeadName is the file of dead letters in a delivery's folder.
const DeadName = "dead.jsonl"

const (
	manifestName = "manifest.json"
	journalName  = "journal.jsonl"
	lockName     = "lock"
)

// A manifest says what a journal is of. It is on the disk before the first
// request.
type manifest struct {
	Format    int         `json:"format"`   // of this folder's files
	Endpoint  string      `json:"endpoint"` // as shown
	Window    sink.Window `json:"window"`
	AsOf      string      `json:"as_of"`
	Report    string      `json:"report_sha256"`
	Rows      int         `json:"rows"`
	BatchSize int         `json:"batch_size"`
	Batches   int         `json:"batches"`
}

const format = 1

// settle writes the manifest at path, or makes sure that the one there is the
// same: that the journal beside it counts the same batches.
func (m manifest) settle(path string) error {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		line, err := json.MarshalIndent(m, "", "  ")
		if err != nil {
			return err
		}
		return sink.WriteFile(path, sink.Private, append(line, '\n'))
	}
	if err != nil {
		return err
	}
	var there manifest
	if err := json.Unmarshal(data, &there); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrReport, path, err)
	}
	if there != m {
		return fmt.Errorf("%w: %s is of a delivery made in another way; move its folder away to begin anew", ErrReport, path)
	}
	return nil
}

// openReport opens dir/report.csv, having made sure that it is the one that
// run.json names, and counts its rows. The file is at its beginning.
func openReport(dir string) (_ *os.File, run *sink.Run, rows int, err error) {
	run, err = sink.ReadRun(dir)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, sink.ErrResult) {
		err = fmt.Errorf("%w: %w", ErrReport, err)
	}
	if err != nil {
		return nil, nil, 0, err
	}
	path := filepath.Join(dir, sink.ReportName)
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w: %w", ErrReport, err)
	}
	if err != nil {
		return nil, nil, 0, err
	}
	defer func() {
		if err != nil {
			file.Close()
		}
	}()
	sum := sha256.New()
	rows, countErr := countRows(io.TeeReader(file, sum))
	if _, err := io.Copy(sum, file); err != nil { // what a report that cannot be counted leaves unread
		return nil, nil, 0, err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != run.ReportSHA256 {
		return nil, nil, 0, fmt.Errorf("%w: %s is not the report that %s names: its SHA-256 is %.12s…, not %.12s…",
			ErrReport, path, sink.RunName, got, run.ReportSHA256)
	}
	if countErr != nil {
		return nil, nil, 0, countErr
	}
	_, err = file.Seek(0, io.SeekStart)
	return file, run, rows, err
}
