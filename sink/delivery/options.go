package delivery

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/sav-analytics/sav/sink"
)

// Options are how a delivery is made. Only URL is needed.
type Options struct {
	// URL takes the batches by POST: http or https. Credentials in it are
	// used and shown nowhere.
	URL string
	// Token is sent as "Authorization: Bearer". It is refused over plain
	// http, except to this machine.
	Token string

	Concurrency int           // attempts at once, at most; 0 is 10
	Rate        float64       // attempts begun a second, at most; 0 is no bound
	Timeout     time.Duration // of one attempt, from dialling to the answer's last byte; 0 is 30 s
	Retries     int           // attempts after a batch's first; 0 is 8, negative is none
	MinBackoff  time.Duration // longest wait before the first retry, doubled for each further one; 0 is 500 ms
	MaxBackoff  time.Duration // longest wait before any retry, Retry-After included; 0 is 1 min
	Deadline    time.Duration // for the whole of Run; 0 is none

	Gzip   bool        // compress the bodies
	TLS    *tls.Config // nil is the system's authorities and no client certificate; see TLSFiles
	Replay bool        // send the dead batches again too
	DryRun bool        // Open writes nothing and takes no lock; Run is refused

	// Progress, if set, is called after each attempt that will be retried and
	// after each outcome, one call at a time.
	Progress func(sink.Delivery)
	// Log, if set, gets one record for the fate of each batch: acknowledged at
	// level Info, any other at Warn; each retry at Debug.
	Log *slog.Logger
}

// withDefaults replaces zero values by what they stand for.
func (o Options) withDefaults() Options {
	def := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	if o.Concurrency <= 0 {
		o.Concurrency = 10
	}
	switch {
	case o.Retries == 0:
		o.Retries = 8
	case o.Retries < 0:
		o.Retries = 0
	}
	def(&o.Timeout, 30*time.Second)
	def(&o.MinBackoff, 500*time.Millisecond)
	def(&o.MaxBackoff, time.Minute)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Progress == nil {
		o.Progress = func(sink.Delivery) {}
	}
	return o
}

// Check says beforehand whether Open will take the URL and the token; the error
// wraps ErrConfig.
func (o Options) Check() error {
	_, err := parseEndpoint(o.URL, o.Token)
	return err
}

// An endpoint is where a delivery goes.
type endpoint struct {
	url     *url.URL // as requested
	key     string   // what the keys are made from: without credentials
	shown   string   // what people see: without the query too
	secrets []string // what nobody sees
}

// parseEndpoint checks the URL and the token.
func parseEndpoint(raw, token string) (endpoint, error) {
	u, err := url.Parse(raw)
	if err != nil { // its text would show the URL
		return endpoint{}, fmt.Errorf("%w: the URL cannot be read", ErrConfig)
	}
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	u.Fragment, u.RawFragment = "", ""
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return endpoint{}, fmt.Errorf("%w: the URL is to begin with http:// or https:// and a host", ErrConfig)
	}
	e := endpoint{url: u}
	bare := *u
	bare.User = nil
	e.key = bare.String()
	if bare.RawQuery != "" {
		bare.RawQuery, bare.ForceQuery = "", true // ends in "?": there is more
	}
	e.shown = bare.String()

	e.secrets = secretsOf(u, token)
	if strings.ContainsFunc(token, unicode.IsControl) {
		return endpoint{}, fmt.Errorf("%w: the token holds a line break or another control character", ErrConfig)
	}
	if hasCredentials := token != "" || u.User != nil; hasCredentials && u.Scheme == "http" && !loopback(u.Hostname()) {
		return endpoint{}, fmt.Errorf("%w: a token is not sent over plain http to %s: use https", ErrConfig, u.Hostname())
	}
	return e, nil
}

// secretsOf are what nobody is to see of a request, the longest first: the token,
// the query and its values, and the password or, without one, the user, which is
// then what identifies the sender. Each is there as it is sent and as it reads.
func secretsOf(u *url.URL, token string) []string {
	secrets := []string{token, u.RawQuery}
	for _, pair := range strings.FieldsFunc(u.RawQuery, func(r rune) bool { return r == '&' || r == ';' }) {
		_, sent, _ := strings.Cut(pair, "=")
		value, _ := url.QueryUnescape(sent)
		secrets = append(secrets, sent, value)
	}
	if u.User != nil {
		name := u.User.Username()
		password, ok := u.User.Password()
		secrets = append(secrets, base64.StdEncoding.EncodeToString([]byte(name+":"+password)), u.User.String())
		if ok {
			_, sent, _ := strings.Cut(u.User.String(), ":")
			secrets = append(secrets, sent, password)
		} else {
			secrets = append(secrets, name)
		}
	}
	secrets = slices.DeleteFunc(secrets, func(s string) bool { return len(s) < 4 })
	slices.SortFunc(secrets, func(a, b string) int { return len(b) - len(a) })
	return secrets
}

// loopback reports whether host is this machine, whatever a resolver says.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// redact takes the secrets out of a text that came from elsewhere.
func (e endpoint) redact(text string) string {
	for _, secret := range e.secrets {
		text = strings.ReplaceAll(text, secret, "[redacted]")
	}
	return text
}

// TLSFiles makes the TLS part of Options from PEM files: the authorities that
// are trusted instead of the system's, and a client certificate with its key.
// An empty name leaves its part out. Errors wrap ErrConfig.
func TLSFiles(caFile, certFile, keyFile string) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if caFile != "" {
		pem, err := os.ReadFile(caFile)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrConfig, err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%w: %s holds no certificate in PEM form", ErrConfig, caFile)
		}
	}
	if certFile != "" || keyFile != "" {
		cert, err := tls.LoadX509KeyPair(certFile, keyFile)
		if err != nil {
			return nil, fmt.Errorf("%w: client certificate: %w", ErrConfig, err)
		}
		config.Certificates = []tls.Certificate{cert}
	}
	return config, nil
}
