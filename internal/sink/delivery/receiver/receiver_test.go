package receiver_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sav-analytics/sav/internal/analysis/schema"
	"github.com/sav-analytics/sav/internal/sink/delivery/receiver"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// entry is a valid one, about a merchant.
func entry(merchant int) string {
	var cells []string
	for _, column := range (schema.Schema{}).Columns() {
		value := "null"
		switch {
		case column.Name == "merchant_id":
			value = fmt.Sprintf(`"%d"`, merchant)
		case column.Kind == schema.Count:
			value = "1"
		}
		cells = append(cells, fmt.Sprintf("%q:%s", column.Name, value))
	}
	return "{" + strings.Join(cells, ",") + "}"
}

// batch is a valid body with the entries from first on.
func batch(first, n int) string {
	var entries []string
	for i := range n {
		entries = append(entries, entry(first+i))
	}
	return "[" + strings.Join(entries, ",") + "]"
}

func key(n int) string { return fmt.Sprintf("%064x", n) }

// post is a valid request.
func post(key, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/v1", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", key)
	r.Header.Set("Sav-Window", "2024-03-01T00:00:00Z/")
	r.Header.Set("Sav-As-Of", "2024-03-02T00:00:00Z")
	r.Header.Set("Sav-Report", strings.Repeat("0", 64))
	r.Header.Set("Sav-Batch", "1/3")
	return r
}

func open(t *testing.T, path string, opts receiver.Options) *receiver.Receiver {
	rc, err := receiver.Open(path, opts)
	require.NoError(t, err)
	return rc
}

// ask sends a request; status 0 is a connection that was cut.
func ask(rc http.Handler, r *http.Request) (status int, answer string) {
	w := httptest.NewRecorder()
	cut := func() (cut bool) {
		defer func() {
			if p := recover(); p == http.ErrAbortHandler {
				cut = true
			} else if p != nil {
				panic(p)
			}
		}()
		rc.ServeHTTP(w, r)
		return false
	}()
	if cut {
		return 0, ""
	}
	return w.Code, w.Body.String()
}

func read(t *testing.T, path string) string {
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(data)
}

func TestOneEffectForEachKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.jsonl")
	rc := open(t, path, receiver.Options{})
	for range 3 {
		status, _ := ask(rc, post(key(1), batch(1, 2)))
		require.Equal(t, 200, status)
	}
	status, answer := ask(rc, post(key(1), batch(1, 3)))
	require.Equal(t, 422, status)
	require.Contains(t, answer, "another body")
	pretty := strings.ReplaceAll(batch(3, 1), ",", ",\n  ")
	status, _ = ask(rc, post(key(2), pretty))
	require.Equal(t, 200, status)
	require.Equal(t, entry(1)+"\n"+entry(2)+"\n"+entry(3)+"\n", read(t, path))
	require.Equal(t, receiver.Summary{Entries: 3, Keys: 2, Times: map[int]int{4: 1, 1: 1}}, rc.Summary())
	require.NoError(t, rc.Close())
}

// TestAtTheSameTime: requests under the same key, all at once, have one effect.
func TestAtTheSameTime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.jsonl")
	rc := open(t, path, receiver.Options{})
	var wg sync.WaitGroup
	for n := range 100 {
		wg.Go(func() {
			status, answer := ask(rc, post(key(n%20), batch(n%20, 1)))
			if status != 200 {
				t.Error(status, answer)
			}
		})
	}
	wg.Wait()
	require.Equal(t, receiver.Summary{Entries: 20, Keys: 20, Times: map[int]int{5: 20}}, rc.Summary())
	require.NoError(t, rc.Close())
	require.Equal(t, 20, strings.Count(read(t, path), "\n"))
}

