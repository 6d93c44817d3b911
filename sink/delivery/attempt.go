package delivery

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// answerLimit is the number of bytes of an answer that are read, to know whether
// it is whole.
const answerLimit = 1 << 20

// gracePeriod is the time for which an attempt under way may go on after the
// delivery was stopped, so that its answer is not lost.
const gracePeriod = 5 * time.Second

// errNotSent wraps why an attempt was not begun.
var errNotSent = errors.New("not sent")

// attempts makes single attempts: it is the http.RoundTripper under the
// retrying client. An attempt begins when the gate lets it, has one time-out
// from dialling to the answer's last byte, and returns an answer that is
// whole, its body in memory.
type attempts struct {
	base    *http.Transport
	gate    *gate
	timeout time.Duration
	grace   time.Duration
}

func newAttempts(o Options) *attempts {
	base := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		TLSClientConfig:     o.TLS,
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: o.Concurrency,
		DisableCompression:  true, // an answer's content is not looked at, so it is not unpacked either
		IdleConnTimeout:     30 * time.Second,
	}
	return &attempts{base: base, gate: newGate(o.Concurrency, o.Rate), timeout: o.Timeout, grace: gracePeriod}
}

// RoundTrip makes one attempt.
//
// That this type has no CloseIdleConnections is meant: the retrying client
// calls it after each failure, for all workers' connections.
func (a *attempts) RoundTrip(req *http.Request) (*http.Response, error) {
	ticket, err := a.gate.enter(req.Context())
	if err != nil {
		req.Body.Close()
		return nil, fmt.Errorf("%w: %w", errNotSent, err)
	}
	resp, err := a.once(req)
	a.gate.leave(ticket, loadOf(resp, err))
	return resp, err
}

func (a *attempts) once(req *http.Request) (*http.Response, error) {
	whole := req.Context() // the delivery's
	ctx, cancel := context.WithTimeoutCause(context.WithoutCancel(whole), a.timeout, errTimeout)
	defer cancel()
	defer context.AfterFunc(whole, func() {
		if !errors.Is(whole.Err(), context.DeadlineExceeded) {
			select {
			case <-ctx.Done():
			case <-time.After(a.grace):
			}
		}
		cancel()
	})()

	req = req.WithContext(ctx)
	// or net/http would send the request again on its own, uncounted, when a kept connection turns out dead
	req.GetBody = nil
	resp, err := a.base.RoundTrip(req)
	if err != nil {
		return nil, cmp.Or(context.Cause(ctx), err)
	}
	defer resp.Body.Close()
	var body bytes.Buffer
	_, err = io.Copy(&body, io.LimitReader(resp.Body, answerLimit))
	if err != nil && outcomeOf(resp.StatusCode, false) == acknowledged {
		return nil, fmt.Errorf("the answer, status %d, was cut off: %w", resp.StatusCode,
			cmp.Or(context.Cause(ctx), err))
	}
	resp.Header.Del("Location") // a redirect is an answer like any other, even one to nowhere
	resp.Body = io.NopCloser(&body)
	return resp, nil
}

var errTimeout = fmt.Errorf("no answer in time: %w", context.DeadlineExceeded)

// loadOf returns what the end of an attempt says about the API's load.
func loadOf(resp *http.Response, err error) load {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return overload
	case err != nil:
		return loadUnknown
	case resp.StatusCode == http.StatusTooManyRequests, resp.StatusCode == http.StatusServiceUnavailable:
		return overload
	case outcomeOf(resp.StatusCode, false) == acknowledged:
		return served
	}
	return loadUnknown
}
