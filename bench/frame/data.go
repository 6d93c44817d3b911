package main

import (
	"fmt"

	"github.com/sav-analytics/sav/frame"
)

// data holds the frames that the verbs work on. data.py makes the same.
type data struct {
	rows    *frame.Frame // the large one, in no order
	clients *frame.Frame // four fifths of the clients, a row each, in no order
	byTime  *frame.Frame // rows, in the order of time
	events  *frame.Frame // a tenth of the rows, in the order of time too
}

// draw returns a number below n that depends on the row and the column alone: one step of SplitMix64.
func draw(row, column, n uint64) uint64 {
	z := row*0x9e3779b97f4a7c15 + column*0xd1342543de82ef95
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return (z ^ z>>31) % n
}

// The ids of clients are far apart.
const clientStep = 1_000_003_000_007

// March and April 2026, in microseconds.
const begin, length = 1_772_323_200_000_000, 61 * 86_400_000_000

func newData(n int) (*data, error) {
	clients := max(n/10, 10)
	countries, names := make([]string, 30), make([]string, clients)
	for i := range countries {
		countries[i] = fmt.Sprintf("country %02d", i)
	}
	for i := range names {
		names[i] = fmt.Sprintf("client %07d", i)
	}
	country, client := make([]uint32, n), make([]uint32, n)
	clientID, merchantID, at, dt := make([]int64, n), make([]int64, n), make([]int64, n), make([]float64, n)
	for i := range n {
		row := uint64(i)
		country[i] = uint32(draw(row, 1, 30))
		client[i] = uint32(draw(row, 2, uint64(clients)))
		clientID[i] = int64(client[i]) * clientStep
		merchantID[i] = int64(draw(row, 3, 5000))
		at[i] = begin + int64(draw(row, 4, length))
		u := float64(draw(row, 5, 1<<53)) / (1 << 53)
		dt[i] = u * u * 172_800 // many short, few long
	}
	var d data
	var err error
	if d.rows, err = frame.New(
		frame.Dictionary("country", country, countries, nil),
		frame.Dictionary("client", client, names, nil),
		frame.Int64s("client_id", clientID, nil),
		frame.Int64s("merchant_id", merchantID, nil),
		frame.Times("created_at", at, nil),
		frame.Float64s("dt_s", dt, nil),
	); err != nil {
		return nil, err
	}
	if d.clients, err = newClients(clients); err != nil {
		return nil, err
	}
	if d.byTime, err = d.rows.SortBy(frame.Asc("created_at")); err != nil {
		return nil, err
	}
	d.events, err = newEvents(clients)
	return &d, err
}

// newClients returns the frame of clients; its dictionary is not that of the large frame.
func newClients(n int) (*frame.Frame, error) {
	m := n * 4 / 5
	names, codes, ids, since := make([]string, m), make([]uint32, m), make([]int64, m), make([]int64, m)
	for i := range m {
		k := i * 7919 % n // 7919 is prime: each once
		names[i], codes[i] = fmt.Sprintf("client %07d", k), uint32(i)
		ids[i], since[i] = int64(k)*clientStep, int64(2000+k%26)
	}
	return frame.New(
		frame.Dictionary("client", codes, names, nil),
		frame.Int64s("client_id", ids, nil),
		frame.Int64s("since", since, nil),
	)
}

// newEvents returns something that happens to merchants now and then.
func newEvents(n int) (*frame.Frame, error) {
	merchants, at, number := make([]int64, n), make([]int64, n), make([]int64, n)
	for i := range n {
		merchants[i] = int64(draw(uint64(i), 6, 5000))
		at[i] = begin + int64(i)*(length/int64(n))
		number[i] = int64(i)
	}
	return frame.New(
		frame.Int64s("merchant_id", merchants, nil),
		frame.Times("created_at", at, nil),
		frame.Int64s("event", number, nil),
	)
}
