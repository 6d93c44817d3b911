package delivery

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/sav-analytics/sav/sink"
)

// A letter is a line of dead.jsonl: a batch that the API refused for good.
type letter struct {
	Batch   int             `json:"batch"`
	Batches int             `json:"batches"`
	Key     string          `json:"key"`
	Status  int             `json:"status"`
	Answer  string          `json:"answer"` // its beginning
	At      time.Time       `json:"at"`
	Body    json.RawMessage `json:"body"`
}

// appendLetter adds a letter to the file at path and syncs it. Letters are
// rare, so the file is not kept open.
func appendLetter(path string, l letter) error {
	line, err := marshalLine(l)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, sink.Private)
	if err != nil {
		return err
	}
	if err = endLine(file); err == nil {
		_, err = file.Write(line)
	}
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// endLine ends a last line that a crash cut off.
func endLine(file *os.File) error {
	info, err := file.Stat()
	if err != nil || info.Size() == 0 {
		return err
	}
	last := make([]byte, 1)
	if _, err := file.ReadAt(last, info.Size()-1); err != nil || last[0] == '\n' {
		return err
	}
	_, err = file.Write([]byte("\n"))
	return err
}

// sweepLetters keeps, of the letters at path, the last one of each batch that
// is still dead, and removes the file when none is left.
func sweepLetters(path string, isDead func(batch int) bool) error {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	last := make(map[int]int) // batch → the line of its last letter
	lines, swept := 0, false
	err = eachLetter(file, func(l letter, _ []byte) error {
		_, again := last[l.Batch]
		swept = swept || again || !isDead(l.Batch)
		last[l.Batch] = lines
		lines++
		return nil
	})
	if err != nil || !swept {
		return err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	kept, err := sink.Create(path, sink.Private)
	if err != nil {
		return err
	}
	defer kept.Abort()
	n, line := 0, -1
	err = eachLetter(file, func(l letter, text []byte) error {
		if line++; last[l.Batch] != line || !isDead(l.Batch) {
			return nil
		}
		n++
		_, err := kept.Write(text)
		return err
	})
	if err != nil {
		return err
	}
	if n == 0 {
		return os.Remove(path)
	}
	return kept.Commit()
}

// eachLetter calls f for each letter, with its line; what is not one, such as
// a line that a crash cut off, is passed over.
func eachLetter(r io.Reader, f func(letter, []byte) error) error {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		var l letter
		if json.Unmarshal(line, &l) != nil {
			continue
		}
		if err := f(l, line); err != nil {
			return err
		}
	}
}
