package delivery

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"sync"
	"time"

	"github.com/sav-analytics/sav/internal/filelock"
)

// An entry is a line of the journal: the outcome of one batch in one run. The
// lines of batch 0 say that a run began, and that it ended: a run that did not
// end may have sent batches whose outcome is not here.
type entry struct {
	Batch    int       `json:"batch"`
	Key      string    `json:"key"`
	Outcome  outcome   `json:"outcome"`
	Status   int       `json:"status,omitempty"`   // of the last answer
	Attempts int       `json:"attempts"`           // in this run
	InDoubt  bool      `json:"in_doubt,omitempty"` // an attempt may still be at work at the API
	Error    string    `json:"error,omitempty"`    // of the last attempt, if it had no answer
	At       time.Time `json:"at"`
}

// A line of the journal ends with the CRC-32C of what precedes it:
//
//	{"batch":12,…,"at":"…","crc":"8d2c17ab"}
const (
	crcBegin  = `,"crc":"`
	crcEnd    = `"}`
	crcLength = len(crcBegin) + 8 + len(crcEnd)
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func appendLine(dst []byte, e entry) ([]byte, error) {
	line, err := marshalLine(e)
	if err != nil {
		return nil, err
	}
	line = bytes.TrimSuffix(line, []byte("}\n"))
	dst = append(append(dst, line...), crcText(line)...)
	return append(dst, '\n'), nil
}

// crcText returns what ends a line that begins with these bytes.
func crcText(line []byte) string {
	return fmt.Sprintf("%s%08x%s", crcBegin, crc32.Checksum(line, castagnoli), crcEnd)
}

// parseLine reads a line that proves itself: its checksum is right, it holds
// nothing unknown, and its key is the one that its batch has in this delivery.
// Journals of format 1 have lines without a checksum, whose keys are proof
// enough of the batch.
func parseLine(line []byte, keyOf func(batch int) string, manifestFormat int) (e entry, ok bool) {
	line = bytes.TrimSuffix(line, []byte("\n"))
	if n := len(line) - crcLength; n >= 0 && bytes.HasPrefix(line[n:], []byte(crcBegin)) {
		if string(line[n:]) != crcText(line[:n]) {
			return entry{}, false
		}
		line = append(line[:n:n], '}')
	} else if manifestFormat > 1 {
		return entry{}, false
	}
	in := json.NewDecoder(bytes.NewReader(line))
	in.DisallowUnknownFields()
	if in.Decode(&e) != nil || in.InputOffset() != int64(len(line)) {
		return entry{}, false
	}
	return e, e.Attempts >= 0 && e.Key == keyOf(e.Batch)
}

// A lineParser reads the entry of a line; ok reports whether the line proves
// itself.
type lineParser func(line []byte) (e entry, ok bool)

// readJournal calls apply for each entry of a journal, in order. A last line
// without its line break was cut by a crash: it is skipped, and the journal
// goes on at size. A line that does not prove itself is skipped too, and counted
// in bad: its batch is pending, and is sent again under the same key.
func readJournal(r io.Reader, parse lineParser, apply func(entry)) (size int64, bad int, err error) {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return size, bad, nil
		}
		if err != nil {
			return size, bad, err
		}
		size += int64(len(line))
		if e, ok := parse(line); ok {
			apply(e)
		} else {
			bad++
		}
	}
}

// A journal appends lines to a file. A line is handed to the system before
// append returns, so it outlives this process; it is synced to the disk shortly
// after, together with those that came meanwhile.
type journal struct {
	file *os.File

	mu   sync.Mutex
	err  error         // of writing or syncing: nothing more is appended
	wake chan struct{} // lines wait for a sync

	closing chan struct{} // the syncing goroutine is to end
	closed  chan struct{} // it has
}

// syncPause is the time between two syncs: a file that is being synced would
// keep appends waiting. A power cut costs the outcomes of so long: their
// batches are sent again, under the same keys.
const syncPause = 50 * time.Millisecond

// openJournal opens the journal at path for appending, and calls apply for each
// entry that it holds.
func openJournal(path string, parse lineParser, apply func(entry)) (_ *journal, bad int, err error) {
	file, err := filelock.Open(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, 0, err
	}
	size, bad, err := readJournal(file, parse, apply)
	if err == nil {
		err = file.Truncate(size)
	}
	if err == nil {
		_, err = file.Seek(size, io.SeekStart)
	}
	if err != nil {
		file.Close()
		return nil, 0, err
	}
	j := &journal{file: file, wake: make(chan struct{}, 1), closing: make(chan struct{}), closed: make(chan struct{})}
	go j.syncLoop()
	return j, bad, nil
}

// append adds a line. Its error may be that of an earlier line or sync.
func (j *journal) append(e entry) error {
	line, err := appendLine(nil, e)
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err == nil {
		j.err = writeLine(j.file, line)
	}
	if j.err != nil {
		return j.err
	}
	select {
	case j.wake <- struct{}{}:
	default: // a sync that has not begun yet will see this line
	}
	return nil
}

func (j *journal) syncLoop() {
	defer close(j.closed)
	for {
		select {
		case <-j.wake:
		case <-j.closing:
			return
		}
		j.flush() // append and close tell of its error
		atStep("synced")
		select {
		case <-time.After(syncPause):
		case <-j.closing:
			return
		}
	}
}

// flush syncs what was appended. Its error may be that of an earlier line or
// sync.
func (j *journal) flush() error {
	err := j.file.Sync() // not under mu: appends go on meanwhile
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err == nil {
		j.err = err
	}
	return j.err
}

// close syncs what was appended. After it nothing may be appended.
func (j *journal) close() error {
	close(j.closing)
	<-j.closed
	return errors.Join(j.flush(), j.file.Close())
}

// writeLine and atStep are where tests kill the process: in the middle of a
// line, and between the steps of a delivery.
var (
	writeLine = func(file *os.File, line []byte) error {
		_, err := file.Write(line)
		return err
	}
	atStep = func(step string) {}
)

// marshalLine writes v as one line of JSON.
func marshalLine(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return buf.Bytes(), err
}