func TestRefusals(t *testing.T) {
	set := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	body := func(text string) func(*http.Request) {
		return func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader(text)) }
	}
	tests := []struct {
		name   string
		spoil  func(*http.Request)
		status int
		reason string
	}{
		{"GET", func(r *http.Request) { r.Method = http.MethodGet }, 405, "GET"},
		{"no Content-Type", set("Content-Type", ""), 415, "application/json"},
		{"text", set("Content-Type", "text/plain"), 415, "text/plain"},
		{"Content-Encoding", set("Content-Encoding", "br"), 415, "br"},
		{"not gzip", set("Content-Encoding", "gzip"), 400, "gzip"},
		{"no key", set("Idempotency-Key", ""), 400, "Idempotency-Key"},
		{"short key", set("Idempotency-Key", "abc"), 400, "Idempotency-Key"},
		{"upper-case key", set("Idempotency-Key", strings.Repeat("A", 64)), 400, "Idempotency-Key"},
		{"no report", set("Sav-Report", ""), 400, "Sav-Report"},
		{"no window", set("Sav-Window", ""), 400, "Sav-Window"},
		{"window of no times", set("Sav-Window", "a/b"), 400, "Sav-Window"},
		{"as-of", set("Sav-As-Of", "yesterday"), 400, "Sav-As-Of"},
		{"no batch", set("Sav-Batch", ""), 400, "Sav-Batch"},
		{"batch 0", set("Sav-Batch", "0/3"), 400, "Sav-Batch"},
		{"batch beyond the last", set("Sav-Batch", "4/3"), 400, "Sav-Batch"},
		{"not JSON", body("entries"), 422, "JSON array"},
		{"an object", body("{}"), 422, "JSON array"},
		{"no entries", body("[]"), 422, "0 entries"},
		{"eleven entries", body(batch(1, 11)), 422, "11 entries"},
		{"an entry of another kind", body("[1]"), 422, "entry 1"},
		{"a column missing", body(strings.Replace(batch(1, 1), `"level":null,`, "", 1)), 422, "level is missing"},
		{"a column too many", body(strings.Replace(batch(1, 1), `"level":null`, `"level":null,"body":"x"`, 1)), 422,
			"body is not a column"},
		{"a number for text", body(strings.Replace(batch(1, 1), `"level":null`, `"level":1`, 1)), 422, "level is 1"},
		{"text for a number", body(strings.Replace(batch(1, 1), `"dt_mean_s":null`, `"dt_mean_s":"1"`, 1)), 422,
			"dt_mean_s"},
		{"null for a count", body(strings.Replace(batch(1, 1), `"turns":1`, `"turns":null`, 1)), 422, "turns"},
		{"a broken count", body(strings.Replace(batch(1, 1), `"turns":1`, `"turns":1.5`, 1)), 422, "turns"},
		{"5 MB", body("[" + strings.Repeat(" ", 5<<20) + "]"), 413, "longer"},
	}
	path := filepath.Join(t.TempDir(), "out.jsonl")
	rc := open(t, path, receiver.Options{})
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := post(key(1), batch(1, 1))
			test.spoil(r)
			status, answer := ask(rc, r)
			require.Equal(t, test.status, status, answer)
			require.Contains(t, answer, test.reason)
		})
	}
	require.Empty(t, read(t, path))
	require.Equal(t, receiver.Summary{Times: map[int]int{}, Refused: len(tests)}, rc.Summary())
	require.NoError(t, rc.Close())
}

func TestToken(t *testing.T) {
	rc := open(t, "", receiver.Options{Token: "right"})
	for header, want := range map[string]int{"": 401, "Bearer wrong": 401, "right": 401, "Bearer right": 200} {
		r := post(key(1), batch(1, 1))
		r.Header.Set("Authorization", header)
		status, _ := ask(rc, r)
		require.Equal(t, want, status, header)
	}
	require.NoError(t, rc.Close())
}

func TestUnpacksGzip(t *testing.T) {
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	io.WriteString(zip, batch(1, 2))
	require.NoError(t, zip.Close())
	rc := open(t, "", receiver.Options{})
	r := post(key(1), packed.String())
	r.Header.Set("Content-Encoding", "gzip")
	status, answer := ask(rc, r)
	require.Equal(t, 200, status, answer)
	status, _ = ask(rc, post(key(1), batch(1, 2)))
	require.Equal(t, 200, status, "the same batch, not packed")
	require.Equal(t, 2, rc.Summary().Entries)
	require.NoError(t, rc.Close())
}

