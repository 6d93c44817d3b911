package delivery

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net/http"
	"os"
	"path/filepath"
	"strconv"

	"github.com/sav-analytics/sav/sink"
)

// A Delivery is a report on its way to an API. It is not for concurrent use.
type Delivery struct {
	opts     Options
	run      *sink.Run
	endpoint endpoint
	subject  Subject
	report   *os.File
	folder   string
	lock     *os.File // nil in a dry run
	journal  *journal // nil in a dry run
	ledger   *ledger
}

// Deliver sends what is pending of the report in dir: [Open], [Delivery.Run]
// and [Delivery.Close]. The result says how far the report is, also when the
// error is not nil, unless it could not be opened.
func Deliver(ctx context.Context, dir string, opts Options) (sink.Delivery, error) {
	d, err := Open(dir, opts)
	if err != nil {
		return sink.Delivery{}, err
	}
	err = d.Run(ctx)
	return d.Summary(), errors.Join(err, d.Close())
}

// Open prepares the delivery of dir/report.csv, or goes on with one that was
// begun: it locks the folder, checks the report against dir/run.json, writes
// the manifest and reads the journal. The caller ends with Close.
//
// Errors wrap [ErrConfig], [ErrReport] or [ErrLocked], or are those of package
// os.
func Open(dir string, opts Options) (_ *Delivery, err error) {
	d := &Delivery{opts: opts.withDefaults()}
	if d.endpoint, err = parseEndpoint(opts.URL, opts.Token); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.Close())
		}
	}()
	state := filepath.Join(dir, FolderName)
	if !opts.DryRun {
		if _, err := os.Stat(dir); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrReport, err)
		}
		if err := os.MkdirAll(state, 0o700); err != nil {
			return nil, err
		}
		if d.lock, err = lock(filepath.Join(state, lockName)); err != nil {
			return nil, err
		}
	}
	var rows int
	if d.report, d.run, rows, err = openReport(dir); err != nil {
		return nil, err
	}
	d.subject = Subject{
		Endpoint: d.endpoint.key, Window: d.run.Window, AsOf: d.run.AsOf, ReportSHA256: d.run.ReportSHA256,
	}
	d.folder = filepath.Join(state, d.subject.id())
	d.ledger = newLedger((rows + BatchSize - 1) / BatchSize)
	if opts.DryRun {
		err = d.readJournal()
	} else {
		err = d.openJournal(rows)
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

// openJournal writes the manifest and opens the journal.
func (d *Delivery) openJournal(rows int) error {
	if err := os.MkdirAll(d.folder, 0o700); err != nil {
		return err
	}
	atStep("folder")
	m := manifest{
		Format: format, Endpoint: d.endpoint.shown, Window: d.run.Window, AsOf: d.run.AsOf, Report: d.run.ReportSHA256,
		Rows: rows, BatchSize: BatchSize, Batches: len(d.ledger.states),
	}
	if err := m.settle(filepath.Join(d.folder, manifestName)); err != nil {
		return err
	}
	atStep("manifest")
	var err error
	var bad int
	d.journal, bad, err = openJournal(filepath.Join(d.folder, journalName), d.ledger.apply)
	d.warnOf(bad)
	return err
}

// readJournal reads the journal, if there is one, and leaves it as it is.
func (d *Delivery) readJournal() error {
	file, err := os.Open(filepath.Join(d.folder, journalName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	_, bad, err := readJournal(file, d.ledger.apply)
	d.warnOf(bad)
	return err
}

func (d *Delivery) warnOf(bad int) {
	if bad > 0 {
		d.opts.Log.Warn("journal has lines that cannot be read; their batches are sent again under the same keys", "lines", bad)
	}
}

// Pending yields the requests that Run will make, in order: those of the
// batches that are neither acknowledged nor, unless they are replayed, dead.
func (d *Delivery) Pending() iter.Seq2[Request, error] {
	return func(yield func(Request, error) bool) {
		if _, err := d.report.Seek(0, io.SeekStart); err != nil {
			yield(Request{}, err)
			return
		}
		for batch, err := range Batches(d.report) {
			if err != nil {
				yield(Request{}, err)
				return
			}
			if d.ledger.isAcked(batch.Number) || d.ledger.isDead(batch.Number) && !d.opts.Replay {
				continue
			}
			if !yield(d.request(batch), nil) {
				return
			}
		}
	}
}

// request is what is sent for a batch.
func (d *Delivery) request(batch Batch) Request {
	key := d.subject.Key(batch.Number)
	header := http.Header{}
	header.Set("Content-Type", "application/json")
	header.Set("Idempotency-Key", key)
	header.Set("Sav-Window", d.run.Window.From+"/"+d.run.Window.To)
	header.Set("Sav-As-Of", d.run.AsOf)
	header.Set("Sav-Report", d.run.ReportSHA256)
	header.Set("Sav-Batch", strconv.Itoa(batch.Number)+"/"+strconv.Itoa(len(d.ledger.states)))
	header.Set("User-Agent", "sav/"+d.run.Version)
	return Request{Batch: batch, Key: key, Header: header}
}

// Summary is how far the report is.
func (d *Delivery) Summary() sink.Delivery { return d.ledger.summary(d.endpoint.shown) }

// Folder is where the manifest, the journal and the dead letters are.
func (d *Delivery) Folder() string { return d.folder }

// ReportSHA256 is of the report that is delivered.
func (d *Delivery) ReportSHA256() string { return d.subject.ReportSHA256 }

// Close syncs the journal and gives the lock back.
func (d *Delivery) Close() error {
	var errs []error
	if d.journal != nil {
		errs = append(errs, d.journal.close())
	}
	if d.report != nil {
		errs = append(errs, d.report.Close())
	}
	if d.lock != nil {
		errs = append(errs, unlock(d.lock))
	}
	return errors.Join(errs...)
}
