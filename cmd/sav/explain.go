package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/analysis/explain"
	"github.com/sav-analytics/sav/internal/analysis/effect"
	"github.com/sav-analytics/sav/internal/cells"
	"github.com/sav-analytics/sav/internal/duration"
	"github.com/sav-analytics/sav/policy"
)

type explainCmd struct {
	inputFlags
	policyFlags
	Conversation string `required:"" placeholder:"ID" help:"The conversation: its conversation_id, or client_user_id/merchant_id where the input has no such column."`
}

func (c *explainCmd) Run(e *env) error {
	opts, read, err := c.parse()
	if err != nil {
		return err
	}
	bar := newReadBar(e)
	if opts.Policy, err = c.load(); err != nil {
		return c.usageFirst(e, opts, read, bar, err)
	}
	// What is out of the window is explained too: a database is not to leave it out.
	whole := opts
	whole.From, whole.To = time.Time{}, time.Time{}
	src, err := c.open(e, &whole, read, bar)
	if err != nil {
		return err
	}
	defer src.Close()
	trace, err := explain.Conversation(e.ctx, src, c.Conversation, opts)
	bar.end()
	if err != nil {
		return err
	}
	if err := printTrace(e.stdout, trace, opts.Zone); err != nil {
		return err
	}
	return printLine(e.stdout, explanationOf(trace))
}

// An explanation is the summary of sav explain: a trace under the names that
// pairs and counters have.
type explanation struct {
	Status       int              `json:"status"` // the exit status
	Conversation string           `json:"conversation_id"`
	State        string           `json:"state"`
	InWindow     bool             `json:"in_window"`
	AsOf         string           `json:"as_of"`
	Country      string           `json:"country,omitempty"`
	Merchant     string           `json:"merchant_id,omitempty"`
	Client       string           `json:"client_user_id,omitempty"`
	OpenedAt     string           `json:"opened_at,omitempty"`
	RespondedAt  string           `json:"responded_at,omitempty"`
	Dt           json.RawMessage  `json:"dt_s"`
	ExchNr       *int64           `json:"exch_nr"`
	Waited       json.RawMessage  `json:"waited_s"`
	Turns        int64            `json:"turns"`
	TurnDtMean   json.RawMessage  `json:"turn_dt_mean_s"`
	Unplaced     map[string]int64 `json:"rejected_unplaced"`
	Promised     *promised        `json:"promised,omitempty"` // with a policy
	Contacts     []contact        `json:"contacts,omitempty"` // of the thread, if there are several
	Rows         []explainedRow   `json:"rows"`
}

// promised is what a policy says of the conversation.
type promised struct {
	Calendar     string          `json:"calendar"`
	Worked       json.RawMessage `json:"work_waited_s"`
	Target       json.RawMessage `json:"target_s"` // null if none is promised, as what follows
	TargetClock  *string         `json:"target_clock"`
	TargetStatus *string         `json:"target_status"`
	TargetDue    *bool           `json:"target_due"` // met or missed, and run out by as_of
}

// A contact is a conversation of a thread, and why it began.
type contact struct {
	Conversation string          `json:"conversation_id"`
	BeginsAt     string          `json:"begins_at"`
	Silence      json.RawMessage `json:"silence_s"` // before it; null for the first
}

type explainedRow struct {
	Input     string          `json:"input,omitempty"`
	Line      int64           `json:"line,omitempty"`
	MessageID string          `json:"message_id,omitempty"`
	CreatedAt string          `json:"created_at,omitempty"`
	Sender    string          `json:"sender_user_id,omitempty"`
	Effect    string          `json:"effect"`
	Reason    string          `json:"reason,omitempty"` // of a rejected row
	Exchange  int64           `json:"exchange,omitempty"`
	Opens     int64           `json:"opens_turn,omitempty"`
	Closes    int64           `json:"closes_turn,omitempty"`
	TurnDt    json.RawMessage `json:"turn_dt_s,omitempty"`
}

