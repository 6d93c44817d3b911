package naive

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Options say what a report is about, as sav's do; what is not given is zero.
type Options struct {
	AsOf, From, To time.Time
	Levels         []string // none: the default
	Within         []string // none: 24h
	NewAfter       time.Duration
	NewestFirst    bool
	Policy         *Policy // nil: none
}

// A Pair is a conversation in the window.
type Pair struct {
	Shown, Country, Merchant, Client string
	Opened, Responded                int64 // µs since 1970; Responded if Answered
	Observed                         int64 // µs from Opened until it was last watched
	AsOf                             int64
	Answered                         bool
	ExchNr                           int64
	TurnTimes                        []int64 // µs
}

// Pairs finds the conversations in the window, by opening time and id, and
// counts what is left out.
func (in *Input) Pairs(opts Options) (pairs []Pair, counts map[string]int64) {
	asOf := opts.AsOf.UnixMicro()
	if opts.AsOf.IsZero() {
		asOf = 0
		for _, m := range in.Messages {
			asOf = max(asOf, m.At)
		}
	}
	counts = map[string]int64{"duplicates": 0, "after_as_of": 0, "merchant_only": 0, "outside_window": 0}
	conversations := make(map[string][]Message)
	for _, m := range in.Messages {
		conversations[m.Conversation] = append(conversations[m.Conversation], m)
	}
	for _, messages := range conversations {
		in.order(messages, opts.NewestFirst)
		seen := make(map[string]bool)
		var known []Message
		for _, m := range messages {
			if m.ID != "" && seen[m.ID] {
				counts["duplicates"]++
				continue
			}
			seen[m.ID] = true
			if m.At > asOf {
				counts["after_as_of"]++
				continue
			}
			known = append(known, m)
		}
		contacts := contactsOf(known, opts.NewAfter)
		for i, contact := range contacts {
			opening := slices.IndexFunc(contact, func(m Message) bool { return !m.FromMerchant })
			if opening < 0 {
				counts["merchant_only"]++
				continue
			}
			c := contact[opening]
			if !opts.From.IsZero() && c.At < opts.From.UnixMicro() || !opts.To.IsZero() && c.At >= opts.To.UnixMicro() {
				counts["outside_window"]++
				continue
			}
			pair := Pair{Shown: c.Shown, Country: c.Country, Merchant: c.Merchant, Client: c.Client, Opened: c.At,
				Observed: asOf - c.At, AsOf: asOf}
			if i > 0 {
				pair.Shown += fmt.Sprintf("#%d", i+1)
			}
			if i+1 < len(contacts) {
				pair.Observed = contacts[i+1][0].At - c.At
			}
			pair.exchange(contact[opening:])
			pairs = append(pairs, pair)
		}
	}
	slices.SortFunc(pairs, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(a.Opened, b.Opened), CompareIDs(a.Shown, b.Shown),
			CompareIDs(a.Client, b.Client), CompareIDs(a.Merchant, b.Merchant))
	})
	return pairs, counts
}

// order puts messages, which are in the order of the input, into that in which they
// count.
func (in *Input) order(messages []Message, newestFirst bool) {
	slices.SortStableFunc(messages, func(a, b Message) int { return cmp.Compare(a.At, b.At) })
	for from := 0; from < len(messages); {
		to := from + 1
		for to < len(messages) && messages[to].At == messages[from].At {
			to++
		}
		tie := messages[from:to]
		if newestFirst {
			slices.Reverse(tie)
		}
		integers := !slices.ContainsFunc(tie, func(m Message) bool { return !isInteger(m.ID) })
		if in.HasMessageID {
			slices.SortStableFunc(tie, func(a, b Message) int {
				if !integers && a.FromMerchant != b.FromMerchant {
					if a.FromMerchant {
						return 1
					}
					return -1
				}
				return CompareIDs(a.ID, b.ID)
			})
		}
		from = to
	}
}

// contactsOf cuts a thread: a client's message more than newAfter after the one before
// it begins another contact, but for the client's first.
func contactsOf(thread []Message, newAfter time.Duration) (contacts [][]Message) {
	clientWrote := false
	for i, m := range thread {
		begins := clientWrote && !m.FromMerchant && newAfter > 0 && m.At-thread[i-1].At > newAfter.Microseconds()
		if i == 0 || begins {
			contacts = append(contacts, nil)
		}
		contacts[len(contacts)-1] = append(contacts[len(contacts)-1], m)
		clientWrote = clientWrote || !m.FromMerchant
	}
	return contacts
}

// exchange finds the answer and the turns in messages from C on.
func (p *Pair) exchange(messages []Message) {
	for _, m := range messages {
		if m.FromMerchant {
			p.Answered, p.Responded = true, m.At
			break
		}
		p.ExchNr++
	}
	if !p.Answered {
		p.ExchNr = 0
	}
	var open *Message
	for i, m := range messages {
		if open == nil && !m.FromMerchant {
			open = &messages[i]
		}
		if open != nil && m.FromMerchant {
			p.TurnTimes = append(p.TurnTimes, m.At-open.At)
			open = nil
		}
	}
}

// A Row is a row of the report. A number that does not apply is not there.
type Row struct {
	Level, Country, Merchant, Client string
	Numbers                          map[string]float64
}

// Report makes the report's rows from pairs.
func Report(pairs []Pair, opts Options) (rows []Row) {
	levels, within := opts.Levels, opts.Within
	if len(within) == 0 {
		within = []string{"24h"}
	}
	if len(levels) == 0 {
		levels = []string{"all", "country", "merchant", "country_merchant"}
	}
	for _, level := range levels {
		type group struct{ country, merchant, client string }
		groups := make(map[group][]Pair)
		for _, p := range pairs {
			var key group
			if strings.Contains(level, "country") {
				key.country = p.Country
			}
			if strings.Contains(level, "merchant") {
				key.merchant = p.Merchant
			}
			if strings.Contains(level, "client") {
				key.client = p.Client
			}
			groups[key] = append(groups[key], p)
		}
		first := len(rows)
		for key, members := range groups {
			numbers := statistics(members, within)
			opts.Policy.statistics(members, numbers)
			rows = append(rows, Row{level, key.country, key.merchant, key.client, numbers})
		}
		slices.SortFunc(rows[first:], func(a, b Row) int {
			return cmp.Or(strings.Compare(a.Country, b.Country), CompareIDs(a.Merchant, b.Merchant),
				CompareIDs(a.Client, b.Client))
		})
	}
	return rows
}
