// Package filelock takes locks on files that end with the process that holds
// them. Package sink and those below it use it; it stands outside of the flow.
package filelock

import "errors"

// ErrHeld says that another process holds the lock.
var ErrHeld = errors.New("locked by another process")
