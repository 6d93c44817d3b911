package delivery

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"unicode"
)

// An endpoint is where a delivery goes.
type endpoint struct {
	url     *url.URL // as requested
	key     string   // what the keys are made from: without credentials
	shown   string   // what people see: without the query and secrets in the path
	secrets []string // what nobody sees
}

// parseEndpoint checks the URL, the token, and the proxy that is asked for.
func parseEndpoint(raw, token string) (endpoint, error) {
	u, err := url.Parse(raw)
	if err != nil { // its text would show the URL
		return endpoint{}, fmt.Errorf("%w: the URL cannot be read", ErrConfig)
	}
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	u.Fragment, u.RawFragment = "", ""
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return endpoint{}, fmt.Errorf("%w: the URL does not begin with http:// or https:// and a host", ErrConfig)
	}
	if strings.ContainsFunc(token, unicode.IsControl) {
		return endpoint{}, fmt.Errorf("%w: the token holds a line break or another control character", ErrConfig)
	}
	if hasCredentials := token != "" || u.User != nil; hasCredentials && u.Scheme == "http" && !loopback(u.Hostname()) {
		return endpoint{}, fmt.Errorf("%w: a token is not sent over plain http to %s: use https", ErrConfig,
			u.Hostname())
	}
	if err := checkProxy(u.Scheme); err != nil {
		return endpoint{}, err
	}
	e := endpoint{url: u}
	bare := *u
	bare.User = nil
	e.key = bare.String()
	e.shown = bare.Scheme + "://" + bare.Host + hideSegments(bare.EscapedPath())
	if bare.RawQuery != "" || bare.ForceQuery {
		e.shown += "?" // there is more
	}
	e.secrets = secretsOf(u, token)
	return e, nil
}

// loopback reports whether host is this machine, whatever a resolver says.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// checkProxy returns an error if the environment names a proxy in a way that
// cannot be read: net/http would connect without one.
func checkProxy(scheme string) error {
	name := strings.ToUpper(scheme) + "_PROXY"
	value := os.Getenv(name)
	if value == "" {
		name = strings.ToLower(name)
		value = os.Getenv(name)
	}
	if value == "" {
		return nil
	}
	if !strings.Contains(value, "://") { // net/http takes host:port too
		value = "http://" + value
	}
	proxy, err := url.Parse(value)
	if err != nil || proxy.Hostname() == "" ||
		!slices.Contains([]string{"http", "https", "socks5", "socks5h"}, proxy.Scheme) {
		return fmt.Errorf("%w: %s is not the URL of a proxy, such as http://proxy.example.com:3128", ErrConfig, name)
	}
	return nil
}

// secretSegment reports whether a part of a path looks drawn at random, as the
// address of a web hook is: 16 bytes or more with a digit, or of both cases.
func secretSegment(segment string) bool {
	const lower, upper, digit = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
	return len(segment) >= 16 && (strings.ContainsAny(segment, digit) ||
		strings.ContainsAny(segment, lower) && strings.ContainsAny(segment, upper))
}

// hideSegments returns an escaped path without its secret segments.
func hideSegments(path string) string {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if secretSegment(segment) {
			segments[i] = "…"
		}
	}
	return strings.Join(segments, "/")
}

// minSecret is the length of a text, in bytes, from which on it is a secret: a
// shorter one stands in too many texts by chance.
const minSecret = 4

// secretsOf returns what nobody is to see of a request: the token, the query and
// its values, secret parts of the path, and the password or, without one, the
// user, which then identifies the sender.
func secretsOf(u *url.URL, token string) []string {
	secrets := []string{token, u.RawQuery}
	for _, pair := range strings.FieldsFunc(u.RawQuery, func(r rune) bool { return r == '&' || r == ';' }) {
		_, value, _ := strings.Cut(pair, "=")
		secrets = append(secrets, value)
		if value, err := url.QueryUnescape(value); err == nil {
			secrets = append(secrets, value)
		}
	}
	for segment := range strings.SplitSeq(u.EscapedPath(), "/") {
		if secretSegment(segment) {
			secrets = append(secrets, segment)
			if segment, err := url.PathUnescape(segment); err == nil {
				secrets = append(secrets, segment)
			}
		}
	}
	if u.User != nil {
		secrets = append(secrets, u.User.String())
		if password, ok := u.User.Password(); ok {
			_, sent, _ := strings.Cut(u.User.String(), ":")
			secrets = append(secrets, sent, password, u.User.Username()+":"+password)
		} else {
			secrets = append(secrets, u.User.Username())
		}
	}
	return slices.DeleteFunc(secrets, func(s string) bool { return len(s) < minSecret })
}
