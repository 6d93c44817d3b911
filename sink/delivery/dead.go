package delivery

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/sav-analytics/sav/internal/filelock"
	"github.com/sav-analytics/sav/internal/outfile"
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
	file, err := filelock.Open(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, outfile.Private)
	if err != nil {
		return err
	}
	if err = endLine(file); err == nil {
		err = writeLine(file, line)
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
// is still dead, and removes the file when none is left. What is not a letter,
// such as a line that a crash cut off, goes too.
func sweepLetters(path string, isDead func(batch int) bool) error {
	file, err := filelock.Open(path, os.O_RDONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	last := make(map[int]int) // dead batch → the line of its last letter
	lines := 0
	err = eachLine(file, func(batch int, _ []byte) error {
		if lines++; isDead(batch) {
			last[batch] = lines
		}
		return nil
	})
	switch {
	case err != nil || len(last) == lines: // nothing to sweep
		return err
	case len(last) == 0:
		return os.Remove(path)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	kept, err := outfile.Create(path, outfile.Private)
	if err != nil {
		return err
	}
	defer kept.Abort()
	line := 0
	err = eachLine(file, func(batch int, text []byte) error {
		if line++; last[batch] != line {
			return nil
		}
		_, err := kept.Write(text)
		return err
	})
	if err != nil {
		return err
	}
	return kept.Commit()
}

// eachLine calls f for each line of dead letters with the batch that it is of,
// which is 0 if the line is not a whole letter.
func eachLine(r io.Reader, f func(batch int, text []byte) error) error {
	lines := bufio.NewReader(r)
	for {
		text, err := lines.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if len(text) == 0 {
			return nil
		}
		var l letter
		if err != nil || json.Unmarshal(text, &l) != nil {
			l.Batch = 0
		}
		if err := f(l.Batch, text); err != nil {
			return err
		}
	}
}
