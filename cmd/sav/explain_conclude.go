package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/analysis/explain"
	"github.com/sav-analytics/sav/internal/duration"
	"github.com/sav-analytics/sav/policy"
)

// conclusions are the numbers of the conversation, each with how it comes about; at writes
// a time.
func conclusions(t *explain.Trace, at func(time.Time) string) (lines [][2]string) {
	say := func(name, format string, args ...any) {
		lines = append(lines, [2]string{name, fmt.Sprintf(format, args...)})
	}
	status := map[string]string{
		analysis.StatusAnswered:    "answered",
		analysis.StatusUnanswered:  "unanswered: no merchant message after C is known" + watched(t),
		explain.StatusMerchantOnly: "merchant_only: no client message is known, so it is in no group",
		explain.StatusNoMessage:    "no message of a client or a merchant is known, so it is nowhere counted",
	}[t.Status]
	if t.Opening >= 0 && !t.InWindow {
		status += "; not in the report, since C is outside_window"
	}
	say("status", "%s", status)
	if t.Opening >= 0 {
		say("group", "country %s, merchant_id %s, client_user_id %s: those of C",
			printable(t.Country), printable(t.Merchant), orDash(printable(t.Client)))
	}
	switch {
	case t.Response >= 0:
		say("dt", "M − C = %s − %s = %s", at(t.Rows[t.Response].At), at(t.Rows[t.Opening].At), length(t.Dt))
	case t.Opening >= 0:
		opened := t.Rows[t.Opening].At
		say("waited", "%s − C = %s − %s = %s", watchedUntil(t), at(opened.Add(t.Waited)), at(opened), length(t.Waited))
	}
	for _, line := range promises(t) {
		say(line[0], "%s", line[1])
	}
	if t.Response >= 0 {
		say("exch_nr", "%d: the client messages from C up to M", t.ExchNr)
	}
	if t.Turns > 0 {
		say("turns", "%d, together %s s, on average %s s (%s)", t.Turns, seconds(t.TurnTime, 1),
			seconds(t.TurnTime, t.Turns), duration.Human(t.TurnTime/time.Duration(t.Turns)))
	}
	if len(t.Unplaced) > 0 {
		var parts []string
		for _, reason := range slices.Sorted(maps.Keys(t.Unplaced)) {
			parts = append(parts, fmt.Sprintf("%s %s", thousands(t.Unplaced[reason]), reason))
		}
		say("unplaced", "%s: rejected rows of the input that name no conversation", strings.Join(parts, ", "))
	}
	return lines
}

// watched says what ended the watch of an unanswered conversation, if not as-of.
func watched(t *explain.Trace) string {
	if t.Contact >= len(t.Contacts) {
		return ""
	}
	return " until " + printable(t.Contacts[t.Contact].Conversation) + " began"
}

// watchedUntil names until when an unanswered conversation was watched.
func watchedUntil(t *explain.Trace) string {
	if t.Contact >= len(t.Contacts) {
		return "as_of"
	}
	return "C of " + printable(t.Contacts[t.Contact].Conversation)
}

// promises says what a policy says of a conversation.
func promises(t *explain.Trace) (lines [][2]string) {
	p := t.Promised
	if p == nil {
		return nil
	}
	hours := "calendar always: open at all times"
	if !p.Calendar.IsAlways() {
		hours = fmt.Sprintf("calendar %s: %s, %s", printable(p.Calendar.Name()), p.Calendar.Zone(), holidaysOf(p.Calendar))
	}
	lines = append(lines, [2]string{"work", fmt.Sprintf("%s of it within the hours of %s", length(p.Worked), hours)})
	if p.Target == 0 {
		return append(lines, [2]string{"target", "none is promised"})
	}
	status := p.Status
	switch {
	case p.Status == analysis.TargetOpen:
		status += ": not answered, and not watched for longer"
	case !p.Due:
		status += "; not due, since it had not run out by as_of"
	}
	return append(lines, [2]string{"target", fmt.Sprintf("%s of %s: %s", length(p.Target), clockName(p.Clock), status)})
}

// clockName returns the time that a clock measures.
func clockName(c policy.Clock) string {
	if c == policy.Work {
		return "working time"
	}
	return "elapsed time"
}

// length writes a time in seconds, and as people read it.
func length(d time.Duration) string {
	return fmt.Sprintf("%s s (%s)", seconds(d, 1), duration.Human(d))
}
