package main

import (
	"github.com/sav-analytics/sav/sink"
)

type runCmd struct {
	analyzeFlags
	deliverFlags
}

// Help ends "sav run --help" with an example.
func (runCmd) Help() string {
	return `Without --url there is no delivery, and run is analyze.

Example: sav run --input messages.csv --out out --url http://127.0.0.1:8080`
}

func (c *runCmd) Run(e *env) error {
	opts, err := c.options(e)
	if err == nil && c.URL != "" {
		err = opts.Check() // before hours of analysis, not after them
	}
	if err == nil && c.URL != "" && c.byPeriod() {
		err = usage("%s in --out and --url do not go together: deliver each folder by itself", periodMark)
	}
	if err != nil {
		return err
	}
	run, err := analyze(e, &c.analyzeFlags)
	if err != nil || c.URL == "" {
		return finish(e, run, err)
	}
	var delivered *sink.Run
	if delivered, err = deliver(e, c.Out, run.ReportSHA256, opts); delivered != nil {
		run = delivered
		printDelivery(e.stdout, run)
	}
	return finish(e, run, err)
}
