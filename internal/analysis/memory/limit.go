package memory

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// A Limit says how much memory there is, and has files for what is beyond it.
type Limit struct {
	Bytes int64 // of the process, about
	Cells int   // that may be in memory
	// Beside is how many bytes are for other things while messages are read, and may
	// be taken after that.
	Beside int64

	dir    string
	mu     sync.Mutex
	arrays []mapped
	named  []string // files that still have a name
	swept  bool
}

const (
	// readBytes is what reading takes beside cells: the chunks that are scanned, the
	// batches made of them, and the program itself.
	readBytes = 128 << 20
	// ProgramBytes is what of this the program itself takes.
	ProgramBytes = 32 << 20
	minCellBytes = 1 << 20
)

// NewLimit returns a limit in bytes, whose files are in dir, or the system's
// folder for temporary files. It is nil, no limit, for 0.
func NewLimit(dir string, bytes int64) *Limit {
	if bytes == 0 {
		return nil
	}
	cells := min(max(bytes-readBytes, minCellBytes)/CellBytes, math.MaxInt)
	return &Limit{Bytes: bytes, Cells: int(cells), Beside: readBytes - ProgramBytes, dir: dir}
}

// Take returns n cells: of a file, or if l is nil of memory.
func (l *Limit) Take(n int) ([]Cell, error) {
	if l == nil || n == 0 {
		return MakeLarge[Cell](n), nil
	}
	return l.Array(n)
}

// Array returns n cells of a file that is mapped to memory: the system writes them
// out when it needs the memory for something else.
func (l *Limit) Array(n int) ([]Cell, error) {
	f, err := l.Create()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	m, err := mapFile(f, int64(n)*CellBytes)
	if err != nil {
		return nil, l.Error("spill to", err)
	}
	l.arrays = append(l.arrays, m)
	cells, _ := Carve[Cell](m, n)
	return cells, nil
}

// Error returns an error of a file, which names the folder.
func (l *Limit) Error(what string, err error) error {
	return fmt.Errorf("%s %s: %w", what, l.folder(), err)
}

func (l *Limit) folder() string {
	if l.dir == "" {
		return os.TempDir()
	}
	return l.dir
}

// filePrefix begins the name that a file has for a moment.
const filePrefix = ".sav-spill-"

// Create makes a file and removes its name: the system frees it however the process
// ends. A system that keeps the names of open files keeps it until Close.
func (l *Limit) Create() (*os.File, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.swept {
		l.swept = true
		l.sweep()
	}
	f, err := os.CreateTemp(l.dir, filePrefix+"*")
	if err != nil {
		return nil, fmt.Errorf("spill: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.named = append(l.named, f.Name())
	}
	return f, nil
}

// sweep removes what a process left that was killed before it removed the name. What
// can't be removed is somebody else's.
func (l *Limit) sweep() {
	entries, _ := os.ReadDir(l.folder()) // a folder that can't be read may still be written to
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), filePrefix) && e.Type().IsRegular() {
			_ = os.Remove(filepath.Join(l.folder(), e.Name()))
		}
	}
}

// Close frees the arrays and removes names that are left. nil has none.
func (l *Limit) Close() {
	if l == nil {
		return
	}
	for _, m := range l.arrays {
		m.unmap()
	}
	for _, name := range l.named {
		_ = os.Remove(name)
	}
}
