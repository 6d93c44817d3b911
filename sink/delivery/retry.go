package delivery

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// backoff is how long to wait before attempt n+1, n counted from 0: a random
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
