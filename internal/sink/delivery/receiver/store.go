package receiver

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"

	"github.com/sav-analytics/sav/internal/filelock"
)

// errOtherBody: a key came again with another batch.
var errOtherBody = errors.New("this Idempotency-Key came before with another body")

// ErrInUse says that another receiver appends to the same file.
var ErrInUse = fmt.Errorf("another receiver is at work on this file: %w", filelock.ErrHeld)

// A store keeps entries, one JSON line each, and the keys they came under.
//
// A batch is first appended to the file of entries and synced, then booked in
// the file of keys with the length that the entries have by then, and synced.
// What lies beyond the last booked length was being written when the process
// died; it is cut off when the store is opened again. Batches that come at
// the same time share their syncs.
type store struct {
	entries, keys *os.File // nil: in memory only

	mu     sync.Mutex
	byKey  map[string]*booking
	count  int   // entries
	length int64 // of the file of entries
	broken error // a write failed: the files end in what opening them again will cut off

	queue  chan *booking // to the goroutine that writes
	closed chan struct{}
}

// A booking is a batch on its way into the store, or there.
type booking struct {
	key   string
	hash  [32]byte
	lines []byte // of the entries; nil once written
	rows  int
	done  chan struct{}
	err   error // to be read after done
}

// A keyLine is a line of the file of keys.
type keyLine struct {
	Key     string `json:"key"`
	Hash    []byte `json:"sha256"` // of the body
	Entries int    `json:"entries"`
	End     int64  `json:"end"` // length of the file of entries with this batch
}

func openStore(path string) (*store, error) {
	s := &store{byKey: make(map[string]*booking), queue: make(chan *booking, 256), closed: make(chan struct{})}
	if path != "" {
		if err := s.openFiles(path); err != nil {
			return nil, err
		}
	}
	go s.writeLoop()
	return s, nil
}

func (s *store) openFiles(path string) (err error) {
	if s.entries, err = filelock.Open(path, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return err
	}
	if errors.Is(filelock.Lock(s.entries), filelock.ErrHeld) {
		s.entries.Close()
		return fmt.Errorf("%s: %w", path, ErrInUse)
	}
	info, err := s.entries.Stat()
	if _, noKeys := os.Stat(path + ".keys"); err == nil && info.Size() > 0 && errors.Is(noKeys, fs.ErrNotExist) {
		err = &fs.PathError{Op: "open", Path: path,
			Err: errors.New("not a receiver's file: there are no .keys beside it")}
	}
	if err == nil {
		s.keys, err = filelock.Open(path+".keys", os.O_RDWR|os.O_CREATE, 0o600)
	}
	if err == nil {
		err = s.readKeys()
	}
	if err == nil && info.Size() < s.length {
		err = fmt.Errorf("it has %d bytes, and the .keys beside it know of %d: they do not belong together",
			info.Size(), s.length)
		err = &fs.PathError{Op: "open", Path: path, Err: err}
	}
	if err == nil {
		err = s.entries.Truncate(s.length)
	}
	if err == nil {
		_, err = s.entries.Seek(s.length, io.SeekStart)
	}
	if err != nil {
		s.entries.Close()
		s.keys.Close()
	}
	return err
}

// readKeys books what the file of keys holds, and cuts off a torn last line.
func (s *store) readKeys() error {
	lines := bufio.NewReader(s.keys)
	size := int64(0)
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		var k keyLine
		if err := json.Unmarshal(line, &k); err != nil || len(k.Hash) != 32 {
			return fmt.Errorf("%s: not a line of keys: %q", s.keys.Name(), line)
		}
		size += int64(len(line))
		b := &booking{key: k.Key, hash: [32]byte(k.Hash), done: make(chan struct{})}
		close(b.done)
		s.byKey[k.Key] = b
		s.count += k.Entries
		s.length = k.End
	}
	if err := s.keys.Truncate(size); err != nil {
		return err
	}
	_, err := s.keys.Seek(size, io.SeekStart)
	return err
}

// put stores a batch, unless its key is known, and returns when it is on the
// disk.
func (s *store) put(key string, hash [32]byte, body []byte) error {
	s.mu.Lock()
	b, known := s.byKey[key]
	if !known {
		entries, err := split(body)
		if err != nil {
			s.mu.Unlock()
			return err
		}
		b = &booking{key: key, hash: hash, rows: len(entries), done: make(chan struct{})}
		var lines bytes.Buffer
		for _, entry := range entries {
			json.Compact(&lines, entry) // valid, and now without line breaks
			lines.WriteByte('\n')
		}
		b.lines = lines.Bytes()
		s.byKey[key] = b
	}
	s.mu.Unlock()
	if !known {
		s.queue <- b
	}
	<-b.done
	if b.err == nil && b.hash != hash {
		return errOtherBody
	}
	return b.err
}

// writeLoop stores what waits in the queue, all of it at a time.
func (s *store) writeLoop() {
	defer close(s.closed)
	for b := range s.queue {
		group := []*booking{b}
		for more := true; more; {
			select {
			case b, ok := <-s.queue:
				if more = ok; ok {
					group = append(group, b)
				}
			default:
				more = false
			}
		}
		err := s.write(group)
		s.mu.Lock()
		for _, b := range group {
			if b.err = err; err != nil {
				delete(s.byKey, b.key)
			} else {
				s.count += b.rows
			}
			b.lines = nil
			close(b.done)
		}
		s.mu.Unlock()
	}
}

// write appends a group of batches to the files. After an error nothing more
// is written.
func (s *store) write(group []*booking) (err error) {
	if s.entries == nil || s.broken != nil {
		return s.broken
	}
	defer func() { s.broken = err }()
	var lines, keys bytes.Buffer
	end := s.length
	for _, b := range group {
		lines.Write(b.lines)
		end += int64(len(b.lines))
		line, err := json.Marshal(keyLine{Key: b.key, Hash: b.hash[:], Entries: b.rows, End: end})
		if err != nil {
			return err
		}
		keys.Write(append(line, '\n'))
	}
	if _, err := s.entries.WriteAt(lines.Bytes(), s.length); err != nil {
		return err
	}
	if err := s.entries.Sync(); err != nil {
		return err
	}
	if _, err := s.keys.Write(keys.Bytes()); err != nil {
		return err
	}
	if err := s.keys.Sync(); err != nil {
		return err
	}
	s.length = end
	return nil
}

// counts returns the numbers of entries and of keys that took effect.
func (s *store) counts() (entries, keys int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count, len(s.byKey)
}

func (s *store) close() error {
	close(s.queue)
	<-s.closed
	if s.entries == nil {
		return nil
	}
	return errors.Join(filelock.Unlock(s.entries), s.entries.Close(), s.keys.Close())
}
