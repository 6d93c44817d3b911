package delivery

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/sav-analytics/sav/internal/filelock"
	"github.com/sav-analytics/sav/internal/outfile"
	"github.com/sav-analytics/sav/internal/sink/rundir"
)

// folderName is the folder, in that of the report, where deliveries keep their
// files: for each subject a folder with manifest.json, journal.jsonl and
// dead.jsonl. Another report, or another endpoint, is another delivery, and the
// older one's journal stays.
const folderName = "delivery"

// DeadName is the file of dead letters in a delivery's folder.
const DeadName = "dead.jsonl"

const (
	manifestName = "manifest.json"
	journalName  = "journal.jsonl"
	lockName     = "lock"
)

// A subject is what a delivery is of: which report goes where. The keys of its
// batches follow from it.
type subject struct {
	Endpoint     string        // the URL without credentials and fragment
	Window       rundir.Window // of the opening times the report is about
	AsOf         string        // RFC 3339
	ReportSHA256 string        // hex, of report.csv's bytes
}

// key returns the Idempotency-Key of batch number k, counted from 1: the
// SHA-256, in hex, of the subject's four fields and k, each written as its
// length in bytes, a colon and the text, so that no two subjects are written
// alike. The window is written from/to.
func (s subject) key(k int) string {
	return digest(s.Endpoint, s.Window.From+"/"+s.Window.To, s.AsOf, s.ReportSHA256, strconv.Itoa(k))
}

// id names the subject in a path.
func (s subject) id() string {
	return digest(s.Endpoint, s.Window.From+"/"+s.Window.To, s.AsOf, s.ReportSHA256)[:16]
}

func digest(fields ...string) string {
	var b strings.Builder
	for _, field := range fields {
		fmt.Fprintf(&b, "%d:%s", len(field), field)
	}
	return fmt.Sprintf("%x", sha256.Sum256([]byte(b.String())))
}

// A manifest says what a journal is of. It is on the disk before the first
// request.
type manifest struct {
	Format    int           `json:"format"`   // of this folder's files
	Endpoint  string        `json:"endpoint"` // as shown
	Window    rundir.Window `json:"window"`
	AsOf      string        `json:"as_of"`
	Report    string        `json:"report_sha256"`
	Rows      int           `json:"rows"`
	BatchSize int           `json:"batch_size"`
	Batches   int           `json:"batches"`
}

// format is 2 since lines of the journal end with a checksum.
const format = 2

// settle writes the manifest at path, or makes sure that the one there is of the
// same batches. It returns the format of the journal beside it.
func (m manifest) settle(path string) (journalFormat int, err error) {
	there, err := readManifest(path)
	if errors.Is(err, fs.ErrNotExist) {
		data, err := json.MarshalIndent(m, "", "  ")
		if err != nil {
			return 0, err
		}
		return m.Format, outfile.WriteFile(path, outfile.Private, append(data, '\n'))
	}
	if err != nil {
		return 0, err
	}
	m.Format = there.Format
	if there.Format == 1 {
		m.Endpoint = there.Endpoint // format 1 showed all of a path
	}
	if there.Format < 1 || there.Format > format || there != m {
		return 0, fmt.Errorf("%w: %s is of a delivery made in another way; move its folder away to begin anew",
			ErrReport, path)
	}
	return there.Format, nil
}

func readManifest(path string) (m manifest, err error) {
	data, err := filelock.ReadFile(path)
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return m, fmt.Errorf("%w: %s: %w", ErrReport, path, err)
	}
	return m, nil
}

// A report is a report.csv that is open, with what its batches were when it was
// opened: somebody may edit it in place.
type report struct {
	file *os.File
	run  *rundir.Run
	rows int
	seed maphash.Seed
	sums []uint64 // of the batches' bodies
}

// openReport opens dir/report.csv, having made sure that it is the one that
// run.json names.
func openReport(ctx context.Context, dir string) (_ *report, err error) {
	file, run, err := rundir.OpenReport(ctx, dir)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, rundir.ErrResult) {
		err = fmt.Errorf("%w: %w", ErrReport, err)
	}
	if err != nil {
		return nil, err
	}
	r := &report{file: file, run: run, seed: maphash.MakeSeed()}
	defer func() {
		if err != nil {
			file.Close()
		}
	}()
	for name, text := range map[string]string{"window.from": run.Window.From, "window.to": run.Window.To,
		"as_of": string(run.AsOf)} {
		if _, err := time.Parse(time.RFC3339, text); err != nil && text != "" {
			return nil, fmt.Errorf("%w: %s: %s is %q, not a time in RFC 3339", ErrReport, rundir.RunName, name, text)
		}
	}
	sum := sha256.New()
	var batchErr error
	for batch, err := range Batches(io.TeeReader(file, sum)) {
		if batchErr = err; err == nil {
			r.rows += batch.Rows
			r.sums = append(r.sums, maphash.Bytes(r.seed, batch.Body))
		}
	}
	if _, err := io.Copy(sum, file); err != nil { // what a report that is not one leaves unread
		return nil, err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != run.ReportSHA256 {
		return nil, fmt.Errorf("%w: %s is not the report that %s names: its SHA-256 is %.12s…, not %.12s…",
			ErrReport, file.Name(), rundir.RunName, got, run.ReportSHA256)
	}
	return r, batchErr
}

// batches yields the batches, from the first. If one is not what it was when the
// report was opened, the sequence ends with an error: its key would be of other
// rows.
func (r *report) batches(yield func(Batch, error) bool) {
	changed := func(number int) error {
		return fmt.Errorf("%w: batch %d of %s changed during the delivery; analyse again", ErrReport, number,
			r.file.Name())
	}
	if _, err := r.file.Seek(0, io.SeekStart); err != nil {
		yield(Batch{}, err)
		return
	}
	n := 0
	for batch, err := range Batches(r.file) {
		n++
		other := err == nil && (n > len(r.sums) || r.sums[n-1] != maphash.Bytes(r.seed, batch.Body))
		if other || errors.Is(err, ErrReport) { // which it was not when it was opened
			err = changed(n)
		}
		if !yield(batch, err) || err != nil {
			return
		}
	}
	if n < len(r.sums) {
		yield(Batch{}, changed(n+1))
	}
}
