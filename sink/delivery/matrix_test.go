package delivery_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/sink/delivery"
)

// hijack gives the test the raw connection.
func hijack(w http.ResponseWriter, answer string, reset bool) {
	conn, buf, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	buf.WriteString(answer)
	buf.Flush()
	if tcp, ok := conn.(interface{ SetLinger(int) error }); ok && reset {
		tcp.SetLinger(0)
	}
	conn.Close()
}

// commitThenReset has the effect, and cuts the connection instead of an answer.
func commitThenReset(w http.ResponseWriter, r *http.Request, _ request, effect http.Handler) {
	effect.ServeHTTP(httptest.NewRecorder(), r)
	hijack(w, "", true)
}

// raw answers with these bytes and closes the connection.
func raw(answer string) script {
	return func(w http.ResponseWriter, _ *http.Request, _ request, _ http.Handler) { hijack(w, answer, false) }
}

// with answers with a status and a header.
func with(code int, name, value string) script {
	return func(w http.ResponseWriter, _ *http.Request, _ request, _ http.Handler) {
		w.Header().Set(name, value)
		w.WriteHeader(code)
	}
}

// dribble answers with a status and a body that never ends.
func dribble(code int) script {
	return func(w http.ResponseWriter, r *http.Request, _ request, _ http.Handler) {
		w.WriteHeader(code)
		for tick := time.Tick(5 * time.Millisecond); ; {
			w.Write([]byte("."))
			w.(http.Flusher).Flush()
			select {
			case <-tick:
			case <-r.Context().Done():
				return
			}
		}
	}
}

// effectAs has the effect and answers these bytes.
func effectAs(text string) script {
	return func(w http.ResponseWriter, r *http.Request, got request, effect http.Handler) {
		effect.ServeHTTP(httptest.NewRecorder(), r)
		raw(text)(w, r, got, effect)
	}
}

func silent(_ http.ResponseWriter, r *http.Request, _ request, _ http.Handler) { <-r.Context().Done() }

