package receiver

import (
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// Faults are what goes wrong on purpose. The same seed gives the same faults
// to the same sequence of requests.
type Faults struct {
	FailRate    float64       // share of requests answered 429, 500, 503 or 504
	ResetRate   float64       // share of requests whose connection is cut without an answer
	StatusEvery int           // every so many requests …
	Status      int           // … one is answered with this status, without effect; 0 is none
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