// TestKilledAnywhere: whatever a crash leaves of the two files, opening them
// again leaves whole batches whose keys are known, and nothing else.
func TestKilledAnywhere(t *testing.T) {
	dir := t.TempDir()
	whole := filepath.Join(dir, "whole.jsonl")
	rc := open(t, whole, receiver.Options{})
	for n := range 3 {
		status, _ := ask(rc, post(key(n), batch(10*n, n+1)))
		require.Equal(t, 200, status)
	}
	require.NoError(t, rc.Close())
	entries, keys := read(t, whole), read(t, whole+".keys")
	for cut := 0; cut <= len(keys); cut += 7 {
		for _, torn := range []int{0, 1, 100, len(entries)} {
			booked := strings.Count(keys[:cut], "\n")
			rows := booked * (booked + 1) / 2
			length := 0
			for range rows {
				length += strings.IndexByte(entries[length:], '\n') + 1
			}
			path := filepath.Join(dir, "cut.jsonl")
			require.NoError(t, os.WriteFile(path, []byte(entries[:min(length+torn, len(entries))]), 0o600))
			require.NoError(t, os.WriteFile(path+".keys", []byte(keys[:cut]), 0o600))
			rc := open(t, path, receiver.Options{})
			require.Equal(t, entries[:length], read(t, path))
			require.Equal(t, rows, rc.Summary().Entries)
			for n := range 3 {
				status, _ := ask(rc, post(key(n), batch(10*n, n+1)))
				require.Equal(t, 200, status)
			}
			require.NoError(t, rc.Close())
			require.Equal(t, entries, read(t, path))
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out.jsonl")
	_, err := receiver.Open(filepath.Join(dir, "none", "out.jsonl"), receiver.Options{})
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, os.WriteFile(path+".keys", []byte("not keys\n"), 0o600))
	_, err = receiver.Open(path, receiver.Options{})
	require.ErrorContains(t, err, "not a line of keys")
	require.NoError(t, os.WriteFile(path+".keys", []byte(`{"key":"a","sha256":"`+strings.Repeat("A", 43)+
		`=","entries":1,"end":9}`+"\n"), 0o600))
	_, err = receiver.Open(path, receiver.Options{})
	require.ErrorContains(t, err, "do not belong together")
}

// TestFaults: each fault comes about as often as asked for, the effect is there
// or not, and the same seed gives the same again.
func TestFaults(t *testing.T) {
	const n = 1000
	play := func(f receiver.Faults) (statuses map[int]int, order []int, s receiver.Summary) {
		rc := open(t, "", receiver.Options{Faults: f})
		statuses = make(map[int]int)
		for i := range n {
			status, _ := ask(rc, post(key(i), batch(i, 1)))
			statuses[status]++
			order = append(order, status)
		}
		require.NoError(t, rc.Close())
		return statuses, order, rc.Summary()
	}
	statuses, order, s := play(receiver.Faults{FailRate: 0.4, ResetRate: 0.2, Seed: 7})
	require.InDelta(t, 0.2*n, statuses[0], 60)
	failed := statuses[429] + statuses[500] + statuses[503] + statuses[504]
	require.InDelta(t, 0.8*0.4*n, failed, 70)
	require.Equal(t, n, failed+statuses[0]+statuses[200])
	require.GreaterOrEqual(t, s.Keys, statuses[200]+statuses[500]+statuses[504], "these came after the effect")
	require.LessOrEqual(t, s.Keys, n-statuses[429]-statuses[503], "these came before")
	_, again, _ := play(receiver.Faults{FailRate: 0.4, ResetRate: 0.2, Seed: 7})
	require.Equal(t, order, again)
	_, other, _ := play(receiver.Faults{FailRate: 0.4, ResetRate: 0.2, Seed: 8})
	require.NotEqual(t, order, other)

	statuses, order, s = play(receiver.Faults{StatusEvery: 4, Status: 409})
	require.Equal(t, map[int]int{200: n - n/4, 409: n / 4}, statuses)
	require.Equal(t, []int{200, 200, 200, 409}, order[:4])
	require.Equal(t, n-n/4, s.Keys, "without effect")
}

func ExampleReceiver() {
	rc, err := receiver.Open("", receiver.Options{}) // in memory
	if err != nil {
		fmt.Println(err)
		return
	}
	defer rc.Close()
	server := httptest.NewServer(rc)
	defer server.Close()

	for range 2 {
		r := post(key(1), batch(1, 10))
		request, _ := http.NewRequest(r.Method, server.URL, r.Body)
		request.Header = r.Header
		resp, err := http.DefaultClient.Do(request)
		if err != nil {
			fmt.Println(err)
			return
		}
		resp.Body.Close()
		fmt.Println(resp.Status)
	}
	fmt.Printf("%+v\n", rc.Summary())
	http.DefaultClient.CloseIdleConnections()
	// Output:
	// 200 OK
	// 200 OK
	// {Entries:10 Keys:1 Times:map[2:1] Refused:0}
}

// A body that stalls is answered, and its connection closed, whatever it is.
func TestStalledBody(t *testing.T) {
	rc, err := receiver.Open("", receiver.Options{BodyTimeout: 20 * time.Millisecond})
	require.NoError(t, err)
	defer rc.Close()
	server := httptest.NewServer(rc)
	defer server.Close()
	for _, encoding := range []string{"identity", "gzip"} {
		for _, begun := range []string{"", "[", "\x1f\x8b\x08\x00"} {
			conn, err := net.Dial("tcp", server.Listener.Addr().String())
			require.NoError(t, err)
			fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: h\r\nContent-Encoding: %s\r\nContent-Length: 100\r\n\r\n%s",
				encoding, begun)
			answer, err := io.ReadAll(conn) // until the server closes it
			require.NoError(t, err)
			require.Contains(t, string(answer), "HTTP/1.1 408 ")
			require.NoError(t, conn.Close())
		}
	}
}

// A file has one receiver, and a receiver no file that is not one's.
func TestOneReceiverAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "got.jsonl")
	one, err := receiver.Open(path, receiver.Options{})
	require.NoError(t, err)
	_, err = receiver.Open(path, receiver.Options{})
	require.ErrorIs(t, err, receiver.ErrInUse)
	require.ErrorContains(t, err, path)
	require.NoError(t, one.Close())
	two, err := receiver.Open(path, receiver.Options{})
	require.NoError(t, err)
	require.NoError(t, two.Close())

	foreign := filepath.Join(t.TempDir(), "report.csv")
	require.NoError(t, os.WriteFile(foreign, []byte("level\n"), 0o600))
	_, err = receiver.Open(foreign, receiver.Options{})
	require.ErrorContains(t, err, "not a receiver's file")
	data, err := os.ReadFile(foreign)
	require.NoError(t, err)
	require.Equal(t, "level\n", string(data))
	_, err = receiver.Open("/dev/full", receiver.Options{})
	require.ErrorContains(t, err, "not a regular file")
}
