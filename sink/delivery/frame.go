package delivery

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/frameio"
	"github.com/sav-analytics/sav/sink"
)

// FrameBatches yields the rows of any frame in batches of ten, in order, as JSON:
// an object for each row, with all columns as keys, as [frameio.WriteJSONLines]
// writes it. A frame without rows has none.
func FrameBatches(f *frame.Frame) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		appendRow, err := frameio.JSONRows(f, frameio.WriteOptions{})
		if err != nil {
			yield(Batch{}, err)
			return
		}
		for first := 0; first < f.Len(); first += BatchSize {
			batch := Batch{Number: first/BatchSize + 1, Rows: min(BatchSize, f.Len()-first), Body: []byte{'['}}
			for i := range batch.Rows {
				if i > 0 {
					batch.Body = append(batch.Body, ',')
				}
				batch.Body = appendRow(batch.Body, first+i)
			}
			batch.Body = append(batch.Body, ']')
			if !yield(batch, nil) {
				return
			}
		}
	}
}

// An API takes any frame in batches of ten, one after the other, by the caller's
// own HTTP client. It keeps no journal: [Deliver] is for reports that must arrive
// whatever happens. It is a [sink.Sink].
type API struct {
	URL      string
	Client   *http.Client  // nil: one that waits 30 seconds for an answer
	Header   http.Header   // sent with each request, such as Authorization
	Attempts int           // for each batch; 0: 4
	Wait     time.Duration // before the second attempt, doubled before each further one; 0: a second
}

var _ sink.Sink = API{}

// Send posts the batches of a frame and returns how many were acknowledged. A
// request has Content-Type, Idempotency-Key, a hash of URL, place and body, and
// what Header holds. What may fare better later is sent again. The first batch
// that is not acknowledged ends it, with an error that wraps [ErrIncomplete],
// [ErrDead] or [ErrUnauthorized]: sending the frame again repeats the keys of
// those before it.
func (a API) Send(ctx context.Context, f *frame.Frame) (acknowledged int, err error) {
	to, err := url.Parse(a.URL)
	if err != nil || to.Host == "" || to.Scheme != "http" && to.Scheme != "https" {
		return 0, fmt.Errorf("%w: the URL is not one of http or https", ErrConfig)
	}
	for batch, err := range FrameBatches(f) {
		if err == nil {
			err = a.send(ctx, batch)
		}
		if err != nil {
			return acknowledged, fmt.Errorf("batch %d of %d: %w", acknowledged+1, (f.Len()+BatchSize-1)/BatchSize, err)
		}
		acknowledged++
	}
	return acknowledged, nil
}

// Put sends the report of a result.
func (a API) Put(ctx context.Context, result *analysis.Result) error {
	_, err := a.Send(ctx, result.Report)
	return err
}

// send posts a batch until there is a final answer.
func (a API) send(ctx context.Context, b Batch) error {
	attempts, wait := a.Attempts, a.Wait
	if attempts <= 0 {
		attempts = 4
	}
	if wait <= 0 {
		wait = time.Second
	}
	inDoubt := false
	for attempt := 1; ; attempt++ {
		status, err := a.post(ctx, b)
		if err == nil && outcomeOf(status, inDoubt) != unknown {
			return answered(status, inDoubt)
		}
		if err == nil {
			err = fmt.Errorf("status %d", status)
		}
		inDoubt = inDoubt || leavesDoubt(status)
		if attempt == attempts || ctx.Err() != nil {
			return fmt.Errorf("%w: %w", ErrIncomplete, err)
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
		wait *= 2
	}
}

// answered returns the error of a final answer.
func answered(status int, inDoubt bool) error {
	switch outcomeOf(status, inDoubt) {
	case unauthorized:
		return fmt.Errorf("%w: status %d", ErrUnauthorized, status)
	case dead:
		return fmt.Errorf("%w: status %d", ErrDead, status)
	}
	return nil
}

// post sends a batch once; the status is 0 if there is no answer.
func (a API) post(ctx context.Context, b Batch) (status int, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.URL, bytes.NewReader(b.Body))
	if err != nil {
		return 0, err
	}
	for name, values := range a.Header {
		req.Header[http.CanonicalHeaderKey(name)] = values
	}
	req.Header.Set("Content-Type", "application/json")
	key := sha256.Sum256(fmt.Appendf(nil, "%s\n%d\n%s", a.URL, b.Number, b.Body))
	req.Header.Set("Idempotency-Key", fmt.Sprintf("%x", key))
	client := a.Client
	if client == nil {
		client = &http.Client{Timeout: 30 * time.Second}
	}
	resp, err := client.Do(req)
	if err != nil {
		if at, ok := errors.AsType[*url.Error](err); ok {
			err = at.Err // without the URL, which may hold a secret
		}
		return 0, err
	}
	_, err = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20))
	return resp.StatusCode, errors.Join(err, resp.Body.Close())
}
