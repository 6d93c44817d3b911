package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/sav-analytics/sav/internal/sink/rundir"
	"github.com/sav-analytics/sav/sink/delivery"
)

type deliverCmd struct {
	Out string `required:"" placeholder:"DIR" help:"Folder with report.csv and run.json."`
	deliverFlags
	Replay bool `help:"Send the dead letters again too."`
	DryRun bool `help:"Show what would be sent, and send nothing."`
}

// deliverFlags are the options of every command that delivers.
type deliverFlags struct {
	URL         string        `name:"url" placeholder:"URL" group:"delivery" help:"Where batches are POSTed to."`
	TokenFile   string        `placeholder:"FILE" group:"delivery" help:"File with the bearer token; instead of SAV_TOKEN."`
	Concurrency int           `default:"10" group:"delivery" help:"Requests at once, at most (${default})."`
	Rate        float64       `placeholder:"N" group:"delivery" help:"Requests a second, at most."`
	Timeout     time.Duration `default:"30s" group:"delivery" help:"For one request and its answer (${default})."`
	Retries     int           `default:"8" group:"delivery" help:"Further attempts for a batch (${default})."`
	MaxBackoff  time.Duration `default:"1m" group:"delivery" help:"Longest wait before an attempt, Retry-After included (${default})."`
	Deadline    time.Duration `default:"1h" group:"delivery" help:"For the whole delivery (${default})."`
	CAFile      string        `name:"ca-file" placeholder:"FILE" group:"delivery" help:"Authorities to trust, instead of the system's (PEM)."`
	ClientCert  string        `placeholder:"FILE" group:"delivery" help:"Client certificate (PEM)."`
	ClientKey   string        `placeholder:"FILE" group:"delivery" help:"Its key (PEM)."`
	Gzip        bool          `group:"delivery" help:"Compress request bodies."`
}

func (f deliverFlags) options(e *env) (delivery.Options, error) {
	if f.Concurrency < 1 || !(f.Rate >= 0) || f.Timeout <= 0 || f.Retries < 0 || f.MaxBackoff <= 0 || f.Deadline <= 0 {
		return delivery.Options{}, usage("--concurrency, --timeout, --max-backoff and --deadline are above 0, --rate and --retries not below")
	}
	if u, err := url.Parse(f.URL); err == nil && u.User != nil && f.URL != os.Getenv("SAV_URL") {
		return delivery.Options{}, usage("--url holds credentials, which other users of the machine could read there: " +
			"give the token in SAV_TOKEN or --token-file, or the URL in SAV_URL")
	}
	token, err := readToken(f.TokenFile, "SAV_TOKEN")
	if err != nil {
		return delivery.Options{}, err
	}
	tls, err := delivery.TLSFiles(f.CAFile, f.ClientCert, f.ClientKey)
	if err != nil {
		return delivery.Options{}, err
	}
	o := delivery.Options{
		URL: f.URL, Token: token, Concurrency: f.Concurrency, Rate: f.Rate, Timeout: f.Timeout, Attempts: f.Retries + 1,
		MaxBackoff: f.MaxBackoff, Deadline: f.Deadline, Gzip: f.Gzip, TLS: tls, Log: e.log,
	}
	e.hideFromLibraries(o.Redact)
	return o, nil
}

// readToken reads the token from file or, without one, from a variable.
func readToken(file, variable string) (string, error) {
	if file == "" {
		return os.Getenv(variable), nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("%w: token: %w", delivery.ErrConfig, err)
	}
	token := strings.TrimSpace(string(data))
	if token == "" {
		return "", fmt.Errorf("%w: %s holds no token", delivery.ErrConfig, file)
	}
	return token, nil
}

func (c *deliverCmd) Run(e *env) error {
	if c.URL == "" {
		return usage("--url is needed")
	}
	if err := needOut(c.Out); err != nil {
		return err
	}
	opts, err := c.options(e)
	if err != nil {
		return err
	}
	opts.Replay, opts.DryRun = c.Replay, c.DryRun
	if c.DryRun {
		return showPending(e, c.Out, opts)
	}
	run, err := deliver(e, c.Out, "", opts)
	if run != nil {
		printDelivery(e.stdout, run)
	}
	return finish(e, run, err)
}

// deliver takes the report in dir to the API, and books in run.json how far it
// came. If sha256 is not empty, it is that of the report to deliver. The run is
// nil if the delivery could not begin; otherwise it is there whatever the error.
func deliver(e *env, dir, sha256 string, opts delivery.Options) (*rundir.Run, error) {
	begin := time.Now()
	bar := newDeliveryBar(e)
	opts.Progress = bar.show
	d, err := delivery.Open(e.ctx, dir, opts)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	if sha256 != "" && sha256 != d.ReportSHA256() {
		return nil, &statusError{statusIncomplete,
			fmt.Errorf("%s holds the report of another run that ended meanwhile; run again", dir)}
	}
	err = d.Run(e.ctx)
	bar.end()

	status, elapsed := statusOf(err), time.Since(begin).Seconds()
	book := func(run *rundir.Run) {
		summary := rundir.Delivery(d.Summary())
		run.Delivery = &summary
		run.Status, run.Error = status, ""
		if err != nil {
			run.Error = err.Error()
		}
		put(&run.Elapsed, "deliver", elapsed)
		put(&run.Files, "delivery", filepath.Clean(d.Folder()))
	}
	run, bookErr := rundir.UpdateRun(context.WithoutCancel(e.ctx), dir, d.ReportSHA256(), book)
	switch {
	case run == nil:
		return nil, errors.Join(err, bookErr)
	case run.ReportSHA256 != d.ReportSHA256():
		book(run) // a newer result's run.json stays as it is: this is for the summary alone
	}
	if err == nil {
		err = bookErr
	}
	return run, err
}

// put puts a value into a map of a run.json that may be without it.
func put[V any](m *map[string]V, key string, value V) {
	if *m == nil {
		*m = make(map[string]V)
	}
	(*m)[key] = value
}

// printDelivery tells people how far the report came.
func printDelivery(w io.Writer, run *rundir.Run) {
	d := run.Delivery
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "delivered to\t%s\n", d.Endpoint)
	fmt.Fprintf(t, "batches\t%d: %d acknowledged, %d dead, %d pending\n", d.Batches, d.Acknowledged, d.Dead, d.Pending)
	fmt.Fprintf(t, "retried\t%d\n", d.Retried)
	if d.Dead > 0 {
		fmt.Fprintf(t, "dead letters\t%s\n", filepath.Join(run.Files["delivery"], delivery.DeadName))
	}
	t.Flush()
}

// A shownRequest is a line of --dry-run.
type shownRequest struct {
	Batch  string            `json:"batch"`
	Rows   int               `json:"rows"`
	Header map[string]string `json:"header"`
	Body   json.RawMessage   `json:"body"`
}

// showPending prints the requests that a delivery would make, one JSON line
// each, and how far the delivery is.
func showPending(e *env, dir string, opts delivery.Options) error {
	d, err := delivery.Open(e.ctx, dir, opts)
	if err != nil {
		return err
	}
	defer d.Close()
	for request, err := range d.Pending() {
		if err != nil {
			return err
		}
		shown := shownRequest{Batch: request.Header.Get("Sav-Batch"), Rows: request.Rows, Body: request.Body,
			Header: make(map[string]string)}
		for name := range request.Header {
			shown.Header[name] = request.Header.Get(name)
		}
		if err := printLine(e.stdout, shown); err != nil {
			return err
		}
	}
	return printLine(e.stdout,
		map[string]any{"status": statusDone, "dry_run": true, "delivery": rundir.Delivery(d.Summary())})
}
