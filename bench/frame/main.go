package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"time"
)

func main() {
	rows := flag.Int("rows", 10_000_000, "rows of the frame that the verbs work on")
	list := flag.Bool("list", false, "print the names of the verbs as one line of JSON, and end")
	flag.Parse()
	err := error(nil)
	if *list {
		err = json.NewEncoder(os.Stdout).Encode(names())
	} else {
		err = run(*rows, os.Stdin, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench/frame:", err)
		os.Exit(1)
	}
}

// A timing is one line of output.
type timing struct {
	Verb    string  `json:"verb"`
	Seconds float64 `json:"seconds"`
	CPU     float64 `json:"cpu"` // seconds of all cores
	Rows    int     `json:"rows"`
	Check   float64 `json:"check"` // of a verb's first run
}

func names() []string {
	var names []string
	for _, v := range new(data).verbs() {
		names = append(names, v.name)
	}
	return names
}

func run(rows int, in io.Reader, out io.Writer) error {
	d, err := newData(rows)
	if err != nil {
		return err
	}
	verbs := d.verbs()
	checked := make(map[string]bool)
	lines, answers := bufio.NewScanner(in), json.NewEncoder(out)
	for lines.Scan() {
		known := false
		for _, v := range verbs {
			if lines.Text() != "" && lines.Text() != v.name {
				continue
			}
			known = true
			start, cores := time.Now(), cpuSeconds()
			f, err := v.run()
			seconds, cores := time.Since(start).Seconds(), cpuSeconds()-cores
			if err != nil {
				return fmt.Errorf("%s: %w", v.name, err)
			}
			t := timing{Verb: v.name, Seconds: seconds, CPU: cores, Rows: f.Len()}
			if !checked[v.name] {
				checked[v.name] = true
				if t.Check, err = v.check(f); err != nil {
					return fmt.Errorf("%s: %w", v.name, err)
				}
			}
			if err := answers.Encode(t); err != nil {
				return err
			}
		}
		if !known {
			return fmt.Errorf("no verb %q", lines.Text())
		}
	}
	return lines.Err()
}
