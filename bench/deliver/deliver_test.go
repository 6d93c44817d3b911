package deliver

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sav-analytics/sav/internal/analysis/schema"
	"github.com/sav-analytics/sav/internal/sink/rundir"
	"github.com/sav-analytics/sav/sink/delivery"
)

const (
	batches     = 3000
	concurrency = 10
	latency     = 5 * time.Millisecond
)

// serve starts an API that answers every request after the latency.
func serve(b *testing.B) *httptest.Server {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		time.Sleep(latency)
	}))
	b.Cleanup(server.Close)
	return server
}

// folder writes a report of so many batches and its run.json.
func folder(b *testing.B, batches int) string {
	dir := b.TempDir()
	var report strings.Builder
	report.WriteString(strings.Join(schema.Schema{}.Names(), ",") + "\n")
	for i := range batches * delivery.BatchSize {
		fmt.Fprintf(&report, "merchant,,%d,,3,2,1,2,1,1800.5,0.707107,1794.146897,1806.853103,1800,1800.5,,,1800.9,1800.99,1801,1800,0.5,0.1,0.9,3600,1,1800\n", i)
	}
	sum := sha256.Sum256([]byte(report.String()))
	check(b, os.WriteFile(filepath.Join(dir, rundir.ReportName), []byte(report.String()), 0o644))
	check(b, rundir.WriteRun(dir, &rundir.Run{ReportSHA256: hex.EncodeToString(sum[:]), AsOf: "2024-03-02T00:00:00Z"}))
	return dir
}

func check(b *testing.B, err error) {
	if err != nil {
		b.Helper()
		b.Fatal(err)
	}
}

// BenchmarkDeliver is a whole delivery: the report read and checked, its
// batches made, sent, and journalled on the disk.
func BenchmarkDeliver(b *testing.B) {
	server := serve(b)
	dir := folder(b, batches)
	for b.Loop() {
		b.StopTimer()
		check(b, os.RemoveAll(filepath.Join(dir, "delivery")))
		b.StartTimer()
		d, err := delivery.Deliver(context.Background(), dir, delivery.Options{URL: server.URL,
			Concurrency: concurrency})
		check(b, err)
		if d.Acknowledged != batches {
			b.Fatalf("%+v", d)
		}
	}
	b.ReportMetric(batches*float64(b.N)/b.Elapsed().Seconds(), "batches/s")
}

// BenchmarkBareLoop sends the same bodies, made beforehand, by as many workers
// over net/http, reads the answers, and that is all.
func BenchmarkBareLoop(b *testing.B) {
	server := serve(b)
	report, err := os.Open(filepath.Join(folder(b, batches), rundir.ReportName))
	check(b, err)
	defer report.Close()
	var bodies [][]byte
	for batch, err := range delivery.Batches(report) {
		check(b, err)
		bodies = append(bodies, batch.Body)
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: concurrency}}
	defer client.CloseIdleConnections()
	for b.Loop() {
		work := make(chan []byte)
		var workers sync.WaitGroup
		for range concurrency {
			workers.Go(func() {
				for body := range work {
					resp, err := client.Post(server.URL, "application/json", bytes.NewReader(body))
					if err != nil {
						b.Error(err)
						continue
					}
					io.Copy(io.Discard, resp.Body)
					resp.Body.Close()
				}
			})
		}
		for _, body := range bodies {
			work <- body
		}
		close(work)
		workers.Wait()
	}
	b.ReportMetric(batches*float64(b.N)/b.Elapsed().Seconds(), "batches/s")
}

// BenchmarkMemory is the heap in use at the end of a delivery, for reports of
// more and more batches: it is not to grow with them, but for the byte that
// holds the state of each.
func BenchmarkMemory(b *testing.B) {
	for _, n := range []int{300, 3000, 30000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter,
				r *http.Request) {
				io.Copy(io.Discard, r.Body)
			}))
			defer server.Close()
			dir := folder(b, n)
			peak := uint64(0)
			for b.Loop() {
				check(b, os.RemoveAll(filepath.Join(dir, "delivery")))
				done := 0
				_, err := delivery.Deliver(context.Background(), dir, delivery.Options{URL: server.URL,
					Progress: func(delivery.Progress) {
						if done++; done%(n/10) == 0 {
							runtime.GC()
							var stats runtime.MemStats
							runtime.ReadMemStats(&stats)
							peak = max(peak, stats.HeapAlloc)
						}
					}})
				check(b, err)
			}
			b.ReportMetric(float64(peak)/1e6, "peak-heap-MB")
		})
	}
}
