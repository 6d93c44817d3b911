// Package deliver measures what a delivery costs beside the plainest loop that
// sends the same batches over net/http, and keeps nothing.
//
// It stands outside the flow, after sink/delivery. Run it with
//
//	go test -run '^$' -bench . -count 10 ./bench/deliver
package deliver
