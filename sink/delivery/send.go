package delivery

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
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

// A sending is what one run did about a batch.
type sending struct {
	outcome  outcome
	status   int    // of the last answer; 0 if the last attempt had none
	attempts int    // made
	inDoubt  bool   // an attempt, of this run or an earlier one, may still be at work
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
// ends. inDoubt says that an attempt of an earlier run may still be at work.
// retried is called before each attempt but the first.
func (s *sender) send(ctx context.Context, r Request, inDoubt bool, retried func()) sending {
	sent := sending{inDoubt: inDoubt}
	client := &retryablehttp.Client{
		HTTPClient:   s.http,
		RetryMax:     s.opts.Attempts - 1,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
		CheckRetry: func(ctx context.Context, resp *http.Response, err error) (bool, error) {
			if errors.Is(err, errNotSent) {
				return false, nil
			}
			sent.attempts++
			sent.status, sent.err = 0, err
			if resp != nil {
				sent.status = resp.StatusCode
			}
			retry := err == nil && transient(sent.status, sent.inDoubt) || err != nil && !hopeless(err)
			sent.inDoubt = sent.inDoubt || leavesDoubt(sent.status)
			return ctx.Err() == nil && retry, nil
		},
		Backoff: func(_, _ time.Duration, n int, resp *http.Response) time.Duration {
			wait := backoff(s.opts.MinBackoff, s.opts.MaxBackoff, n, resp, time.Now())
			s.opts.Log.Debug("batch will be retried", "batch", r.Number, "attempt", sent.attempts, "wait", wait,
				s.why(sent))
			retried()
			return wait
		},
	}
	req, err := s.request(ctx, r)
	if err != nil {
		sent.err = err
		return sent
	}
	resp, err := client.Do(req)
	switch {
	case err == nil && resp != nil:
		answer, _ := io.ReadAll(io.LimitReader(resp.Body, answerRead)) // from memory
		// before it is cut: a part of a secret would not be known for one
		shown := s.endpoint.redact(string(answer))
		sent.answer = strings.ToValidUTF8(shown[:min(len(shown), answerShown)], "\uFFFD")
		sent.outcome = outcomeOf(resp.StatusCode, sent.inDoubt)
	case sent.attempts > 0:
		sent.outcome = unknown
	}
	return sent
}

// A dead letter holds answerShown bytes of an API's answer, after secrets were
// taken out of the first answerRead.
const (
	answerShown = 2048
	answerRead  = 1 << 16
)

// request returns the HTTP request of a batch.
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
	_, badCertificate := errors.AsType[*tls.CertificateVerificationError](err)
	return badCertificate || errors.Is(err, http.ErrSchemeMismatch)
}

// why returns the status of the last attempt, or its error.
func (s *sender) why(sent sending) slog.Attr {
	if sent.err != nil {
		return slog.String("error", s.text(sent.err))
	}
	return slog.Int("status", sent.status)
}

// text returns an error's text without the URL, which may hold credentials.
func (s *sender) text(err error) string {
	if withURL, ok := errors.AsType[*url.Error](err); ok {
		err = withURL.Err
	}
	return s.endpoint.redact(err.Error())
}

// backoff returns how long to wait before attempt n+1, n counted from 0: a random
// time up to base·2ⁿ ("full jitter": callers that failed together do not
// return together), or what the API asked for in Retry-After if that is
// longer. It is never above limit.
func backoff(base, limit time.Duration, n int, resp *http.Response, now time.Time) time.Duration {
	ceiling := limit
	if n < 63 && base<<n>>n == base && base<<n < limit {
		ceiling = base << n
	}
	wait := rand.N(ceiling + 1)
	if resp != nil {
		wait = max(wait, retryAfter(resp.Header.Get("Retry-After"), limit, now))
	}
	return wait
}

// retryAfter reads a Retry-After header (RFC 9110, 10.2.3): a number of
// seconds, or a date in any of HTTP's three forms. The result is from 0 to
// limit; a header that cannot be read, or a time that has passed, is 0.
func retryAfter(header string, limit time.Duration, now time.Time) time.Duration {
	header = strings.TrimSpace(header)
	if header == "" {
		return 0
	}
	if strings.Trim(header, "0123456789") == "" {
		seconds, err := strconv.ParseInt(header, 10, 64)
		if err != nil || seconds > int64(limit/time.Second) { // beyond 64 bits is beyond the limit too
			return limit
		}
		return time.Duration(seconds) * time.Second
	}
	at, err := http.ParseTime(header)
	if err != nil {
		return 0
	}
	return min(max(at.Sub(now), 0), limit)
}
