package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sav-analytics/sav/internal/outfile"
	"github.com/sav-analytics/sav/internal/sink/delivery/receiver"
)

type receiveCmd struct {
	Addr        string        `required:"" env:"SAV_RECEIVE_ADDR" placeholder:"HOST:PORT" help:"Where to listen; port 0 is any free one."`
	Out         string        `required:"" env:"SAV_RECEIVE_OUT" placeholder:"FILE" help:"File that gets each entry as a line of JSON. FILE.keys beside it remembers the keys."`
	AddrFile    string        `env:"SAV_RECEIVE_ADDR_FILE" placeholder:"FILE" help:"File that gets the URL to deliver to, once it answers."`
	TokenFile   string        `env:"SAV_RECEIVE_TOKEN_FILE" placeholder:"FILE" help:"File with the bearer token to demand; instead of SAV_RECEIVE_TOKEN."`
	FailRate    float64       `env:"SAV_RECEIVE_FAIL_RATE" placeholder:"0..1" help:"Share of requests answered 429, 500, 503 or 504, half of them after their effect."`
	ResetRate   float64       `env:"SAV_RECEIVE_RESET_RATE" placeholder:"0..1" help:"Share of requests whose connection is cut, half of them after their effect."`
	StatusEvery string        `env:"SAV_RECEIVE_STATUS_EVERY" placeholder:"N=STATUS" help:"Answer every N-th request with STATUS, without effect."`
	Latency     time.Duration `env:"SAV_RECEIVE_LATENCY" placeholder:"DURATION" help:"Wait so long before each answer."`
	Seed        uint64        `env:"SAV_RECEIVE_SEED" default:"1" help:"Of the faults: the same seed, the same faults (${default})."`
}

func (c *receiveCmd) options(e *env) (receiver.Options, error) {
	if !(c.FailRate >= 0 && c.FailRate <= 1) || !(c.ResetRate >= 0 && c.ResetRate <= 1) || c.Latency < 0 {
		return receiver.Options{}, usage("--fail-rate and --reset-rate are from 0 to 1, --latency is not below 0")
	}
	token, err := readToken(c.TokenFile, "SAV_RECEIVE_TOKEN")
	if err != nil {
		return receiver.Options{}, err
	}
	o := receiver.Options{Token: token, Log: e.log, Faults: receiver.Faults{
		FailRate: c.FailRate, ResetRate: c.ResetRate, Latency: c.Latency, Seed: c.Seed,
	}}
	if c.StatusEvery != "" {
		every, status, _ := strings.Cut(c.StatusEvery, "=")
		n, errN := strconv.Atoi(every)
		code, errCode := strconv.Atoi(status)
		if errN != nil || n < 1 || errCode != nil || code < 200 || code > 599 {
			return receiver.Options{}, usage("--status-every is %q, not N=STATUS such as 10=503", c.StatusEvery)
		}
		o.Faults.StatusEvery, o.Faults.Status = n, code
	}
	return o, nil
}

func (c *receiveCmd) Run(e *env) error {
	if err := needOut(c.Out); err != nil {
		return err
	}
	opts, err := c.options(e)
	if err != nil {
		return err
	}
	rc, err := receiver.Open(c.Out, opts)
	if err != nil {
		return err
	}
	defer rc.Close()
	if err := c.serve(e, rc); err != nil {
		return err
	}
	s := rc.Summary()
	fmt.Fprintf(e.stdout, "received %d entries under %d keys; %d requests were not valid\n", s.Entries, s.Keys,
		s.Refused)
	for _, times := range slices.Sorted(maps.Keys(s.Times)) {
		fmt.Fprintf(e.stdout, "%d keys came %d×\n", s.Times[times], times)
	}
	return printLine(e.stdout, struct {
		Status int `json:"status"`
		receiver.Summary
	}{statusDone, s})
}

// serve answers requests until the command is asked to stop.
func (c *receiveCmd) serve(e *env, rc *receiver.Receiver) error {
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return &statusError{statusIO, err}
	}
	url := "http://" + listener.Addr().String()
	fmt.Fprintf(e.stdout, "listening on %s\n", url)
	server := &http.Server{Handler: rc, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	if c.AddrFile != "" {
		if err := outfile.WriteFile(c.AddrFile, outfile.Public, []byte(url+"\n")); err != nil {
			server.Close()
			<-ended
			return err
		}
	}
	select {
	case err := <-ended:
		return &statusError{statusIO, err}
	case <-e.ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(e.ctx), 5*time.Second)
	defer cancel()
	err = server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close()
	}
	<-ended
	return err
}
