package delivery

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"os"
	"time"
)

// Progress is how far a report came on its way to the API.
// Acknowledged + Dead + Pending = Batches, always.
type Progress struct {
	Endpoint     string
	Batches      int64
	Acknowledged int64
	Dead         int64
	Pending      int64
	Retried      int64 // attempts beyond the first
}

// Options are how a delivery is made. Only URL is needed.
type Options struct {
	// URL takes the batches by POST: http or https. Credentials in it, and parts
	// of its path that look like secrets, are used and shown nowhere.
	URL string
	// Token is sent as "Authorization: Bearer". It is refused over plain
	// http, except to this machine.
	Token string

	Concurrency int           // attempts at once, at most; 0 is 10
	Rate        float64       // attempts begun a second, at most; 0 is no bound
	Timeout     time.Duration // of one attempt, from dialling to the answer's last byte; 0 is 30 s
	Attempts    int           // of one batch in one Run, at most; 0 is 9
	MinBackoff  time.Duration // longest wait before the first retry, doubled for each further one; 0 is 500 ms
	MaxBackoff  time.Duration // longest wait before any retry, Retry-After included; 0 is 1 min
	Deadline    time.Duration // for the whole of Run; 0 means no deadline

	Gzip   bool        // compress the bodies
	TLS    *tls.Config // nil is the system's authorities and no client certificate; see TLSFiles
	Replay bool        // send the dead batches again too
	DryRun bool        // Open writes nothing and takes no lock; Run is refused

	// Progress, if set, is called after each attempt that will be retried and
	// after each outcome, one call at a time.
	Progress func(Progress)
	// Log, if set, gets one record for the outcome of each batch: acknowledged at
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
	if o.Attempts <= 0 {
		o.Attempts = 9
	}
	def(&o.Timeout, 30*time.Second)
	def(&o.MinBackoff, 500*time.Millisecond)
	def(&o.MaxBackoff, time.Minute)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	return o
}

// Check returns the error that Open will return for the URL and the token, which
// wraps ErrConfig.
func (o Options) Check() error {
	_, err := parseEndpoint(o.URL, o.Token)
	return err
}

// Redact returns text without the token and what is secret in the URL, in
// whatever form they stand there.
func (o Options) Redact(text string) string {
	e, err := parseEndpoint(o.URL, o.Token)
	if err != nil {
		return text // nothing is sent, so nothing comes back
	}
	return e.redact(text)
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
