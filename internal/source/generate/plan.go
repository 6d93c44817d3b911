package generate

// Rates in per mille, and times as log2 of a median in seconds with the standard
// deviation of that log2, both in fixed point (2¹² s are 68 minutes).
const (
	merchantFirst = 60  // of conversations
	neverReplied  = 250 // of those: the client never writes
	followUp      = 270 // another client message soon
	reminder      = 600 // another client message after a day without an answer
	secondReply   = 120 // another merchant message soon
	staffJoins    = 120 // a staff message in a round
	bySystem      = 250 // of those: with an empty sender
	noted         = 90  // an internal note in a round, with Notes
	byStaff       = 500 // of those: by staff, not the merchant
	anotherRound  = 350 // the client writes again after an answer
	ignored       = 100 // of later rounds: no answer
	atNight       = 125 // of answers at night: not left until the morning

	medianResponse = 12*one + one/10 // 2^12.1 s: 1.2 hours
	responseSpread = 13 * one / 10   // between merchants and within one: a factor 2.5
	slower         = 3 * one         // a factor 8
	medianFollowUp = 6 * one         // a minute
	medianReturn   = 13 * one        // until a client writes again
	spread         = 3 * one / 2

	longestResponse = 30 * day
	longestPlan     = 50 // messages of a conversation
)

// A role is who wrote a message, as package analysis will see it.
type role uint8

const (
	byClient role = iota
	byMerchant
	byOther // staff or the system
	private // an internal note
)

// Marks say what a message is in its conversation, so that the truth can be
// counted when the row is written, and only then.
const (
	opens         = 1 << iota // the first client message, C
	answers                   // the first merchant message after C
	precedes                  // the first merchant message, with no client message before it
	afterMerchant             // with opens: a merchant message stands before
)

// A message is a row to be, without its number.
type message struct {
	at           int32 // seconds since start
	conversation uint32
	client       uint32
	response     uint32 // with answers: seconds since C
	merchant     uint16
	staff        uint16 // byOther, private: user id; 0 is the system, or the merchant
	country      uint8
	role         role
	marks        uint8
	exchanges    uint8 // with answers: client messages from C on
}

// A planner makes whole conversations, one after the other.
type planner struct {
	*draws
	*world
	notes   bool
	planned int64     // conversations so far
	like    message   // what all messages of the conversation at hand share
	plan    []message // the conversation at hand
}

// next plans the conversation that opens at second t. Its messages are in order
// of time, and valid until the next call.
func (p *planner) next(t int64) []message {
	k := p.size.draw(p.draws)
	m := &p.merchants[k]
	country := m.countries[m.where.draw(p.draws)]
	p.like = message{
		conversation: uint32(p.planned),
		merchant:     uint16(k),
		country:      country,
		client:       p.client(p.draws, country),
	}
	p.planned++
	p.plan = p.plan[:0]
	p.talk(m, t)
	mark(p.plan)
	return p.plan
}

// talk plans who writes when.
func (p *planner) talk(m *merchant, t int64) {
	if p.chance(merchantFirst) {
		p.add(byMerchant, t)
		if p.chance(neverReplied) {
			return
		}
		t += 1 + p.logNormal(medianReturn, spread)
	}
	silence := m.unanswered
	for {
		answered := !p.chance(silence)
		until := t + longestResponse
		if answered {
			until = t + p.response(m, t)
		}
		p.clientTurn(t, until)
		if p.chance(staffJoins) {
			p.add(byOther, t+p.logNormal(medianReturn, spread))
		}
		if p.notes && p.chance(noted) {
			p.add(private, t+p.logNormal(medianResponse, spread))
		}
		if !answered {
			return
		}
		t = until
		p.add(byMerchant, t)
		for p.chance(secondReply) {
			t += p.logNormal(medianFollowUp, spread)
			p.add(byMerchant, t)
		}
		if !p.chance(anotherRound) {
			return
		}
		t += 1 + p.logNormal(medianReturn, spread)
		silence = ignored
	}
}

// clientTurn plans what the client writes from t on, before the answer at until.
func (p *planner) clientTurn(t, until int64) {
	p.add(byClient, t)
	for p.chance(followUp) {
		t += p.logNormal(medianFollowUp, spread)
		if t >= until {
			return
		}
		p.add(byClient, t)
	}
	for p.chance(reminder) {
		t += day + p.below(8*hour) - 4*hour
		if t >= until {
			return
		}
		p.add(byClient, t)
	}
}

// response draws how long merchant m takes for a message of second t.
func (p *planner) response(m *merchant, t int64) int64 {
	if m.automatic {
		return p.below(4)
	}
	d := min(longestResponse, p.logNormal(m.median, responseSpread))
	if isNight(t+d) && !p.chance(atNight) {
		d = nextMorning(t+d) + exp2(p.below(14*one)) - t
	}
	return d
}

// add puts a message at its place in the plan, after others of the same second.
func (p *planner) add(r role, t int64) {
	if len(p.plan) == longestPlan {
		return
	}
	msg := p.like
	msg.at, msg.role = int32(t), r
	if r == byOther && !p.chance(bySystem) || r == private && p.chance(byStaff) {
		msg.staff = uint16(1 + p.below(staff))
	}
	p.plan = append(p.plan, msg)
	for i := len(p.plan) - 1; i > 0 && p.plan[i-1].at > msg.at; i-- {
		p.plan[i], p.plan[i-1] = p.plan[i-1], p.plan[i]
	}
}

// mark finds C and its answer in the messages of one conversation.
func mark(plan []message) {
	var c *message
	var merchant, answered bool
	clients := 0
	for i := range plan {
		msg := &plan[i]
		switch msg.role {
		case byClient:
			clients++
			if c == nil {
				c = msg
				msg.marks |= opens
				if merchant {
					msg.marks |= afterMerchant
				}
			}
		case byMerchant:
			switch {
			case c == nil && !merchant:
				msg.marks |= precedes
			case c != nil && !answered:
				answered = true
				msg.marks |= answers
				msg.response = uint32(msg.at - c.at)
				msg.exchanges = uint8(clients)
			}
			merchant = true
		}
	}
}
