package delivery_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/sink/delivery"
)

func numbers(t *testing.T, n int) *frame.Frame {
	values := make([]int64, n)
	for i := range values {
		values[i] = int64(i)
	}
	f, err := frame.New(frame.Int64s("n", values, nil), frame.Texts("s", make([]string, n), frame.NewBitmap(n)))
	require.NoError(t, err)
	return f
}

// A frame of any columns goes out in order, ten rows a request, with one's own
// headers, and the keys are the same when it is sent again.
func TestSendFrame(t *testing.T) {
	t.Parallel()
	var sizes, rows []int
	var keys []string
	api := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		var objects []map[string]any
		require.NoError(t, json.Unmarshal(body, &objects))
		sizes = append(sizes, len(objects))
		for _, o := range objects {
			require.Nil(t, o["s"])
			rows = append(rows, int(o["n"].(float64)))
		}
		require.Equal(t, "Bearer secret", r.Header.Get("Authorization"))
		require.Equal(t, "application/json", r.Header.Get("Content-Type"))
		keys = append(keys, r.Header.Get("Idempotency-Key"))
	}))
	defer api.Close()
	to := delivery.API{URL: api.URL, Client: api.Client(), Header: http.Header{"authorization": {"Bearer secret"}}}
	n, err := to.Send(context.Background(), numbers(t, 25))
	require.NoError(t, err)
	require.Equal(t, 3, n)
	require.Equal(t, []int{10, 10, 5}, sizes)
	require.Len(t, rows, 25)
	for i, row := range rows {
		require.Equal(t, i, row)
	}
	require.NoError(t, to.Put(context.Background(), &analysis.Result{Report: numbers(t, 25)}))
	require.Equal(t, keys[:3], keys[3:])
	require.NotEqual(t, keys[0], keys[1])
	n, err = to.Send(context.Background(), nil)
	require.NoError(t, err)
	require.Zero(t, n, "no rows, no request")
}

// What an answer means is what it means to a delivery.
func TestSendFrameAnswers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answers []int // of the second batch
		want    error
		acked   int
	}{
		"later":                {[]int{503, 429, 200}, nil, 2},
		"never":                {[]int{503, 503, 503}, delivery.ErrIncomplete, 1},
		"not authorised":       {[]int{401}, delivery.ErrUnauthorized, 1},
		"refused":              {[]int{422}, delivery.ErrDead, 1},
		"conflict":             {[]int{409}, delivery.ErrDead, 1},
		"conflict after doubt": {[]int{502, 409, 201}, nil, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requests := 0
			api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if requests++; requests > 1 {
					w.WriteHeader(c.answers[requests-2])
				}
			}))
			defer api.Close()
			n, err := delivery.API{URL: api.URL, Client: api.Client(), Attempts: 3,
				Wait: time.Nanosecond}.Send(context.Background(), numbers(t, 11))
			require.ErrorIs(t, err, c.want)
			require.Equal(t, c.acked, n)
			require.Equal(t, 1+len(c.answers), requests)
		})
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	_, err := delivery.API{URL: "http://127.0.0.1:1"}.Send(stopped, numbers(t, 1))
	require.ErrorIs(t, err, context.Canceled)
	for _, url := range []string{"", "ftp://host", "http:", ":"} {
		_, err := delivery.API{URL: url}.Send(context.Background(), numbers(t, 1))
		require.ErrorIs(t, err, delivery.ErrConfig)
	}
}
