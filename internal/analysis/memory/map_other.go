//go:build !linux

package memory

import "os"

// mapped is plain memory where files are not mapped.
type mapped []byte

func mapFile(_ *os.File, n int64) (mapped, error) { return make([]byte, n), nil }

func (mapped) unmap() {}
