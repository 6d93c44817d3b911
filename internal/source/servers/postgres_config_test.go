package servers

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
)

// Nothing but the DSN and its password acts on a connection: no variable that
// libpq heeds, and no file in the home folder.
func TestPostgresHeedsTheDSNAlone(t *testing.T) {
	dsn, err := ParseDSN("postgres://sav@db.example/shop", "pa55word")
	require.NoError(t, err)
	unnamed, err := ParseDSN("postgres://sav@db.example/shop", "")
	require.NoError(t, err)
	plain := func() []*pgconn.Config {
		var configs []*pgconn.Config
		for _, dsn := range []DSN{dsn, unnamed} {
			config, err := postgresConfig(dsn)
			require.NoError(t, err)
			config.BuildFrontend, config.BuildContextWatcherHandler, config.OnPgError = nil, nil, nil
			config.DialFunc, config.LookupFunc, config.ValidateConnect = nil, nil, nil
			configs = append(configs, config)
		}
		return configs
	}
	empty := t.TempDir()
	t.Setenv("HOME", empty)
	t.Setenv("TMPDIR", empty)
	want := plain()

	home := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(home, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	write(".pgpass", "*:*:*:*:another\n")
	write(".postgresql/root.crt", "no certificate")
	write(".postgresql/postgresql.crt", "no certificate")
	write(".postgresql/postgresql.key", "no key")
	services := write("services", "[own]\nhost=service.example\nuser=other\nsslmode=verify-full\napplication_name=other\n")
	for _, c := range []struct{ name, variable, value string }{
		{"a home folder", "HOME", home},
		{"a host", "PGHOST", "other.example"},
		{"a port", "PGPORT", "1"},
		{"no port", "PGPORT", "none"},
		{"a database", "PGDATABASE", "other"},
		{"a user", "PGUSER", "other"},
		{"a password", "PGPASSWORD", "other"},
		{"a file of passwords", "PGPASSFILE", filepath.Join(home, ".pgpass")},
		{"a name", "PGAPPNAME", "other"},
		{"a time", "PGCONNECT_TIMEOUT", "1"},
		{"no time", "PGCONNECT_TIMEOUT", "soon"},
		{"TLS", "PGSSLMODE", "verify-full"},
		{"an unknown way to TLS", "PGSSLMODE", "sometimes"},
		{"a key", "PGSSLKEY", "other.key"},
		{"a certificate", "PGSSLCERT", "other.pem"},
		{"whether certificates are sent", "PGSSLCERTMODE", "require"},
		{"an empty answer to that", "PGSSLCERTMODE", ""},
		{"a server's name", "PGSSLSNI", "0"},
		{"an authority", "PGSSLROOTCERT", "other.pem"},
		{"a key's password", "PGSSLPASSWORD", "other"},
		{"TLS at once", "PGSSLNEGOTIATION", "direct"},
		{"a kind of server", "PGTARGETSESSIONATTRS", "read-write"},
		{"a service", "PGSERVICE", "own"},
		{"an unknown service", "PGSERVICE", "none"},
		{"a zone", "PGTZ", "Europe/Paris"},
		{"settings", "PGOPTIONS", "-c search_path=other"},
		{"an old protocol", "PGMAXPROTOCOLVERSION", "3.0"},
		{"a new protocol", "PGMINPROTOCOLVERSION", "3.2"},
		{"a bound channel", "PGCHANNELBINDING", "require"},
		{"no password", "PGREQUIREAUTH", "none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("PGSERVICEFILE", services)
			t.Setenv(c.variable, c.value)
			require.Equal(t, want, plain())
			left, err := os.ReadDir(empty)
			require.NoError(t, err)
			require.Empty(t, left, "no file is left")
		})
	}
}

func TestPostgresConfig(t *testing.T) {
	config := func(text, password string) (*pgconn.Config, error) {
		dsn, err := ParseDSN(text, password)
		require.NoError(t, err)
		return postgresConfig(dsn)
	}
	c, err := config("postgres://s%40v@/sh%27op%5C?host=/run/postgresql&port=5433", `it's \ "secret" `)
	require.NoError(t, err)
	require.Equal(t, "s@v", c.User)
	require.Equal(t, `sh'op\`, c.Database)
	require.Equal(t, `it's \ "secret" `, c.Password)
	require.Equal(t, "/run/postgresql", c.Host)
	require.EqualValues(t, 5433, c.Port)
	require.NotContains(t, c.RuntimeParams, "options")

	_, err = config("postgres://sav@db/shop?sslmode=verify-full&sslrootcert=/nothing", "pa55word")
	require.ErrorContains(t, err, "/nothing")
	require.NotContains(t, err.Error(), "pa55word")
}
