package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/sav-analytics/sav/internal/duration"
	"github.com/sav-analytics/sav/internal/sink/rundir"
	"github.com/sav-analytics/sav/policy"
)

// policyFlags say what was promised.
type policyFlags struct {
	Policy string `placeholder:"FILE" group:"window" help:"Working hours and targets, as YAML: see sav policy check."`
}

// load reads the policy; nil if none is given.
func (f *policyFlags) load() (*policy.Policy, error) {
	if f.Policy == "" {
		return nil, nil
	}
	return policy.Load(f.Policy)
}

// describePolicy says in a Run which policy was used; nil if there was none.
func describePolicy(p *policy.Policy) *rundir.Policy {
	if p == nil {
		return nil
	}
	return &rundir.Policy{Path: p.Path, SHA256: p.SHA256}
}

type policyCmd struct {
	Check policyCheckCmd `cmd:"" help:"Check a policy, and print what it says."`
}

type policyCheckCmd struct {
	File string `arg:"" placeholder:"FILE" help:"The policy, as YAML."`
	From string `env:"-" placeholder:"DATE" help:"First of the fourteen days that are printed (default: today in UTC)."`
}

func (c *policyCheckCmd) Run(e *env) error {
	from := time.Now().UTC()
	if c.From != "" {
		var err error
		if from, err = time.Parse(time.DateOnly, c.From); err != nil {
			return usage("--from %q is no date, such as 2026-03-01", c.From)
		}
	}
	p, err := policy.Load(c.File)
	if err != nil {
		return err
	}
	if err := printPolicy(e.stdout, p, from); err != nil {
		return err
	}
	return printLine(e.stdout, struct {
		Status    int    `json:"status"`
		Path      string `json:"path"`
		SHA256    string `json:"sha256"`
		Calendars int    `json:"calendars"`
		Targets   int    `json:"targets"`
	}{statusDone, p.Path, p.SHA256, len(p.Calendars()), countTargets(p)})
}

// countTargets returns how many targets a policy names, without those that say none.
func countTargets(p *policy.Policy) (n int) {
	for _, t := range p.Targets() {
		if t.Micros > 0 {
			n++
		}
	}
	return n
}

// printPolicy prints what a policy says of the two weeks from the day from on.
func printPolicy(w io.Writer, p *policy.Policy, from time.Time) error {
	users := make(map[*policy.Calendar][]string)
	var always []string // who has no hours
	for _, u := range p.Uses() {
		if u.Calendar.IsAlways() {
			always = append(always, u.Who.String())
			continue
		}
		users[u.Calendar] = append(users[u.Calendar], u.Who.String())
	}
	var text bytes.Buffer
	t := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, c := range p.Calendars() {
		fmt.Fprintf(t, "calendar %s: %s, %s\n  used by %s\n", c.Name(), c.Zone(), holidaysOf(c),
			strings.Join(users[c], ", "))
		for i := range 14 {
			day := from.AddDate(0, 0, i)
			d := c.Day(day)
			open := ""
			if d.Open > 0 {
				open = duration.Format(d.Open)
			}
			fmt.Fprintf(t, "  %s\t%s\t%s\t%s\n", day.Format("Mon 2006-01-02"), d.Hours, open, d.Why)
		}
		fmt.Fprintln(t)
	}
	if len(always) > 0 {
		fmt.Fprintf(t, "calendar always: open at all times\n  used by %s\n\n", strings.Join(always, ", "))
	}
	printTargets(t, p)
	t.Flush()
	for line := range strings.Lines(text.String()) {
		if _, err := fmt.Fprintln(w, strings.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}

// printTargets prints who promises an answer within which time.
func printTargets(w io.Writer, p *policy.Policy) {
	if !p.HasTargets() {
		fmt.Fprintln(w, "targets: none")
		return
	}
	fmt.Fprintf(w, "targets, in %s:\n", clockName(p.Clock))
	for _, target := range p.Targets() {
		within := target.Text
		if strings.Contains(within, "d") && p.Clock == policy.Work { // which is 24 working hours
			within = fmt.Sprintf("%s: %d hours", within, target.Micros/time.Hour.Microseconds())
		}
		fmt.Fprintf(w, "  %s\t%s\n", target.Who, within)
	}
}

// holidaysOf says whose public holidays a calendar keeps.
func holidaysOf(c *policy.Calendar) string {
	if c.Country() == "" {
		return "no public holidays"
	}
	return "public holidays of " + c.Country()
}