func explanationOf(t *explain.Trace) explanation {
	x := explanation{
		Status: statusDone, Conversation: t.Conversation, State: t.Status, InWindow: t.InWindow, AsOf: rfc3339(t.AsOf),
		Country: t.Country, Merchant: t.Merchant, Client: t.Client, Turns: t.Turns, Unplaced: t.Unplaced,
	}
	if t.Opening >= 0 {
		x.OpenedAt = rfc3339(t.Rows[t.Opening].At)
	}
	if t.Response >= 0 {
		x.RespondedAt, x.Dt, x.ExchNr = rfc3339(t.Rows[t.Response].At), seconds(t.Dt, 1), &t.ExchNr
	}
	if t.Opening >= 0 {
		x.Waited = seconds(t.Waited, 1)
	}
	x.Promised = promisedOf(t.Promised)
	if len(t.Contacts) > 1 {
		for i, c := range t.Contacts {
			shown := contact{Conversation: c.Conversation, BeginsAt: rfc3339(t.Rows[c.Begins].At)}
			if i > 0 {
				shown.Silence = seconds(c.Silence, 1)
			}
			x.Contacts = append(x.Contacts, shown)
		}
	}
	if t.Turns > 0 {
		x.TurnDtMean = seconds(t.TurnTime, t.Turns)
	}
	for _, r := range t.Rows {
		row := explainedRow{
			Input: r.Input, Line: r.Line, MessageID: r.MessageID, CreatedAt: rfc3339(r.At), Sender: r.Sender,
			Effect: r.Effect, Exchange: r.Exchange, Opens: r.Opens, Closes: r.Closes,
		}
		if r.Effect == effect.Rejected {
			row.Reason = r.Reason.String()
		}
		if r.Closes > 0 {
			row.TurnDt = seconds(r.TurnTime, 1)
		}
		x.Rows = append(x.Rows, row)
	}
	return x
}

func promisedOf(p *explain.Promised) *promised {
	if p == nil {
		return nil
	}
	said := &promised{Calendar: p.Calendar.Name(), Worked: seconds(p.Worked, 1)}
	if p.Target > 0 {
		clock := p.Clock.String()
		said.Target, said.TargetClock, said.TargetStatus, said.TargetDue = seconds(p.Target, 1), &clock, &p.Status,
			&p.Due
	}
	return said
}

// seconds is a part of a time in seconds, as reports have it.
func seconds(d time.Duration, parts int64) []byte {
	return cells.AppendNumber(nil, float64(d.Microseconds())/float64(parts)/1e6)
}

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
	case effect.Rejected:
		text = "rejected: " + r.Reason.String()
	case effect.Private:
		text = "put aside: private, an internal note"
	case effect.Automatic:
		text = "put aside: automatic, written by a machine"
	case effect.NoReplyNeeded:
		text = "put aside: no_reply_needed, a client's message that wants no answer"
	case effect.OtherSender:
		text = "put aside: other_sender, neither client nor merchant"
	case effect.Duplicate:
		text = "dropped: duplicate of a message before it"
	case effect.AfterAsOf:
		text = "ignored: after_as_of"
	case effect.OtherContact:
		text = "of another conversation of the thread, " + trace.Contacts[r.Contact-1].Conversation
	case effect.BeforeC:
		text = "merchant, before any client message: no effect"
	case effect.C:
		text = "C, the first client message"
	case effect.M:
		text = "M, the first merchant message after C"
	case effect.Client:
		text = "client"
	case effect.Merchant:
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
	case r.Effect == effect.Merchant:
		also = append(also, "no turn is open")
	case r.Effect == effect.Client && r.Exchange == 0:
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
		analysis.StatusAnswered:   "answered",
		analysis.StatusUnanswered: "unanswered: no merchant message after C is known" + watched(t),
		effect.MerchantOnly:       "merchant_only: no client message is known, so it is in no group",
		effect.NoMessage:          "no message of a client or a merchant is known, so it is nowhere counted",
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
