package delivery

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"sync"
	"time"
)

// An entry is a line of the journal: what became of one batch.
type entry struct {
	Batch    int       `json:"batch"`
	Key      string    `json:"key"`
	Outcome  outcome   `json:"outcome"`
	Status   int       `json:"status,omitempty"` // of the last answer
	Attempts int       `json:"attempts"`         // in this run
	Error    string    `json:"error,omitempty"`  // of the last attempt, if it had no answer
	At       time.Time `json:"at"`
}

// readJournal gives each entry of a journal to apply. A last line without its
// line break was cut by a crash: it is passed over, and size, the length of
// what precedes it, is where the journal goes on. A line that is not an entry
// is counted in bad and passed over too: its batch is pending, and is sent
// again under the same key.
func readJournal(r io.Reader, apply func(entry)) (size int64, bad int, err error) {
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
		var e entry
		if json.Unmarshal(line, &e) != nil {
			bad++
			continue
		}
		apply(e)
	}
}

// A journal appends lines to a file. A line is handed to the system before
// append returns, and so outlives this process; it is synced to the disk
// shortly after, together with those that came meanwhile.
type journal struct {
	file *os.File

	mu   sync.Mutex
	err  error         // of writing or syncing: nothing more is appended
	wake chan struct{} // lines wait for a sync

	closing chan struct{} // the syncing goroutine is to end
	closed  chan struct{} // it has
}

// syncPause is between two syncs, during which a file that is being synced
// would keep appends waiting. A power cut costs the outcomes of so long: their
// batches are sent again, under the same keys.
const syncPause = 50 * time.Millisecond

// openJournal opens the journal at path for appending, having given the
// entries it holds to apply.
func openJournal(path string, apply func(entry)) (_ *journal, bad int, err error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, 0, err
	}
	size, bad, err := readJournal(file, apply)
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
	line, err := marshalLine(e)
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
