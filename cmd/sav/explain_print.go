package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/analysis/explain"
	"github.com/sav-analytics/sav/internal/duration"
	"github.com/sav-analytics/sav/policy"
)

// printTrace shows people each row of a conversation with its effect, and how
// the numbers come of it. Times are those of the zone.
func printTrace(w io.Writer, trace *explain.Trace, zone *time.Location) error {
	at := func(t time.Time) string { return localTime(t, zone) }
	fmt.Fprintf(w, "conversation %s, as of %s\n\n", printable(trace.Conversation), cmp.Or(at(trace.AsOf), "no message"))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	several := slices.ContainsFunc(trace.Rows, func(r explain.Row) bool { return r.Input != trace.Rows[0].Input })
	fmt.Fprintln(t, "  line\tmessage_id\tcreated_at\tsender\teffect")
	for i := range trace.Rows {
		r := &trace.Rows[i]
		fmt.Fprintf(t, "  %s\t%s\t%s\t%s\t%s\n", rowPlace(r, several), orDash(printable(r.MessageID)), orDash(at(r.At)),
			orDash(printable(r.Sender)), effectText(trace, r))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for _, line := range conclusions(trace, at) {
		fmt.Fprintf(t, "%s\t%s\n", line[0], line[1])
	}
	return t.Flush()
}

// localTime writes a time as the clocks of a zone show it, with their offset; "" if it is zero.
func localTime(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format(time.RFC3339Nano)
}

func orDash(s string) string { return cmp.Or(s, "-") }

// rowPlace is the row's line, with the name of its input where there are several.
func rowPlace(r *explain.Row, several bool) string {
	switch {
	case r.Line == 0:
		return "-"
	case several:
		return fmt.Sprintf("%s:%d", printable(r.Input), r.Line)
	}
	return fmt.Sprint(r.Line)
}

// effectText says what a row does in its conversation, and why.
func effectText(trace *explain.Trace, r *explain.Row) string {
	var text string
	switch r.Effect {
	case explain.EffectRejected:
		text = "rejected: " + r.Reason.String()
	case explain.EffectPrivate:
		text = "put aside: private, an internal note"
	case explain.EffectAutomatic:
		text = "put aside: automatic, written by a machine"
	case explain.EffectNoReplyNeeded:
		text = "put aside: no_reply_needed, a client's message that wants no answer"
	case explain.EffectOtherSender:
		text = "put aside: other_sender, neither client nor merchant"
	case explain.EffectDuplicate:
		text = "dropped: duplicate of a message before it"
	case explain.EffectAfterAsOf:
		text = "ignored: after_as_of"
	case explain.EffectOtherContact:
		text = "of another conversation of the thread, " + trace.Contacts[r.Contact-1].Conversation
	case explain.EffectBeforeC:
		text = "merchant, before any client message: no effect"
	case explain.EffectC:
		text = "C, the first client message"
	case explain.EffectM:
		text = "M, the first merchant message after C"
	case explain.EffectClient:
		text = "client"
	case explain.EffectMerchant:
		text = "merchant"
	}
	var also []string
	if r.Exchange > 0 {
		also = append(also, fmt.Sprintf("no. %d of exch_nr", r.Exchange))
	}
	switch {
	case r.Opens > 0:
		also = append(also, fmt.Sprintf("opens turn %d", r.Opens))
	case r.Closes > 0:
		also = append(also, fmt.Sprintf("closes turn %d after %s", r.Closes, duration.Human(r.TurnTime)))
	case r.Effect == explain.EffectMerchant:
		also = append(also, "no turn is open")
	case r.Effect == explain.EffectClient && r.Exchange == 0:
		also = append(also, "a turn is open already")
	}
	if begun := r.Contact > 1 && r == &trace.Rows[trace.Contacts[r.Contact-1].Begins]; begun {
		c := trace.Contacts[r.Contact-1]
		also = append(also, fmt.Sprintf("begins %s: nobody wrote for %s before", c.Conversation,
			duration.Human(c.Silence)))
	}
	if r.AmbiguousLocal {
		also = append(also, "a local time that clocks show twice or never")
	}
	return strings.Join(append([]string{text}, also...), "; ")
}

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
		hours = fmt.Sprintf("calendar %s: %s, %s", printable(p.Calendar.Name()), p.Calendar.Zone(),
			holidaysOf(p.Calendar))
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
