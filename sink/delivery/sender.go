package delivery

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// A Request is a batch with all that is sent with it, but the token.
type Request struct {
	Batch
	Key    string // the Idempotency-Key
	Header http.Header
}

// A fate is what became of a batch in one run.
type fate struct {
	outcome  outcome
	status   int    // of the last answer; 0 if the last attempt had none
	attempts int    // made
	err      error  // of the last attempt, if it had no answer
	answer   string // the beginning of the last answer's body
}

// A sender sends batches to one endpoint.
type sender struct {
	endpoint endpoint
	opts     Options
	attempts *attempts
	http     *http.Client
}

func newSender(e endpoint, opts Options) *sender {
	a := newAttempts(opts)
	return &sender{endpoint: e, opts: opts, attempts: a, http: &http.Client{Transport: a}}
}

// close ends the connections that are kept.
func (s *sender) close() { s.attempts.base.CloseIdleConnections() }

// send sends one batch until it has an outcome, its retries are spent or ctx
// ends. retried is called before each attempt but the first.
func (s *sender) send(ctx context.Context, r Request, retried func()) fate {
	var f fate
	client := &retryablehttp.Client{
		HTTPClient:   s.http,
		RetryMax:     s.opts.Retries,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
		CheckRetry: func(ctx context.Context, resp *http.Response, err error) (bool, error) {
			if errors.Is(err, errNotSent) {
				return false, nil
			}
			f.attempts++
			f.status, f.err = 0, err
			if resp != nil {
				f.status = resp.StatusCode
			}
			return ctx.Err() == nil && (err == nil && transient(f.status) || err != nil && !hopeless(err)), nil
		},
		Backoff: func(_, _ time.Duration, n int, resp *http.Response) time.Duration {
			wait := backoff(s.opts.MinBackoff, s.opts.MaxBackoff, n, resp, time.Now())
			s.opts.Log.Debug("batch will be retried", "batch", r.Number, "attempt", f.attempts, "wait", wait, s.why(f))
			retried()
			return wait
		},
	}
	req, err := s.request(ctx, r)
	if err != nil {
		f.err = err
		return f
	}
	resp, err := client.Do(req)
	switch {
	case err == nil && resp != nil:
		answer, _ := io.ReadAll(resp.Body)         // from memory
		shown := s.endpoint.redact(string(answer)) // before it is cut: a part of a secret would not be known for one
		f.answer = strings.ToValidUTF8(shown[:min(len(shown), answerShown)], "\uFFFD")
		f.outcome = outcomeOf(resp.StatusCode)
	case f.attempts > 0:
		f.outcome = unknown
	}
	return f
}

// answerShown is how much of an API's answer a dead letter holds, in bytes.
const answerShown = 2048

// request makes the HTTP request of a batch.
func (s *sender) request(ctx context.Context, r Request) (*retryablehttp.Request, error) {
	body := r.Body
	if s.opts.Gzip {
		var buf bytes.Buffer
		zip := gzip.NewWriter(&buf)
		zip.Write(body) // to memory
		zip.Close()
		body = buf.Bytes()
	}
	req, err := retryablehttp.NewRequestWithContext(ctx, http.MethodPost, s.endpoint.url.String(), body)
	if err != nil {
		return nil, err
	}
	req.Header = r.Header.Clone()
	if s.opts.Gzip {
		req.Header.Set("Content-Encoding", "gzip")
	}
	if s.opts.Token != "" {
		req.Header.Set("Authorization", "Bearer "+s.opts.Token)
	}
	return req, nil
}

// hopeless reports whether a connection fails in a way that no retry mends:
// the other side is not who it should be, or does not speak TLS.
func hopeless(err error) bool {
	var cert *tls.CertificateVerificationError
	return errors.As(err, &cert) || errors.Is(err, http.ErrSchemeMismatch)
}

// why tells why an attempt was not the last, or why it was.
func (s *sender) why(f fate) slog.Attr {
	if f.err != nil {
		return slog.String("error", s.text(f.err))
	}
	return slog.Int("status", f.status)
}

// text is an error's text without the URL, which may hold credentials.
func (s *sender) text(err error) string {
	var withURL *url.Error
	if errors.As(err, &withURL) {
		err = withURL.Err
	}
	return s.endpoint.redact(err.Error())
}