// TestFaults plays every fault of the network and of the API against a real
// server, and looks at what the server has and at what our journal says.
func TestFaults(t *testing.T) {
	// On a slow machine an attempt that would succeed may take as long, too: there may be more of them.
	short := func(o *delivery.Options) { o.Timeout, o.Attempts = time.Second, 30 }
	few := func(o *delivery.Options) { o.Attempts = 3 }
	tests := []struct {
		name   string
		rows   int
		script script
		adjust func(*delivery.Options)
		want   delivery.Progress // but endpoint and batches
		err    error
		effect []int  // batches that the receiver has
		second string // outcome of batch 2 in the journal; empty is none
	}{
		{"ten, ten and one", 21, accept, nil, delivery.Progress{Acknowledged: 3}, nil, []int{1, 2, 3}, "acknowledged"},
		{"exactly twenty", 20, accept, nil, delivery.Progress{Acknowledged: 2}, nil, []int{1, 2}, "acknowledged"},
		{"no rows", 0, accept, nil, delivery.Progress{}, nil, nil, ""},
		{"one row", 1, accept, nil, delivery.Progress{Acknowledged: 1}, nil, []int{1}, ""},

		{"503 503 200", 21, on("2/3", times(2, status(503), accept), accept), nil, delivery.Progress{Acknowledged: 3,
			Retried: 2}, nil, []int{1, 2, 3}, "acknowledged"},
		{"408", 21, on("2/3", first(status(408), accept), accept), nil, delivery.Progress{Acknowledged: 3, Retried: 1}, nil,
			[]int{1, 2, 3}, "acknowledged"},
		{"425", 21, on("2/3", first(status(425), accept), accept), nil, delivery.Progress{Acknowledged: 3, Retried: 1}, nil,
			[]int{1, 2, 3}, "acknowledged"},
		{"429", 21, on("2/3", first(status(429), accept), accept), nil, delivery.Progress{Acknowledged: 3, Retried: 1}, nil,
			[]int{1, 2, 3}, "acknowledged"},
		{"500", 21, on("2/3", first(status(500), accept), accept), nil, delivery.Progress{Acknowledged: 3, Retried: 1}, nil,
			[]int{1, 2, 3}, "acknowledged"},
		{"599", 21, on("2/3", first(status(599), accept), accept), nil, delivery.Progress{Acknowledged: 3, Retried: 1}, nil,
			[]int{1, 2, 3}, "acknowledged"},
		{"101", 21, on("2/3", first(raw("HTTP/1.1 101 Switching Protocols\r\n\r\n"), accept), accept), nil,
			delivery.Progress{Acknowledged: 3, Retried: 1}, nil, []int{1, 2, 3}, "acknowledged"},
		{"000", 21, on("2/3", first(raw("HTTP/1.1 000 Nothing\r\nContent-Length: 0\r\n\r\n"), accept), accept), nil,
			delivery.Progress{Acknowledged: 3, Retried: 1}, nil, []int{1, 2, 3}, "acknowledged"},
		{"503 for ever", 21, on("2/3", status(503), accept), few, delivery.Progress{Acknowledged: 2, Pending: 1,
			Retried: 2}, delivery.ErrIncomplete, []int{1, 3}, "unknown"},

		{"effect, then reset", 21, on("2/3", first(commitThenReset, accept), accept), nil,
			delivery.Progress{Acknowledged: 3, Retried: 1}, nil, []int{1, 2, 3}, "acknowledged"},
		{"effect, then reset for ever", 21, on("2/3", commitThenReset, accept), few, delivery.Progress{Acknowledged: 2,
			Pending: 1, Retried: 2}, delivery.ErrIncomplete, []int{1, 2, 3}, "unknown"},
		{"reset, then effect", 21, on("2/3", first(raw(""), accept), accept), nil, delivery.Progress{Acknowledged: 3,
			Retried: 1}, nil, []int{1, 2, 3}, "acknowledged"},
		{"not HTTP", 21, on("2/3", first(raw("SSH-2.0-OpenSSH\r\n"), accept), accept), nil,
			delivery.Progress{Acknowledged: 3, Retried: 1}, nil, []int{1, 2, 3}, "acknowledged"},
		{"truncated 200", 21, on("2/3", first(raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}"), accept), accept),
			nil, delivery.Progress{Acknowledged: 3, Retried: 1}, nil, []int{1, 2, 3}, "acknowledged"},
		{"truncated chunked 200", 21, on("2/3",
			first(raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"), accept), accept), nil,
			delivery.Progress{Acknowledged: 3, Retried: 1}, nil, []int{1, 2, 3}, "acknowledged"},
		{"truncated 400", 21, on("2/3", raw("HTTP/1.1 400 Bad Request\r\nContent-Length: 100\r\n\r\n{}"), accept), nil,
			delivery.Progress{Acknowledged: 2, Dead: 1}, delivery.ErrDead, []int{1, 3}, "dead"},
		{"no answer", 21, on("2/3", first(silent, accept), accept), short, delivery.Progress{Acknowledged: 3, Retried: 1},
			nil, []int{1, 2, 3}, "acknowledged"},
		{"200 that dribbles", 21, on("2/3", first(dribble(200), accept), accept), short, delivery.Progress{Acknowledged: 3,
			Retried: 1}, nil, []int{1, 2, 3}, "acknowledged"},
		{"503 that dribbles", 21, on("2/3", first(dribble(503), accept), accept), short, delivery.Progress{Acknowledged: 3,
			Retried: 1}, nil, []int{1, 2, 3}, "acknowledged"},
		{"400 that dribbles", 21, on("2/3", dribble(400), accept), short, delivery.Progress{Acknowledged: 2, Dead: 1},
			delivery.ErrDead, []int{1, 3}, "dead"},

		{"Retry-After beyond 64 bits", 21, on("2/3", first(with(429, "Retry-After", strings.Repeat("9", 30)), accept),
			accept), nil, delivery.Progress{Acknowledged: 3, Retried: 1}, nil, []int{1, 2, 3}, "acknowledged"},
		{"Retry-After that overflows", 21, on("2/3", first(with(503, "Retry-After", strconv.FormatInt(1<<62, 10)),
			accept), accept), nil, delivery.Progress{Acknowledged: 3, Retried: 1}, nil, []int{1, 2, 3}, "acknowledged"},
		{"Retry-After as a date", 21, on("2/3", first(with(503, "Retry-After", "Fri, 31 Dec 2999 23:59:59 GMT"),
			accept), accept), nil, delivery.Progress{Acknowledged: 3, Retried: 1}, nil, []int{1, 2, 3}, "acknowledged"},
		{"Retry-After as garbage", 21, on("2/3", first(with(503, "Retry-After", "soon"), accept), accept), nil,
			delivery.Progress{Acknowledged: 3, Retried: 1}, nil, []int{1, 2, 3}, "acknowledged"},

		{"301", 21, on("2/3", with(301, "Location", "/elsewhere"), accept), nil, delivery.Progress{Acknowledged: 2,
			Dead: 1}, delivery.ErrDead, []int{1, 3}, "dead"},
		{"302", 21, on("2/3", with(302, "Location", "/elsewhere"), accept), nil, delivery.Progress{Acknowledged: 2,
			Dead: 1}, delivery.ErrDead, []int{1, 3}, "dead"},
		{"303", 21, on("2/3", with(303, "Location", "/elsewhere"), accept), nil, delivery.Progress{Acknowledged: 2,
			Dead: 1}, delivery.ErrDead, []int{1, 3}, "dead"},
		{"307", 21, on("2/3", with(307, "Location", "/elsewhere"), accept), nil, delivery.Progress{Acknowledged: 2,
			Dead: 1}, delivery.ErrDead, []int{1, 3}, "dead"},
		{"308 to no URL", 21, on("2/3", with(308, "Location", "http://[::1"), accept), nil,
			delivery.Progress{Acknowledged: 2, Dead: 1}, delivery.ErrDead, []int{1, 3}, "dead"},
		{"304", 21, on("2/3", status(304), accept), nil, delivery.Progress{Acknowledged: 2, Dead: 1}, delivery.ErrDead,
			[]int{1, 3}, "dead"},
		{"400", 21, on("2/3", status(400), accept), nil, delivery.Progress{Acknowledged: 2, Dead: 1}, delivery.ErrDead,
			[]int{1, 3}, "dead"},
		{"404", 21, on("2/3", status(404), accept), nil, delivery.Progress{Acknowledged: 2, Dead: 1}, delivery.ErrDead,
			[]int{1, 3}, "dead"},
		{"409", 21, on("2/3", status(409), accept), nil, delivery.Progress{Acknowledged: 2, Dead: 1}, delivery.ErrDead,
			[]int{1, 3}, "dead"},
		{"409 after 503", 21, on("2/3", times(2, first(status(503), status(409)), accept), accept), nil,
			delivery.Progress{Acknowledged: 3, Retried: 2}, nil, []int{1, 2, 3}, "acknowledged"},
		{"409 after 429", 21, on("2/3", first(status(429), status(409)), accept), nil, delivery.Progress{Acknowledged: 2,
			Dead: 1, Retried: 1}, delivery.ErrDead, []int{1, 3}, "dead"},
		{"409 for ever after no answer", 21, on("2/3", first(commitThenReset, status(409)), accept), few,
			delivery.Progress{Acknowledged: 2, Pending: 1, Retried: 2}, delivery.ErrIncomplete, []int{1, 2, 3}, "unknown"},
		{"200 with a wrong gzip frame", 21,
			on("2/3", effectAs("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc"), accept), nil, delivery.Progress{Acknowledged: 3}, nil, []int{1, 2, 3}, "acknowledged"},
		{"204 with a wrong gzip frame", 21,
			on("2/3", effectAs("HTTP/1.1 204 No Content\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"),
				accept), nil, delivery.Progress{Acknowledged: 3}, nil, []int{1, 2, 3}, "acknowledged"},
		{"400 with a wrong gzip frame", 21,
			on("2/3", raw("HTTP/1.1 400 Bad Request\r\nContent-Encoding: gzip\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc"), accept), nil, delivery.Progress{Acknowledged: 2, Dead: 1}, delivery.ErrDead, []int{1, 3}, "dead"},
		{"206", 21, on("2/3", first(status(206), accept), accept), nil, delivery.Progress{Acknowledged: 3, Retried: 1}, nil,
			[]int{1, 2, 3}, "acknowledged"},
		{"206 for ever", 21, on("2/3", status(206), accept), few, delivery.Progress{Acknowledged: 2, Pending: 1,
			Retried: 2}, delivery.ErrIncomplete, []int{1, 3}, "unknown"},
		{"422", 21, on("2/3", status(422), accept), nil, delivery.Progress{Acknowledged: 2, Dead: 1}, delivery.ErrDead,
			[]int{1, 3}, "dead"},
		{"501", 21, on("2/3", status(501), accept), nil, delivery.Progress{Acknowledged: 2, Dead: 1}, delivery.ErrDead,
			[]int{1, 3}, "dead"},
		{"dead and unknown", 21, on("1/3", status(400), on("2/3", status(503), accept)), few,
			delivery.Progress{Acknowledged: 1, Dead: 1, Pending: 1, Retried: 2}, delivery.ErrIncomplete, []int{3},
			"unknown"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := newReport(t, test.rows)
			api := newAPI(t, test.script)
			opts := quick(api.URL + "/v1")
			if test.adjust != nil {
				test.adjust(&opts)
			}
			got, err := deliverQuick(t, dir, opts)
			if test.err == nil {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, test.err)
			}
			test.want.Endpoint = api.URL + "/v1"
			test.want.Batches = int64((test.rows + 9) / 10)
			if opts.Timeout < quick("").Timeout {
				require.GreaterOrEqual(t, got.Retried, test.want.Retried)
				test.want.Retried = got.Retried
			}
			require.Equal(t, test.want, got)
			requireEffects(t, api.effects, test.rows, test.effect...)
			journal := journalOf(t, dir)
			require.Equal(t, test.second, outcomes(journal)[2])
			requireHonest(t, api, journal, opts.Timeout < quick("").Timeout)
		})
	}
}

// requireHonest holds for every delivery: what the journal acknowledges has
// its effect, and a batch is always sent to the same place as the same bytes under
// the same key. The journal counts the attempts that the server saw; with a short
// time-out it may count more, since an attempt can end before the server sees it.
func requireHonest(t *testing.T, api *api, journal []line, short bool) {
	attempts := make(map[string]int)
	bodies := make(map[string]string)
	for _, r := range api.got() {
		require.Equal(t, "/v1", r.path)
		attempts[r.key()]++
		if body, seen := bodies[r.key()]; seen {
			require.Equal(t, body, string(r.body))
		}
		bodies[r.key()] = string(r.body)
	}
	ids := make(map[string]bool)
	for _, id := range merchants(t, api.effects) {
		ids[id] = true
	}
	for _, l := range journal {
		if short {
			require.GreaterOrEqual(t, l.Attempts, attempts[l.Key], "batch %d", l.Batch)
		} else {
			require.Equal(t, l.Attempts, attempts[l.Key], "batch %d", l.Batch)
		}
		if l.Outcome == "acknowledged" {
			require.True(t, ids[strconv.Itoa((l.Batch-1)*10)], "batch %d", l.Batch)
		}
	}
	require.Len(t, attempts, len(journal), "one key for each batch")
}

// TestNoEmptyRequest: no rows, no request.
func TestNoEmptyRequest(t *testing.T) {
	api := newAPI(t, accept)
	_, err := deliverQuick(t, newReport(t, 0), quick(api.URL))
	require.NoError(t, err)
	require.Empty(t, api.got())
}
