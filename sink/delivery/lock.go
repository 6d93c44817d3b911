package delivery

import (
	"errors"
	"os"

	"github.com/sav-analytics/sav/internal/filelock"
)

// lock takes the lock at path, which ends with the process that holds it. It
// returns ErrLocked if another one does.
func lock(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
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

func unlock(file *os.File) error { return errors.Join(filelock.Unlock(file), file.Close()) }
