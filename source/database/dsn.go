package database

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// A DSN says where a database is and who asks. It has no exported field, and
// every way to print it leaves the password out.
type DSN struct {
	server   *server
	user     string
	password string
	host     string // without brackets; empty for a socket
	port     string
	name     string // of the database
	params   url.Values
}

// A server is a kind of database.
type server struct {
	scheme string
	port   string
	params []string            // those that a DSN may have
	values map[string][]string // of those that have only these
}

var (
	mysqlServer = &server{"mysql", "3306", []string{"socket", "tls"},
		map[string][]string{"tls": {"true", "skip-verify", "preferred", "false"}}}
	postgresServer = &server{"postgres", "5432", []string{"host", "sslcert", "sslkey", "sslmode", "sslrootcert"},
		map[string][]string{"sslmode": {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}}}

	servers = map[string]*server{
		"mysql": mysqlServer, "mariadb": mysqlServer,
		"postgres": postgresServer, "postgresql": postgresServer,
	}
)

// ParseDSN reads a DSN of the form
//
//	mysql://user@host:port/database?tls=true
//	postgres://user@host:port/database?sslmode=verify-full
//
// (also mariadb:// and postgresql://). The port may be left out. The parameters
// are, of MySQL, socket (a path, in place of the host) and tls (as the driver
// has it: true, skip-verify, preferred, false); of PostgreSQL, host (a folder
// with a socket), sslmode (disable, allow, prefer, require, verify-ca, verify-full),
// sslrootcert, sslcert and sslkey. Any other is an error, and so is a password in the text: it is given apart, or empty for none. Errors
// never quote the text.
func ParseDSN(text, password string) (DSN, error) {
	form := errors.New("not of the form mysql://user@host:port/database or postgres://user@host:port/database")
	u, err := url.Parse(text)
	if err != nil { // which quotes the text
		return DSN{}, form
	}
	kind := servers[u.Scheme]
	name := strings.TrimPrefix(u.Path, "/")
	if kind == nil || u.Opaque != "" || u.Fragment != "" || name == "" || strings.Contains(name, "/") {
		return DSN{}, form
	}
	if host := u.Hostname(); strings.Contains(host, ":") { // in brackets, and nothing else but an address
		if _, err := netip.ParseAddr(host); err != nil {
			return DSN{}, form
		}
	}
	d := DSN{server: kind, password: password, host: u.Hostname(), port: u.Port(), name: name}
	if d.port == "" {
		d.port = kind.port
	}
	if _, ok := u.User.Password(); ok {
		return DSN{}, errors.New("holds a password, which other users of the machine could read there: give it in the environment or in a file")
	}
	if d.user = u.User.Username(); d.user == "" {
		return DSN{}, errors.New("names no user")
	}
	if d.params, err = url.ParseQuery(u.RawQuery); err != nil {
		return DSN{}, errors.New("its parameters are not of the form name=value&name=value")
	}
	for _, p := range slices.Sorted(maps.Keys(d.params)) {
		if !slices.Contains(kind.params, p) {
			return DSN{}, fmt.Errorf("has a parameter that is none of %s", strings.Join(kind.params, ", "))
		}
		if len(d.params[p]) > 1 {
			return DSN{}, fmt.Errorf("has the parameter %s twice", p)
		}
		if values := kind.values[p]; values != nil && !slices.Contains(values, d.params[p][0]) {
			return DSN{}, fmt.Errorf("has a parameter %s that is none of %s", p, strings.Join(values, ", "))
		}
	}
	if d.host == "" && d.params.Get("socket") == "" && d.params.Get("host") == "" {
		return DSN{}, errors.New("names no host")
	}
	return d, nil
}

// String is the DSN without the password and the parameters.
func (d DSN) String() string {
	if d.server == nil {
		return "no database"
	}
	return d.url().String()
}

// GoString keeps the password out of %#v.
func (d DSN) GoString() string { return d.String() }

// Format keeps the password out of every other verb.
func (d DSN) Format(f fmt.State, _ rune) { fmt.Fprint(f, d.String()) }

// url is the DSN without the password and the parameters.
func (d DSN) url() *url.URL {
	u := &url.URL{Scheme: d.server.scheme, User: url.User(d.user), Path: "/" + d.name}
	if d.host != "" {
		u.Host = net.JoinHostPort(d.host, d.port)
	}
	return u
}
