package servers

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sav-analytics/sav/source"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A server that is not there, or is something else, is an Error that names it.
func TestOpenWithoutServer(t *testing.T) {
	for _, scheme := range []string{"mysql", "postgres"} {
		for _, c := range []struct {
			name   string
			answer func(net.Conn) // nil: nobody listens
		}{
			{"nobody listens", nil},
			{"closed at once", func(net.Conn) {}},
			{"closed after a byte", func(c net.Conn) { io.WriteString(c, "S") }},
			{"a web server", func(c net.Conn) { io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n") }},
		} {
			t.Run(scheme+" "+c.name, func(t *testing.T) {
				dsn := listen(t, scheme, c.answer)
				_, err := Open(t.Context(), dsn, Options{})
				var failed *Error
				require.ErrorAs(t, err, &failed)
				require.Equal(t, dsn.String(), failed.Where)
				require.Equal(t, "connect", failed.Doing)
				require.NotContains(t, err.Error(), "pa55word")
			})
		}
		t.Run(scheme+" silent", func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			stop := errors.New("interrupted")
			dsn := listen(t, scheme, func(c net.Conn) {
				cancel(stop)
				io.Copy(io.Discard, c)
			})
			_, err := Open(ctx, dsn, Options{})
			require.ErrorIs(t, err, stop)
		})
	}
}

// listen returns the DSN of a server that answers one connection or more.
func listen(t *testing.T, scheme string, answer func(net.Conn)) DSN {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	params := map[string]string{"mysql": "", "postgres": "?sslmode=disable"}[scheme]
	dsn, err := ParseDSN(scheme+"://sav@"+l.Addr().String()+"/shop"+params, "pa55word")
	require.NoError(t, err)
	if answer == nil {
		require.NoError(t, l.Close())
		return dsn
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			answer(c)
			c.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return dsn
}

func TestOpenNothing(t *testing.T) {
	_, err := Open(t.Context(), DSN{}, Options{})
	require.ErrorContains(t, err, "ParseDSN")
}

// What was not opened, or has nothing to be read into, says so.
func TestNothingIsRead(t *testing.T) {
	t.Parallel()
	for _, s := range []*Source{nil, {}} {
		require.Error(t, s.Read(t.Context(), nil))
		require.NoError(t, s.Close())
		at, err := s.AsOf(t.Context())
		require.NoError(t, err)
		require.Zero(t, at)
	}
	s := fakeSource(&fakeConn{})
	require.Error(t, s.Read(t.Context(), nil))
	require.Error(t, s.Read(t.Context(), &source.Receiver{}))
	require.Error(t, Create(t.Context(), DSN{}, "messages", nil))
}

func TestCreateRefuses(t *testing.T) {
	dsn := listen(t, "mysql", nil)
	for _, name := range []string{"", "a b", "1st", "t; DROP TABLE x", "a.b", "`a`", strings.Repeat("x", 64)} {
		require.ErrorIs(t, Create(t.Context(), dsn, name, new(bytes.Buffer)), ErrName, name)
	}
	err := Create(t.Context(), dsn, "t", strings.NewReader("message_id,x\n"))
	require.ErrorContains(t, err, `column "x"`)
	require.ErrorIs(t, Create(t.Context(), dsn, "t", strings.NewReader("")), io.EOF)
	var failed *Error
	require.ErrorAs(t, Create(t.Context(), dsn, "t", strings.NewReader("message_id\n")), &failed)
}
