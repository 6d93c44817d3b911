package main

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/sav-analytics/sav/sink"
	"github.com/sav-analytics/sav/sink/page"
)

type reportCmd struct {
	Out string `required:"" placeholder:"DIR" help:"Folder with the report.csv, detail.json and run.json of an analysis; report.html is put there."`
}

// Help ends "sav report --help" with an example.
func (reportCmd) Help() string {
	return `The page is one file, complete in itself: it opens from disk and prints. sav run --report makes it, too.

Example: sav report --out out`
}

func (c *reportCmd) Run(e *env) error {
	if err := needOut(c.Out); err != nil {
		return err
	}
	run, err := sink.WritePage(c.Out, page.Write)
	if err != nil {
		return err
	}
	if run.Files == nil {
		run.Files = make(map[string]string)
	}
	run.Files["page"] = filepath.Join(c.Out, sink.PageName)
	if err := printPage(e.stdout, run); err != nil {
		return err
	}
	return finish(e, run, nil)
}

// printPage says where the page is, if there is one.
func printPage(w io.Writer, run *sink.Run) error {
	path, ok := run.Files["page"]
	if !ok {
		return nil
	}
	_, err := fmt.Fprintf(w, "page    %s\n", path)
	return err
}
