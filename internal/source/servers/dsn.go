package servers

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
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
	params []string            // the parameters that a DSN may have
	values map[string][]string // the values that a parameter may have, where there are few
	cert   string              // the parameters of a client certificate and its key:
	key    string              // one needs the other
}

var (
	mysqlServer = &server{"mysql", "3306", []string{"socket", "ssl-ca", "ssl-cert", "ssl-key", "tls"},
		map[string][]string{"tls": {"true", "skip-verify", "preferred", "false"}}, "ssl-cert", "ssl-key"}
	postgresServer = &server{"postgres", "5432",
		[]string{"host", "port", "sslcert", "sslkey", "sslmode", "sslrootcert"},
		map[string][]string{"sslmode": {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}},
		"sslcert", "sslkey"}

	servers = map[string]*server{
		"mysql": mysqlServer, "mariadb": mysqlServer,
		"postgres": postgresServer, "postgresql": postgresServer,
	}
)

// ParseDSN reads a DSN, of the form and with the parameters that package database documents,
// where it is called by the same name.
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
	if _, ok := u.User.Password(); ok {
		return DSN{}, errors.New(
			"holds a password, which other users of the machine could read there: give it in the environment or in a file",
		)
	}
	if d.user = u.User.Username(); d.user == "" {
		return DSN{}, errors.New("names no user")
	}
	if d.params, err = kind.parseParams(u.RawQuery); err != nil {
		return DSN{}, err
	}
	if d.host == "" && d.params.Get("socket") == "" && d.params.Get("host") == "" {
		return DSN{}, errors.New("names no host")
	}
	if port := d.params.Get("port"); port != "" {
		if d.port != "" {
			return DSN{}, errors.New("names a port twice")
		}
		d.port = port
	}
	d.port = cmp.Or(d.port, kind.port)
	if n, err := strconv.ParseUint(d.port, 10, 16); err != nil || n == 0 {
		return DSN{}, errors.New("has a port that is not a number from 1 to 65535")
	}
	return d, nil
}

// parseParams reads the parameters of a DSN. Its errors quote none of their values.
func (s *server) parseParams(query string) (url.Values, error) {
	params, err := url.ParseQuery(query)
	if err != nil {
		return nil, errors.New("its parameters are not of the form name=value&name=value")
	}
	for _, p := range slices.Sorted(maps.Keys(params)) {
		if !slices.Contains(s.params, p) {
			return nil, fmt.Errorf("has an unknown parameter: there are %s", strings.Join(s.params, ", "))
		}
		if len(params[p]) > 1 {
			return nil, fmt.Errorf("has the parameter %s twice", p)
		}
		if values := s.values[p]; values != nil && !slices.Contains(values, params[p][0]) {
			return nil, fmt.Errorf("has an unknown value of the parameter %s: there are %s", p,
				strings.Join(values, ", "))
		}
	}
	if (params.Get(s.cert) == "") != (params.Get(s.key) == "") {
		return nil, fmt.Errorf("has one of the parameters %s and %s: both are needed", s.cert, s.key)
	}
	switch verify := params.Get("tls"); {
	case verify == "skip-verify" || verify == "preferred":
		if params.Has("ssl-ca") {
			return nil, errors.New("has the parameter ssl-ca, which is heeded with tls=true alone")
		}
	case verify == "false" && (params.Has("ssl-ca") || params.Has("ssl-cert")):
		return nil, errors.New("has certificates, and tls=false")
	}
	return params, nil
}

// String returns the DSN without the password and the parameters.
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

// url returns the DSN without the password and the parameters.
func (d DSN) url() *url.URL {
	u := &url.URL{Scheme: d.server.scheme, User: url.User(d.user), Path: "/" + d.name}
	if d.host != "" {
		u.Host = net.JoinHostPort(d.host, d.port)
	}
	return u
}
