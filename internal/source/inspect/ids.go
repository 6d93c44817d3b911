package inspect

import (
	"fmt"
	"slices"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/source"
)

// findIDs chooses the columns whose ids say who wrote, where no word does.
func (g *guesser) findIDs() bool {
	if _, missing, err := intake.FindColumns(g.s.names, &g.rules); err == nil &&
		!slices.ContainsFunc(missing, func(f source.Field) bool {
			return f == source.SenderUserID || f == source.ClientUserID || f == source.MerchantUserID
		}) {
		rules := g.dummies(g.rules)
		if t, err := g.s.try(&rules); err == nil && t.clients > 0 && t.merchants > 0 {
			return true
		}
	}
	candidates := func(f source.Field, like set) (all []int) {
		if i := g.header.Index[f]; i >= 0 {
			return []int{i}
		}
		for i := range g.s.columns {
			c := &g.s.columns[i]
			if !c.mixed && c.filled >= len(g.s.rows)/2 && like.any(c.words) && c.unique > 0 &&
				c.times < max(1, c.filled)/2 {
				all = append(all, i)
			}
		}
		return all
	}
	type choice struct {
		sender, client, merchant int // -1: one value
		value                    string
		score                    float64
	}
	best := choice{score: 0}
	for _, sender := range candidates(source.SenderUserID, senderWords) {
		for _, client := range candidates(source.ClientUserID, clientIDWords) {
			if client == sender {
				continue
			}
			merchants := candidates(source.MerchantUserID, agentIDWords)
			if g.header.Index[source.MerchantUserID] < 0 && g.rules.Set[source.MerchantUserID] == "" {
				merchants = append(merchants, -1)
			}
			for _, merchant := range merchants {
				if merchant == sender || merchant == client {
					continue
				}
				c := choice{sender: sender, client: client, merchant: merchant}
				fromClient, fromMerchant, others := 0, 0, make(map[string]int)
				for row := range g.s.rows {
					from := g.s.cell(row, sender)
					switch {
					case from == "":
					case from == g.s.cell(row, client):
						fromClient++
					case merchant >= 0 && from == g.s.cell(row, merchant):
						fromMerchant++
					default:
						others[from]++
					}
				}
				if merchant < 0 {
					for value, n := range others {
						if n > fromMerchant {
							c.value, fromMerchant = value, n
						}
					}
				}
				total := max(1, len(g.s.rows))
				if fromClient < total/20 || fromMerchant < total/20 {
					continue
				}
				c.score = float64(fromClient+fromMerchant) / float64(total)
				if merchant < 0 {
					c.score -= 0.05
				}
				if c.score > best.score {
					best = c
				}
			}
		}
	}
	if best.score < 0.3 {
		return false
	}
	how := likely
	if best.score < 0.8 {
		how = unsure
	}
	why := fmt.Sprintf("by it %.0f %% of the messages are the client's or the merchant's", 100*best.score)
	for _, c := range []struct {
		field source.Field
		index int
	}{{source.SenderUserID, best.sender}, {source.ClientUserID, best.client}, {source.MerchantUserID, best.merchant}} {
		if c.index >= 0 && g.header.Index[c.field] != c.index {
			g.column(c.field, c.index, why, how)
		}
	}
	if best.merchant < 0 {
		g.set(source.MerchantUserID, best.value, "who answers most")
	}
	return true
}
