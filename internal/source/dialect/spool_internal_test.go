package dialect

import (
	"bytes"
	"io"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

// Readers at any places get what the stream holds, while it is read and what lies before
// them is released.
func TestSpool(t *testing.T) {
	t.Parallel()
	text := make([]byte, 3<<20)
	rand.NewChaCha8([32]byte{1}).Read(text)
	ended := make(chan struct{})
	s := newSpool(iotest.HalfReader(bytes.NewReader(text)), func() { close(ended) })
	const part = 100_000
	var mu sync.Mutex
	next, read := 0, make(map[int]bool)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			buf := make([]byte, part+500)
			for {
				mu.Lock()
				off := next
				next += part
				mu.Unlock()
				if off > len(text) {
					return
				}
				n, err := s.ReadAt(buf, int64(off))
				if err != io.EOF {
					require.NoError(t, err)
				}
				require.True(t, bytes.Equal(text[off:min(len(text), off+len(buf))], buf[:n]), off)
				mu.Lock()
				read[off] = true
				for released := 0; read[released]; released += part { // as what is confirmed grows
					s.release(int64(released))
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	<-ended
	n, err := s.ReadAt(make([]byte, 10), int64(len(text))+5)
	require.Equal(t, io.EOF, err)
	require.Zero(t, n)
	s.close()
}
