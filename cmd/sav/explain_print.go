package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/sav-analytics/sav/analysis/explain"
	"github.com/sav-analytics/sav/internal/duration"
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
		also = append(also, fmt.Sprintf("begins %s: nobody wrote for %s before", c.Conversation, duration.Human(c.Silence)))
	}
	if r.AmbiguousLocal {
		also = append(also, "a local time that clocks show twice or never")
	}
	return strings.Join(append([]string{text}, also...), "; ")
}
