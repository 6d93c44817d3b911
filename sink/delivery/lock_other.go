//go:build !unix || aix || solaris

package delivery

import (
	"errors"
	"fmt"
	"os"
)

// lock fails: without a lock that dies with its process, two deliveries could
// write one journal.
func lock(path string) (*os.File, error) {
	return nil, fmt.Errorf("lock %s: %w", path, errors.ErrUnsupported)
}

func unlock(file *os.File) error { return file.Close() }
