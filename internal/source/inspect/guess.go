package inspect

import (
	"fmt"
	"maps"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/source"
)

// A sureness says how sure a guess is.
type sureness string

const (
	sure   sureness = "sure"
	likely sureness = "likely"
	unsure sureness = "unsure"
)

// A Kind is what a guess is about.
type Kind string

// Values of Kind.
const (
	GuessColumn      Kind = "column"       // Value is the column that serves Field
	GuessSet         Kind = "set"          // Value is that of Field in each row
	GuessRole        Kind = "role"         // Value is what the word Name stands for
	GuessTimeFormat  Kind = "time-format"  // Value is the format
	GuessNewestFirst Kind = "newest-first" // rows go back in time
	GuessDialect     Kind = "dialect"      // Name is the option, Value its value
)

// A Guess is something that an analysis would have to be given, and what was guessed.
type Guess struct {
	Kind  Kind   `json:"kind"`
	Name  string `json:"name,omitempty"` // the field, the word or the option
	Value string `json:"value,omitempty"`
	Why   string `json:"why"`
	Sure  string `json:"sure"` // sure, likely or unsure
}

// A guesser finds rules by which the rows of a sample are messages.
type guesser struct {
	s           *sample
	rules       source.Rules
	header      *source.Header
	missing     []source.Field
	timeFormats []string
	guesses     []Guess
	notes       []string
	newestFirst bool
}

// guess returns rules that fit a sample, which are those that were given and more.
func guess(s *sample, rules source.Rules) (*guesser, error) {
	g := &guesser{s: s, rules: rules}
	g.rules.Override, g.rules.Set, g.rules.Roles = copied(rules.Override), copied(rules.Set), copied(rules.Roles)
	if err := g.find(); err != nil {
		return nil, err
	}
	g.findLate()
	g.findTimes()
	g.findConversation()
	// A word says who wrote, or ids do: words first, unless the ids are there.
	byIDs := g.header.Index[source.SenderUserID] >= 0 && g.header.Index[source.ClientUserID] >= 0 &&
		g.header.Index[source.MerchantUserID] >= 0
	switch {
	case byIDs && g.header.Index[source.SenderRole] < 0 && g.findIDs():
	case g.findRoles():
		g.findThread()
	default:
		g.findIDs()
	}
	g.findMerchant()
	g.findFlags()
	g.findMessageID()
	g.findCountry()
	g.chooseFormat()
	g.findOrder()
	return g, nil
}

// known is guess without guessing anything.
func known(s *sample, rules source.Rules) *guesser {
	g := &guesser{s: s, rules: rules}
	_ = g.find() // it succeeded before, in guess
	return g
}

// copied returns a map to write to, with what another one has, which may be nil.
func copied[K comparable, V any](m map[K]V) map[K]V {
	c := make(map[K]V)
	maps.Copy(c, m)
	return c
}

// find finds the columns by the rules so far.
func (g *guesser) find() error {
	header, missing, err := intake.FindColumns(g.s.names, &g.rules)
	if err == nil {
		g.header, g.missing = header, missing
	}
	return err
}

// column guesses that a column serves a field. It guesses nothing if there are two
// columns of that name.
func (g *guesser) column(f source.Field, i int, why string, how sureness) {
	before, had := g.rules.Override[f]
	g.rules.Override[f] = g.s.names[i]
	if err := g.find(); err == nil {
		g.add(Guess{GuessColumn, f.String(), g.s.names[i], why, string(how)})
		return
	}
	delete(g.rules.Override, f)
	if had {
		g.rules.Override[f] = before
	}
	_ = g.find() // it succeeded before
}

// set guesses the value of a field that no column serves.
func (g *guesser) set(f source.Field, value, why string) {
	g.rules.Set[f] = value
	if err := g.find(); err == nil {
		g.add(Guess{GuessSet, f.String(), value, why, string(likely)})
		return
	}
	delete(g.rules.Set, f)
	_ = g.find() // it succeeded before
}

func (g *guesser) role(word string, by source.WrittenBy, why string, how sureness) {
	g.rules.Roles[word] = by
	g.add(Guess{GuessRole, word, roleNames[by], why, string(how)})
}

var roleNames = map[source.WrittenBy]string{source.ByClient: "client", source.ByMerchant: "merchant",
	source.ByOther: "other", source.ByAutomatic: "automatic"}

func (g *guesser) timeFormat(format, why string, how sureness) {
	f, err := source.ParseTimeFormat(format)
	if err != nil {
		return
	}
	g.rules.TimeFormat = f
	g.add(Guess{GuessTimeFormat, "", format, why, string(how)})
}

// findLate names the columns that have a meaning and occur late in a file of JSON: an
// analysis takes them only if they are named.
func (g *guesser) findLate() {
	for f, i := range g.header.Index {
		if i >= 0 && g.s.late[g.s.names[i]] && g.rules.Override[source.Field(f)] == "" {
			g.column(source.Field(f), i, "objects have it, though none of the first thousand", sure)
		}
	}
}

func (g *guesser) add(guess Guess) { g.guesses = append(g.guesses, guess) }

func (g *guesser) note(format string, args ...any) {
	g.notes = append(g.notes, fmt.Sprintf(format, args...))
}

// findOrder finds out whether the newest row comes first, where that decides ties.
func (g *guesser) findOrder() {
	t, err := g.s.try(&g.rules)
	if err != nil || g.header.Columns().Has(source.MessageID) {
		return
	}
	if t.same > 0 && t.back > t.fore {
		g.newestFirst = true
		g.add(
			Guess{GuessNewestFirst, "", "", "more rows go back in time than forward, and equal times occur",
				string(sure)},
		)
	}
}
