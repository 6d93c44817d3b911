package page

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/sav-analytics/sav/internal/analysis/detail"
	"github.com/sav-analytics/sav/internal/sink/rundir"
)

// A now says what there is to do: which conversations wait, and of whom.
type now struct {
	Unanswered int64
	Overdue    int64 // of these, past their target
	Ages       []age
	Holders    []holder // merchants with the most unanswered conversations
	Held       int64    // unanswered conversations of these
	More       int64    // merchants with unanswered conversations, beyond these
	Oldest     []oldest
	Inputs     []string // what to give sav explain
	Policy     string   // likewise; empty if there is none
	Silent     []string // merchants of whom nobody has an answer, those of the most conversations
	SilentMore int64
	Silents    int64
}

// An age is how long conversations have been waiting.
type age struct {
	Label string
	N     int64
	Share float64
	Width string
}

// An oldest is a conversation that has waited the longest.
type oldest struct {
	detail.Unanswered
	Opened string
}

type holder struct {
	Row
	Flag string // what else is known of the merchant
}

const (
	maxHolders = 10
	maxSilent  = 10
	maxInputs  = 3 // that a line to copy names
)

func newNow(w *words, d *detail.Detail, merchants []Row, g *groups, run *rundir.Run, zone *time.Location) *now {
	n := &now{Unanswered: run.Conversations - run.Answered}
	if n.Unanswered == 0 {
		return n
	}
	if d.Promised != nil {
		n.Overdue = d.Promised.Overdue
	}
	most := int64(0)
	for _, age := range d.Waiting {
		most = max(most, age.Conversations)
	}
	for i, of := range d.Waiting {
		label := w.t("%s and more", w.human(of.From))
		switch {
		case i+1 == len(d.Waiting):
		case i == 0:
			label = w.t("under %s", w.human(d.Waiting[1].From))
		default:
			label = w.t("%s to %s", w.human(of.From), w.human(d.Waiting[i+1].From))
		}
		n.Ages = append(n.Ages, age{label, of.Conversations, share(of.Conversations, n.Unanswered),
			pc(share(of.Conversations, max(most, 1)))})
	}
	for _, o := range d.Oldest {
		n.Oldest = append(n.Oldest, oldest{o, w.instant(o.OpenedAt, zone)})
	}
	if len(run.Inputs) <= maxInputs {
		n.Inputs = run.Inputs
	}
	if run.Policy != nil {
		n.Policy = run.Policy.Path
	}
	waiting := unanswered(merchants)
	for _, r := range waiting[:min(len(waiting), maxHolders)] {
		n.Holders = append(n.Holders, holder{r, flagText(w, flagOf(r, g))})
		n.Held += r.Unanswered
	}
	n.More = int64(max(0, len(waiting)-maxHolders))
	silent := slices.DeleteFunc(waiting, func(r Row) bool { return r.Answered > 0 })
	n.Silents = int64(len(silent))
	silent, n.SilentMore = largest(silent, maxSilent)
	for _, r := range silent {
		n.Silent = append(n.Silent, r.Merchant)
	}
	return n
}

// Explain returns the command that explains the first of the oldest conversations.
func (n *now) Explain() string {
	line := "sav explain"
	for _, input := range n.Inputs {
		line += " --input " + shellQuote(input)
	}
	if len(n.Inputs) == 0 {
		line += " --input FILE"
	}
	if n.Policy != "" {
		line += " --policy " + shellQuote(n.Policy)
	}
	return line + " --conversation " + shellQuote(n.Oldest[0].Conversation)
}

// shellQuote returns text as a word of a POSIX shell.
func shellQuote(text string) string {
	if text != "" && strings.IndexFunc(text, func(r rune) bool {
		return !strings.ContainsRune("/._-", r) && !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' &&
			r <= 'Z')
	}) < 0 {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// Names lists the silent merchants.
func (n *now) Names() string { return names(n.Silent) }

// pairs are the merchants in a country who leave the most clients without an answer.
type pairs struct {
	Rows    []Row
	LeftOut int64
}

const maxPairs = 20

func newPairs(all []Row) *pairs {
	countries := make(map[string]bool)
	for _, r := range all {
		countries[r.Country] = true
	}
	waiting := unanswered(all)
	if len(countries) < 2 || len(waiting) == 0 {
		return nil
	}
	shown := min(len(waiting), maxPairs)
	return &pairs{waiting[:shown], int64(len(waiting) - shown)}
}

var nan = math.NaN()
