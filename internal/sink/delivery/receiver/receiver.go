package receiver

import (
	"compress/gzip"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

// Options are how a Receiver behaves. The zero value accepts every valid
// request and never fails.
type Options struct {
	Token       string        // demanded as "Authorization: Bearer", if set
	BodyTimeout time.Duration // for a request's body to arrive; 0 is 30 s
	Faults      Faults
	Log         *slog.Logger // if set, gets one record for each request
}

// A Receiver is an http.Handler that appends the entries of each batch to a
// file, once for each Idempotency-Key.
type Receiver struct {
	opts   Options
	store  *store
	faults *faultSource

	mu      sync.Mutex
	seen    map[string]int // requests by key, whatever became of them
	refused int            // requests answered with a 4xx for what they are
}

// Open returns a receiver that goes on with the file at path, and with the
// keys beside it at path.keys. It locks the file: if another receiver has it, the
// error wraps [ErrInUse]. An empty path keeps entries in memory only.
func Open(path string, opts Options) (*Receiver, error) {
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	if opts.BodyTimeout <= 0 {
		opts.BodyTimeout = 30 * time.Second
	}
	store, err := openStore(path)
	if err != nil {
		return nil, err
	}
	return &Receiver{opts: opts, store: store, faults: newFaultSource(opts.Faults), seen: make(map[string]int)}, nil
}

// Close closes the file. No request may be under way.
func (rc *Receiver) Close() error { return rc.store.close() }

// ServeHTTP takes one batch.
func (rc *Receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	fault := rc.faults.next()
	if rc.opts.Faults.Latency > 0 {
		select {
		case <-time.After(rc.opts.Faults.Latency):
		case <-r.Context().Done():
			return
		}
	}
	status, err := rc.take(w, r, fault)
	rc.opts.Log.Info("request", "status", status, "key", r.Header.Get("Idempotency-Key"), "batch",
		r.Header.Get("Sav-Batch"), "error", err)
	if status == 0 { // cut the connection without an answer
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", "application/json")
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	answer := map[string]any{"status": status}
	if err != nil {
		answer["error"] = err.Error()
	}
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(answer)
}

// take handles a request but for the answer. Status 0: no fault was asked for.
func (rc *Receiver) take(w http.ResponseWriter, r *http.Request, fault fault) (status int, err error) {
	if !rc.authorized(r) {
		return http.StatusUnauthorized, errors.New("a bearer token is needed, and this is not it")
	}
	// A server without deadlines, such as a test's recorder, has the whole body.
	control := http.NewResponseController(w)
	control.SetReadDeadline(time.Now().Add(rc.opts.BodyTimeout))
	body, status, err := readBody(r)
	if errors.Is(err, errLate) {
		w.Header().Set("Connection", "close") // what is left of the body is not waited for
	} else {
		control.SetReadDeadline(time.Time{})
	}
	if err == nil {
		status, err = check(r, body)
	}
	if err != nil {
		rc.mu.Lock()
		rc.refused++
		rc.mu.Unlock()
		return status, err
	}
	key := r.Header.Get("Idempotency-Key")
	rc.mu.Lock()
	rc.seen[key]++
	rc.mu.Unlock()
	if fault.happens && !fault.after {
		return fault.status, errors.New("a fault that was asked for, before the effect")
	}
	switch err := rc.store.put(key, sha256.Sum256(body), body); {
	case errors.Is(err, errOtherBody):
		return http.StatusUnprocessableEntity, err
	case err != nil:
		return http.StatusInternalServerError, err
	}
	if fault.happens {
		return fault.status, errors.New("a fault that was asked for, after the effect")
	}
	return http.StatusOK, nil
}

func (rc *Receiver) authorized(r *http.Request) bool {
	if rc.opts.Token == "" {
		return true
	}
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return ok && subtle.ConstantTimeCompare([]byte(token), []byte(rc.opts.Token)) == 1
}

// bodyLimit is far above what ten rows need.
const bodyLimit = 1 << 22

var errLate = errors.New("the body did not arrive in time")

// readBody reads the whole body, unpacked.
func readBody(r *http.Request) (body []byte, status int, err error) {
	in := io.Reader(r.Body)
	switch encoding := r.Header.Get("Content-Encoding"); encoding {
	case "", "identity":
	case "gzip":
		zip, err := gzip.NewReader(io.LimitReader(r.Body, bodyLimit))
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			return nil, http.StatusRequestTimeout, errLate
		case err != nil:
			return nil, http.StatusBadRequest, fmt.Errorf("body: %w", err)
		}
		in = zip
	default:
		return nil, http.StatusUnsupportedMediaType, fmt.Errorf("Content-Encoding is %q, not gzip", encoding)
	}
	body, err = io.ReadAll(io.LimitReader(in, bodyLimit+1))
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, http.StatusRequestTimeout, errLate
	case err != nil:
		return nil, http.StatusBadRequest, fmt.Errorf("body: %w", err)
	case len(body) > bodyLimit:
		return nil, http.StatusRequestEntityTooLarge, fmt.Errorf("the body is longer than %d bytes", bodyLimit)
	}
	return body, 0, nil
}

// A Summary is what a receiver got.
type Summary struct {
	Entries int         `json:"entries"` // in the file
	Keys    int         `json:"keys"`    // that had their effect
	Times   map[int]int `json:"times"`   // times that a key came since the receiver was opened → how many keys did
	Refused int         `json:"refused"` // requests that were not valid
}

// Summary counts what came so far.
func (rc *Receiver) Summary() Summary {
	rc.mu.Lock()
	defer rc.mu.Unlock()
	s := Summary{Times: make(map[int]int), Refused: rc.refused}
	s.Entries, s.Keys = rc.store.counts()
	for _, times := range rc.seen {
		s.Times[times]++
	}
	return s
}

// Faults are what goes wrong on purpose. The same seed gives the same faults
// to the same sequence of requests.
type Faults struct {
	FailRate    float64       // share of requests answered 429, 500, 503 or 504
	ResetRate   float64       // share of requests whose connection is cut without an answer
	StatusEvery int           // every StatusEvery-th request …
	Status      int           // … is answered with this status, without effect; 0: none is
	Latency     time.Duration // before anything else
	Seed        uint64
}

// A fault is what goes wrong with one request: half of those that are drawn
// come after the effect, as when a gateway gives up on a server that does its
// work.
type fault struct {
	happens bool
	after   bool // after the effect
	status  int  // 0 cuts the connection
}

type faultSource struct {
	faults Faults

	mu       sync.Mutex
	rng      *rand.Rand
	requests int
}

func newFaultSource(f Faults) *faultSource {
	return &faultSource{faults: f, rng: rand.New(rand.NewPCG(f.Seed, 0))}
}

// next draws for one request.
func (s *faultSource) next() fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	reset, fail, after, which := s.rng.Float64(), s.rng.Float64(), s.rng.IntN(2) == 1, s.rng.IntN(2)
	switch {
	case s.faults.StatusEvery > 0 && s.requests%s.faults.StatusEvery == 0:
		return fault{happens: true, status: s.faults.Status}
	case reset < s.faults.ResetRate:
		return fault{happens: true, after: after}
	case fail < s.faults.FailRate && after:
		return fault{happens: true, after: true,
			status: [...]int{http.StatusInternalServerError, http.StatusGatewayTimeout}[which]}
	case fail < s.faults.FailRate:
		return fault{happens: true, status: [...]int{http.StatusTooManyRequests, http.StatusServiceUnavailable}[which]}
	}
	return fault{}
}
