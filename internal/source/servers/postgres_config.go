package servers

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// postgresConfig returns the settings of a connection. They follow from the DSN
// and its password alone: neither the variables PGHOST, PGOPTIONS, PGSERVICE and
// so on act on it, nor the files in the home folder that libpq looks for.
func postgresConfig(dsn DSN) (*pgconn.Config, error) {
	// pgconn takes a config that it made itself, from the environment too; what its
	// argument says wins.
	settings := map[string]string{
		"host": dsn.host, "port": dsn.port, "user": dsn.user, "password": "", "database": dsn.name,
		"passfile": os.DevNull, "connect_timeout": fmt.Sprint(int(connectTimeout.Seconds())),
		"target_session_attrs": "any",
		"application_name":     "sav", "client_encoding": "UTF8", "datestyle": "ISO", "timezone": "UTC", "options": "",
		"sslmode": "prefer", "sslcert": "", "sslkey": "", "sslcertmode": "allow", "sslrootcert": "", "sslpassword": "",
		"sslnegotiation": "postgres", "sslsni": "1", "channel_binding": "prefer", "require_auth": "",
		"min_protocol_version": "", "max_protocol_version": "",
	}
	for name := range dsn.params {
		settings[name] = dsn.params.Get(name)
	}
	settings["port"] = dsn.port
	// A service can be overridden by another alone, which a file must have.
	if os.Getenv("PGSERVICE") != "" {
		file, err := os.CreateTemp("", "sav-service")
		if err != nil {
			return nil, err
		}
		defer os.Remove(file.Name())
		_, err = file.WriteString("[sav]\n")
		if closed := file.Close(); err == nil {
			err = closed
		}
		if err != nil {
			return nil, err
		}
		settings["service"], settings["servicefile"] = "sav", file.Name()
	}
	var text strings.Builder
	quoted := strings.NewReplacer(`\`, `\\`, `'`, `\'`)
	for name, value := range settings {
		fmt.Fprintf(&text, "%s='%s' ", name, quoted.Replace(value))
	}
	config, err := pgconn.ParseConfig(text.String())
	if err != nil {
		// It quotes the whole text: what was wrong is the error within.
		return nil, cmp.Or(errors.Unwrap(err), err)
	}
	config.Password = dsn.password
	delete(config.RuntimeParams, "options")
	return config, nil
}
