package delivery

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"

	"github.com/sav-analytics/sav/internal/filelock"
)

// A Delivery is a report on its way to an API. It is not for concurrent use.
type Delivery struct {
	opts     Options
	endpoint endpoint
	subject  subject
	report   *report
	folder   string
	lock     *os.File // nil in a dry run
	journal  *journal // nil in a dry run
	ledger   *ledger
}

// Deliver sends what is pending of the report in dir: [Open], [Delivery.Run]
// and [Delivery.Close]. The result says how far the report is, also when the
// error is not nil, unless it could not be opened.
func Deliver(ctx context.Context, dir string, opts Options) (Progress, error) {
	d, err := Open(ctx, dir, opts)
	if err != nil {
		return Progress{}, err
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
func Open(ctx context.Context, dir string, opts Options) (_ *Delivery, err error) {
	d := &Delivery{opts: opts.withDefaults()}
	if d.endpoint, err = parseEndpoint(opts.URL, opts.Token); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.Close())
		}
	}()
	state := filepath.Join(dir, folderName)
	if !opts.DryRun {
		if d.lock, err = lockDelivery(dir, state); err != nil {
			return nil, err
		}
	}
	if d.report, err = openReport(ctx, dir); err != nil {
		return nil, err
	}
	run := d.report.run
	d.subject = subject{Endpoint: d.endpoint.key, Window: run.Window, AsOf: string(run.AsOf),
		ReportSHA256: run.ReportSHA256}
	d.folder = filepath.Join(state, d.subject.id())
	d.ledger = newLedger(len(d.report.sums))
	if opts.DryRun {
		err = d.readJournal()
	} else {
		err = d.openJournal()
	}
	if err != nil {
		return nil, err
	}
	if d.ledger.open {
		d.ledger.doubtAll()
	}
	if d.ledger.refused() {
		d.opts.Replay = true // the address or the form was wrong, not the batches
	}
	return d, nil
}

// lockDelivery locks the folder of deliveries, which it makes if need be. The
// lock ends with this process.
func lockDelivery(dir, state string) (*os.File, error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrReport, err)
	}
	if err := os.MkdirAll(state, 0o700); err != nil {
		return nil, err
	}
	file, err := filelock.Open(filepath.Join(state, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := filelock.Lock(file); err != nil {
		file.Close()
		if errors.Is(err, filelock.ErrHeld) {
			err = ErrLocked
		}
		return nil, err
	}
	return file, nil
}

// openJournal writes the manifest and opens the journal.
func (d *Delivery) openJournal() error {
	if err := os.MkdirAll(d.folder, 0o700); err != nil {
		return err
	}
	atStep("folder")
	m := manifest{
		Format: format, Endpoint: d.endpoint.shown, Window: d.subject.Window, AsOf: d.subject.AsOf,
		Report: d.subject.ReportSHA256, Rows: d.report.rows, BatchSize: BatchSize, Batches: len(d.ledger.batches),
	}
	journalFormat, err := m.settle(filepath.Join(d.folder, manifestName))
	if err != nil {
		return err
	}
	atStep("manifest")
	var bad int
	d.journal, bad, err = openJournal(filepath.Join(d.folder, journalName), d.parser(journalFormat), d.ledger.apply)
	d.warnOf(bad)
	return err
}

// readJournal reads the journal, if there is one, and leaves it as it is.
func (d *Delivery) readJournal() error {
	m, err := readManifest(filepath.Join(d.folder, manifestName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	file, err := filelock.Open(filepath.Join(d.folder, journalName), os.O_RDONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	_, bad, err := readJournal(file, d.parser(m.Format), d.ledger.apply)
	d.warnOf(bad)
	return err
}

func (d *Delivery) parser(journalFormat int) lineParser {
	return func(line []byte) (entry, bool) { return parseLine(line, d.subject.key, journalFormat) }
}

func (d *Delivery) warnOf(bad int) {
	if bad > 0 {
		d.opts.Log.Warn("lines of the journal are damaged or of another delivery; "+
			"their batches are sent again under the same keys", "lines", bad)
	}
}

// Pending yields the requests that Run will make, in order: those of the
// batches that are neither acknowledged nor dead. Dead ones are among them if
// they are replayed.
func (d *Delivery) Pending() iter.Seq2[Request, error] {
	return func(yield func(Request, error) bool) {
		for batch, err := range d.report.batches {
			if err != nil {
				yield(Request{}, err)
				return
			}
			if d.ledger.has(batch.Number, isAcked) || d.ledger.has(batch.Number, isDead) && !d.opts.Replay {
				continue
			}
			if !yield(d.request(batch), nil) {
				return
			}
		}
	}
}

// request returns what is sent for a batch.
func (d *Delivery) request(batch Batch) Request {
	key := d.subject.key(batch.Number)
	header := http.Header{}
	header.Set("Content-Type", "application/json")
	header.Set("Idempotency-Key", key)
	header.Set("Sav-Window", d.subject.Window.From+"/"+d.subject.Window.To)
	header.Set("Sav-As-Of", d.subject.AsOf)
	header.Set("Sav-Report", d.subject.ReportSHA256)
	header.Set("Sav-Batch", strconv.Itoa(batch.Number)+"/"+strconv.Itoa(len(d.ledger.batches)))
	header.Set("User-Agent", "sav/"+strings.Map(printable, d.report.run.Version))
	return Request{Batch: batch, Key: key, Header: header}
}

// printable drops what cannot stand in a header.
func printable(r rune) rune {
	if r > unicode.MaxASCII || !unicode.IsPrint(r) {
		return -1
	}
	return r
}

// Summary returns how far the report is.
func (d *Delivery) Summary() Progress { return d.ledger.summary(d.endpoint.shown) }

// Folder returns the folder of the manifest, the journal and the dead letters.
func (d *Delivery) Folder() string { return d.folder }

// ReportSHA256 returns the SHA-256 of the report that is delivered, in hex.
func (d *Delivery) ReportSHA256() string { return d.subject.ReportSHA256 }

// Close syncs the journal and releases the lock.
func (d *Delivery) Close() error {
	var errs []error
	if d.journal != nil {
		errs = append(errs, d.journal.close())
	}
	if d.report != nil {
		errs = append(errs, d.report.file.Close())
	}
	if d.lock != nil {
		errs = append(errs, filelock.Unlock(d.lock), d.lock.Close())
	}
	return errors.Join(errs...)
}
