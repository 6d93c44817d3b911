package engine

import (
	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/memory"
	"github.com/sav-analytics/sav/internal/analysis/pair"
	"github.com/sav-analytics/sav/internal/micros"
	"github.com/sav-analytics/sav/source"
)

// rows are messages, all narrow or all wide. Half the memory is half the page faults,
// which cost as much as scanning does.
type rows struct {
	cells []memory.Cell
	texts []memory.Cell // of their conversations: see textEncoder
	wide  bool
	base  source.ID // what narrow rows leave out of their conversations
}

func (r rows) asNarrow() []narrow { return memory.As[narrow](r.cells) }
func (r rows) asWide() []wide     { return memory.As[wide](r.cells) }

const (
	narrowCells = 1
	wideCells   = 2
)

// cellsPerRow returns how many cells a row takes.
func (r rows) cellsPerRow() int {
	if r.wide {
		return wideCells
	}
	return narrowCells
}

func (r rows) len() int { return len(r.cells) / r.cellsPerRow() }

// isLike reports whether the rows of o may follow those of r.
func (r rows) isLike(o rows) bool {
	return r.wide == o.wide && r.base == o.base && len(r.texts)+len(o.texts) == 0
}

// conversations copies the conversations of the rows, beginning at from, into ids, and
// returns their number: that of all rows left, or len(ids).
func (r rows) conversations(ids []source.ID, from int) (n int) {
	n = min(len(ids), r.len()-from)
	ids = ids[:n]
	if r.wide {
		for i, row := range r.asWide()[from:][:n] {
			ids[i] = row.conversation
		}
		return n
	}
	for i, row := range r.asNarrow()[from:][:n] {
		ids[i] = r.base | source.ID(row.conversation)
	}
	return n
}

// A narrow row is a message whose message_id and merchant are small integers and whose
// time is in whole seconds; its conversation is a small integer, or all conversations of
// the batch are ids of one kind with numbers in 32 bits, as those of UUIDs are.
type narrow struct {
	message, conversation uint32 // the conversation without its base
	roleAndTag            uint32 // the role in the highest bit
	seconds               uint32 // since 1970
}

// A wide row is any message.
type wide struct {
	conversation, message source.ID
	sent                  pair.Stamp
	group                 groups.Group // of a client's message
}

// A tag is the merchant and the country of a message or, where groups tell clients
// apart, the number of its group. Naming the group is left for later where it can be,
// since only few messages open a conversation.
type tag uint32

const (
	roleShift    = 31
	countryBits  = 8
	merchantBits = roleShift - countryBits
)

func newTag(merchant source.ID, country source.Text) tag {
	return tag(merchant)<<countryBits | tag(country)
}

func (t tag) key() groups.Key {
	return groups.Key{Merchant: source.ID(t >> countryBits), Country: source.Text(t & (1<<countryBits - 1))}
}

// newNarrow returns the row of a message. ok is false if its ids are too large.
func newNarrow(conversation, message source.ID, seconds uint64, role source.Role, t tag) narrow {
	return narrow{uint32(message), uint32(conversation), uint32(role)<<roleShift | uint32(t), uint32(seconds)}
}

// baseShift is how many of the lowest bits of a base are 0.
const baseShift = 34

// baseOf returns the base that the rows of a batch have if its first conversation is given.
func baseOf(conversation source.ID) source.ID { return conversation >> baseShift << baseShift }

// isNarrow reports whether a message can be a narrow row, but for its tag, of a batch with a
// base; seconds is its time, rounded down.
func isNarrow(conversation, message, base source.ID, at int64) (seconds uint64, ok bool) {
	seconds = uint64(at) / micros.PerSecond
	return seconds, (conversation^base|message)>>32 == 0 && int64(seconds*micros.PerSecond) == at
}

// hasTag reports whether a merchant and a country fit into a tag.
func hasTag(merchant source.ID, country source.Text) bool {
	return merchant>>merchantBits == 0 && country>>countryBits == 0
}

func (n narrow) tag() tag { return tag(n.roleAndTag &^ (1 << roleShift)) }

func (n narrow) sent() pair.Stamp {
	return pair.NewStamp(int64(n.seconds)*micros.PerSecond, source.Role(n.roleAndTag>>roleShift))
}

// widen returns the same message as a wide row, of a batch with a base and of a group.
func (n narrow) widen(base source.ID, g groups.Group) wide {
	return wide{base | source.ID(n.conversation), source.ID(n.message), n.sent(), g}
}
