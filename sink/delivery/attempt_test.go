package delivery

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestGraceEnds: an attempt under way when the delivery is stopped may end,
// but not go on for as long as its own time-out.
func TestGraceEnds(t *testing.T) {
	arrived := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // only then the server notices that the client leaves
		close(arrived)
		<-r.Context().Done()
	}))
	defer server.Close()
	a := newAttempts(Options{Timeout: time.Hour}.withDefaults())
	a.grace = time.Millisecond
	defer a.base.CloseIdleConnections()
	ctx, stop := context.WithCancel(context.Background())
	go func() { <-arrived; stop() }()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL, strings.NewReader("[]"))
	require.NoError(t, err)
	_, err = a.RoundTrip(req)
	require.ErrorIs(t, err, context.Canceled)
	_, err = a.RoundTrip(req)
	require.ErrorIs(t, err, errNotSent)
}
