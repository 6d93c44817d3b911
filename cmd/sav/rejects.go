package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sav-analytics/sav/sink"
	"github.com/sav-analytics/sav/source"
)

// A rejectLog remembers, of the rejected rows that go by, what tells people how to
// mend the input or the command.
type rejectLog struct {
	first map[source.Reason]source.Reject // of each reason; without the record
	times [][]byte                        // that could not be read
}

// maxTimes is the number of times from which a format is guessed.
const maxTimes = 1000

// watch returns a function that notes a row, and hands it to next.
func (l *rejectLog) watch(next func(*source.Reject) error) func(*source.Reject) error {
	l.first = make(map[source.Reason]source.Reject)
	return func(r *source.Reject) error {
		if _, ok := l.first[r.Reason]; !ok {
			first := *r
			first.Record, first.Value = nil, slices.Clone(r.Value)
			l.first[r.Reason] = first
		}
		if r.Reason == source.BadTimestamp && len(l.times) < maxTimes {
			l.times = append(l.times, slices.Clone(r.Value))
		}
		return next(r)
	}
}

// reasons says for each reason that occurred, those with the most rows first, how many
// these are, which is the first, and what would help. l may be nil.
func (l *rejectLog) reasons(run *sink.Run) (lines []string) {
	firsts := make(map[string]source.Reject)
	if l != nil {
		for _, r := range l.first {
			firsts[r.Reason.String()] = r
		}
	}
	most := slices.SortedFunc(maps.Keys(run.Rejected), func(a, b string) int {
		return cmp.Or(cmp.Compare(run.Rejected[b], run.Rejected[a]), cmp.Compare(a, b))
	})
	for _, reason := range most {
		line := fmt.Sprintf("%s %s", thousands(run.Rejected[reason]), reason)
		if r, ok := firsts[reason]; ok {
			line += fmt.Sprintf(", first in %s:%d", printable(r.Input), r.Line)
			switch {
			case r.Column != "" && len(r.Value) == 0:
				line += fmt.Sprintf(": %s is empty", r.Column)
			case r.Column != "":
				line += fmt.Sprintf(": %s %q", r.Column, printable(string(r.Value)))
			}
			if help := l.help(&r); help != "" {
				line += "; " + help
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// help names the option that would read such rows, "" if there is none.
func (l *rejectLog) help(r *source.Reject) string {
	switch r.Reason {
	case source.BadTimestamp:
		var formats []string
		for _, f := range source.GuessTimeFormats(l.times) {
			formats = append(formats, "'"+f+"'")
		}
		if len(formats) > 0 {
			return "try --time-format " + strings.Join(formats[:min(len(formats), 3)], " or ")
		}
	case source.BadRole:
		return fmt.Sprintf("say who that is: --role '%s=merchant', or =client, =other, =automatic",
			printable(string(r.Value)))
	}
	return ""
}
