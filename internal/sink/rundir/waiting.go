package rundir

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/cells"
	"github.com/sav-analytics/sav/internal/filelock"
)

// A Waiting is a conversation that waited for an answer when a run knew the world. Its
// times are in seconds; those that the run did not measure are nil.
type Waiting struct {
	ConversationID, Country, MerchantID, ClientUserID string

	OpenedAt     time.Time
	Waited       float64
	Worked       *float64 // the part of Waited within working hours
	Target       *float64 // within which an answer was promised
	TargetStatus string   // missed, open, or empty without a target
}

// ErrNoPairs is wrapped by the error of a run that wrote no pairs.
var ErrNoPairs = fmt.Errorf("%w: the last run wrote no pairs", ErrResult)

// ReadWaiting returns the conversations that wait for an answer from the pairs of the run
// in dir, longest first; of equal ones the first opened. One that another contact of
// its thread followed does not wait: the later one does, if it has no answer. The error wraps [ErrResult]
// if the pairs are not there, or not those that run.json names.
func ReadWaiting(ctx context.Context, dir string) (*Run, []Waiting, error) {
	file, run, err := OpenPairs(ctx, dir)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	sum := sha256.New()
	asOf, asOfErr := time.Parse(time.RFC3339Nano, string(run.AsOf))
	waiting, last, err := decodeWaiting(io.TeeReader(file, sum), asOf.UTC().Format(time.RFC3339Nano))
	if err == nil {
		_, err = io.Copy(sum, file) // what the reader of lines left
	}
	if _, unread := errors.AsType[*fs.PathError](err); !unread && hex.EncodeToString(sum.Sum(nil)) != run.PairsSHA256 {
		return nil, nil, fmt.Errorf("%w: %s is not the one that %s names", ErrResult, file.Name(), RunName)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", file.Name(), err)
	}
	if asOfErr == nil {
		waiting = slices.DeleteFunc(waiting, func(w Waiting) bool { return w.until().Before(asOf) || last.follow(&w) })
	}
	slices.SortStableFunc(waiting, func(a, b Waiting) int {
		return cmp.Or(cmp.Compare(b.Waited, a.Waited), a.OpenedAt.Compare(b.OpenedAt))
	})
	return run, waiting, nil
}

// until returns until when the conversation was watched.
func (w *Waiting) until() time.Time {
	return w.OpenedAt.Add(time.Duration(math.Round(w.Waited*1e6)) * time.Microsecond)
}

// lastOpened are the conversations opened at as-of: whom they follow was watched until
// as-of, as who waits is.
type lastOpened map[lastKey]bool

type lastKey struct{ conversation, merchant, client string }

// follow reports whether one of them is the next contact of the thread of w.
func (l lastOpened) follow(w *Waiting) bool {
	is := func(thread string, contact int) bool {
		return l[lastKey{thread + "#" + strconv.Itoa(contact), w.MerchantID, w.ClientUserID}]
	}
	if at := strings.LastIndexByte(w.ConversationID, '#'); at >= 0 {
		n, err := strconv.Atoi(w.ConversationID[at+1:])
		if err == nil && n >= 2 && is(w.ConversationID[:at], n+1) {
			return true
		}
	}
	return is(w.ConversationID, 2) // the first contact has the thread's id alone
}

// OpenPairs opens the pairs that dir/run.json names, where they were written or,
// if that folder was moved since, beside run.json. The caller compares their bytes
// with run.PairsSHA256. The error wraps [ErrResult] if they are not there.
func OpenPairs(ctx context.Context, dir string) (*os.File, *Run, error) {
	unlock, err := lockFolder(ctx, dir)
	if err != nil {
		return nil, nil, err
	}
	defer unlock()
	run, err := readRun(dir)
	if err != nil {
		return nil, nil, err
	}
	path, ok := run.Files["pairs"]
	if !ok || run.PairsSHA256 == "" {
		return nil, nil, fmt.Errorf("%w: %s", ErrNoPairs, filepath.Join(dir, RunName))
	}
	file, err := filelock.Open(path, os.O_RDONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		file, err = filelock.Open(filepath.Join(dir, filepath.Base(path)), os.O_RDONLY, 0)
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w: the pairs of the last run are not at %s; analyse again", ErrResult, path)
	}
	return file, run, err
}

// decodeWaiting reads the rows without an answer of a file of pairs, and which are opened at
// as-of.
func decodeWaiting(r io.Reader, asOf string) (waiting []Waiting, last lastOpened, err error) {
	rows := cells.NewReader(r)
	header, err := rows.Read()
	if err != nil {
		return nil, nil, fmt.Errorf("read pairs: %w", err)
	}
	columns, at := len(header), make(map[string]int)
	for i, name := range header {
		at[string(name)] = i + 1
	}
	needed := []string{"conversation_id", "country", "merchant_id", "client_user_id", "status", "opened_at", "waited_s"}
	for _, name := range needed {
		if at[name] == 0 {
			return nil, nil, fmt.Errorf("%w: no column %s: not pairs, or those of an older version", ErrResult, name)
		}
	}
	last = make(lastOpened)
	for {
		record, err := rows.Read()
		switch {
		case err == io.EOF:
			return waiting, last, nil
		case errors.Is(err, cells.ErrCSV):
			return nil, nil, fmt.Errorf("%w: %w", ErrResult, err)
		case err != nil:
			return nil, nil, err
		case len(record) != columns:
			return nil, nil, fmt.Errorf("%w: line %d: %d fields; expected %d", ErrResult, rows.Line(), len(record),
				columns)
		}
		cell := func(name string) string {
			if at[name] == 0 {
				return ""
			}
			return string(record[at[name]-1])
		}
		if cell("opened_at") == asOf {
			text := func(name string) string { return cells.Unprotect(cell(name)) }
			last[lastKey{text("conversation_id"), text("merchant_id"), text("client_user_id")}] = true
		}
		if cell("status") != analysis.StatusUnanswered {
			continue
		}
		w, err := newWaiting(cell)
		if err != nil {
			return nil, nil, fmt.Errorf("%w: line %d: %w", ErrResult, rows.Line(), err)
		}
		waiting = append(waiting, w)
	}
}

// newWaiting reads a row, whose cells have names.
func newWaiting(cell func(name string) string) (w Waiting, err error) {
	text := func(name string) string { return cells.Unprotect(cell(name)) }
	w.ConversationID, w.Country = text("conversation_id"), text("country")
	w.MerchantID, w.ClientUserID = text("merchant_id"), text("client_user_id")
	w.TargetStatus = text("target_status")
	if w.OpenedAt, err = time.Parse(time.RFC3339Nano, cell("opened_at")); err != nil {
		return w, err
	}
	if w.Waited, err = strconv.ParseFloat(cell("waited_s"), 64); err != nil {
		return w, err
	}
	for name, to := range map[string]**float64{"work_waited_s": &w.Worked, "target_s": &w.Target} {
		if cell(name) == "" {
			continue
		}
		seconds, err := strconv.ParseFloat(cell(name), 64)
		if err != nil {
			return w, err
		}
		*to = &seconds
	}
	return w, nil
}
