package servers

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOpenMySQLOfAnotherKind(t *testing.T) {
	postgres, err := ParseDSN("postgres://sav@127.0.0.1/shop", "pa55word")
	require.NoError(t, err)
	for _, dsn := range []DSN{postgres, {}} {
		_, err := OpenMySQL(t.Context(), dsn)
		require.ErrorIs(t, err, ErrNotMySQL)
		require.NotContains(t, err.Error(), "pa55word")
	}
}

func TestOpenMySQLWithoutServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	dsn, err := ParseDSN("mysql://sav@"+l.Addr().String()+"/shop", "pa55word")
	require.NoError(t, err)
	_, err = OpenMySQL(t.Context(), dsn)
	var failure *Error
	require.ErrorAs(t, err, &failure)
	require.Equal(t, "connect", failure.Doing)
	require.NotContains(t, err.Error(), "pa55word")
}
