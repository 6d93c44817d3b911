package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sav-analytics/sav/sink"
	"github.com/sav-analytics/sav/sink/page"
)

// langFlag says in which language the page is.
type langFlag struct {
	Lang string `default:"en" placeholder:"LANGUAGE" group:"output" help:"Language of the page: en or fr (default ${default})."`
}

func (f *langFlag) check() error {
	if !slices.Contains(page.Languages(), f.Lang) {
		return usage("--lang %q: no such language; expected one of %s", f.Lang, strings.Join(page.Languages(), ", "))
	}
	return nil
}

// write writes the page of a result.
func (f *langFlag) write(w io.Writer, result *sink.Result) error {
	return page.Write(w, result, page.Options{Language: f.Lang})
}

type reportCmd struct {
	Out string `required:"" placeholder:"DIR" help:"Folder with the report.csv, detail.json and run.json of an analysis; report.html is put there."`
	langFlag
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
	if err := c.check(); err != nil {
		return err
	}
	run, err := sink.WritePage(c.Out, c.write)
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
