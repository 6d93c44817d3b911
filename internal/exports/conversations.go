// Package exports writes one set of conversations in the shapes in which many tools
// export theirs: other names, times, roles, delimiters and encodings for the same
// messages. Tests hold what is made of each to what is made of the set itself.
//
// It stands beside the flow (source → frame → analysis → sink), and only tests
// import it.
package exports

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// An Author says what wrote a message.
type Author uint8

// Values of Author.
const (
	Client   Author = iota
	Merchant        // one of the merchant's people
	Note            // an internal note by one of the merchant's people
	Bot             // a machine that speaks for the merchant
	System          // an event: assigned, closed
)

// A Message is one of a conversation.
type Message struct {
	ID           int
	Conversation *Conversation
	At           time.Time // UTC, whole seconds
	By           Author
	Sender       Person // empty of a System
	Body         string
	Number       int // in the conversation, from 1
}

// Agent returns the one of the merchant's people who answers mostly.
func (m Message) Agent() Person { return m.Conversation.Shop.People[0] }

// A Person has an id, a name and an address.
type Person struct {
	ID          int
	Name, Email string
}

// A Conversation has a client and a shop.
type Conversation struct {
	ID      int
	Client  Person
	Shop    Shop
	Country string
	Opened  time.Time
	Channel string
}

// A Shop is a merchant with its people, of whom the first answers mostly.
type Shop struct {
	ID     int
	Name   string
	People []Person
}

// Kinds says which kinds of messages a tool's export has, beside those of clients and
// merchants.
type Kinds struct {
	Shops               int  // 0 is 1
	OnePerson           bool // each shop has one person
	Notes, Bots, System bool
}

var bodies = []string{
	"Hello, where is my order?", "It has not arrived yet; can you help?", "Bonjour, je n'ai pas reçu mon colis.",
	"Thanks, \"tomorrow\" is fine", "See the attached photo,\nit is broken", "Size 42, please; the blue one",
	"Merci beaucoup !",
	"We are sorry about that.", "Your parcel left yesterday, it will arrive soon.", "Could you send us a picture?",
	"Ça marche, à bientôt",
	"C:\\photos\\damage.jpg", "50 % off? Really?", "Tracking: 1Z999AA10123456784", "ok", "ok",
}

// Draw draws conversations and returns their messages in the order in which they
// were sent; of equal times a conversation's own order stands.
func Draw(seed uint64, conversations int, kinds Kinds) []Message {
	r := rand.New(rand.NewPCG(seed, 12))
	shops := make([]Shop, max(1, kinds.Shops))
	person := 70000
	for i := range shops {
		shops[i] = Shop{ID: 41 + i*7, Name: fmt.Sprintf("Shop %c", 'A'+i)}
		people := 3
		if kinds.OnePerson {
			people = 1
		}
		for range people {
			person += 1 + r.IntN(9)
			shops[i].People = append(shops[i].People, Person{person, fmt.Sprintf("Agent %d", person),
				fmt.Sprintf("agent%d@shop.example", person)})
		}
	}
	start := time.Date(2024, 1, 29, 7, 0, 0, 0, time.UTC)
	var messages []Message
	for i := range conversations {
		id := 5000 + i*3
		client := Person{20000 + r.IntN(conversations*2), "", ""}
		client.Name, client.Email = fmt.Sprintf("Client %d", client.ID), fmt.Sprintf("client%d@mail.example", client.ID)
		shop := shops[r.IntN(len(shops))]
		c := &Conversation{ID: id, Client: client, Shop: shop, Country: []string{"FR", "DE", "ES", "IT"}[r.IntN(4)],
			Channel: []string{"email", "chat", "web"}[r.IntN(3)]}
		at, number := start.Add(time.Duration(r.IntN(60*24*3600))*time.Second), 0
		c.Opened = at
		add := func(by Author, sender Person, body string) {
			number++
			messages = append(messages, Message{Conversation: c, At: at, By: by, Sender: sender, Body: body,
				Number: number})
		}
		wait := func(longest int) { at = at.Add(time.Duration(1+r.IntN(longest)) * time.Second) }
		body := func() string { return bodies[r.IntN(len(bodies))] }
		agent := func() Person { return shop.People[r.IntN(len(shop.People))*r.IntN(2)] }
		if r.IntN(12) == 0 { // the merchant writes first, to ask how it went
			add(Merchant, agent(), "How do you like it?")
			wait(50000)
		}
		for turn := range 1 + r.IntN(3) {
			for range 1 + r.IntN(3)*r.IntN(2) {
				add(Client, client, body())
				if turn == 0 && kinds.Bots && r.IntN(3) == 0 {
					at = at.Add(time.Second)
					add(Bot, Person{1, "Bot", "bot@shop.example"}, "We have received your message.")
				}
				wait(4000)
			}
			if kinds.System && r.IntN(2) == 0 {
				add(System, Person{}, "Assigned to Agent")
				wait(60)
			}
			if kinds.Notes && r.IntN(3) == 0 {
				add(Note, agent(), "Asked the carrier")
				wait(2000)
			}
			if turn == 0 && r.IntN(9) == 0 {
				break // nobody answers
			}
			wait(90000)
			for range 1 + r.IntN(5)/4 {
				add(Merchant, agent(), body())
				wait(300)
			}
			wait(60000)
		}
		if kinds.System {
			add(System, Person{}, "Closed")
		}
	}
	slices.SortStableFunc(messages, func(a, b Message) int { return a.At.Compare(b.At) })
	for i := range messages {
		messages[i].ID = 900001 + i*2
	}
	return messages
}

// ManyMerchants returns a CSV of messages of n merchants that differ in how fast they answer.
func ManyMerchants(n int) string {
	var text strings.Builder
	random := rand.New(rand.NewPCG(1, 1))
	text.WriteString("created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id,country\n")
	first := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		usual := math.Exp(8 + random.NormFloat64())
		country := []string{"FR", "DE", "IT", "ES"}[i%4]
		for k := range 1 + int(math.Exp(random.ExpFloat64())) {
			opened := first.Add(time.Duration(random.IntN(30*24*3600)) * time.Second)
			fmt.Fprintf(&text, "%s,%d,%[2]d,0,%[3]d,%[4]s\n", opened.Format(time.RFC3339), 1+k, i, country)
			if wait := usual * math.Exp(1.5*random.NormFloat64()); random.IntN(10) > 0 && wait < 30*86400 {
				fmt.Fprintf(&text, "%s,0,%d,0,%d,%s\n",
					opened.Add(time.Duration(wait)*time.Second).Format(time.RFC3339), 1+k, i, country)
			}
		}
	}
	return text.String()
}
