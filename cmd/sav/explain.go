package main

import (
	"encoding/json"
	"time"

	"github.com/sav-analytics/sav/analysis/explain"
	"github.com/sav-analytics/sav/internal/cells"
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
	if opts.Policy, err = c.load(); err != nil {
		return err
	}
	bar := newReadBar(e)
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
	Effect    explain.Effect  `json:"effect"`
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
		if r.Effect == explain.EffectRejected {
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
