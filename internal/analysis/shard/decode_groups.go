package shard

import (
	"math"

	"github.com/sav-analytics/sav/internal/analysis/waits"
	"github.com/sav-analytics/sav/internal/micros"
	"github.com/sav-analytics/sav/internal/varint"
)

// A groupDecoder reads the groups of a state one after the other, in the layout of encode_groups.go.
type groupDecoder struct {
	varint.Cursor
	state *State
	unit  int64
	first int64
	// The last value of each list, to which the next is added.
	time  int64 // of answered
	began int64 // of followed: when it was opened
	since int64 // of open: when it was opened

	// of the group that is read
	country, merchant, client int64
	period                    int64
	total                     waits.Total
	answered, followed, open  int64
}

func newGroupDecoder(s *State) *groupDecoder {
	d := &groupDecoder{Cursor: varint.Cursor{Bytes: s.groups}, state: s}
	if len(d.Bytes) == 0 {
		return d
	}
	if d.unit = d.count(); d.unit != 1 && d.unit != micros.PerSecond {
		d.Fail()
		d.unit = 1
	}
	d.first = d.after(0)
	return d
}

// next reads what stands before a group's times; it returns false if there is no other group.
func (d *groupDecoder) next() bool {
	if len(d.Bytes) == 0 {
		return false
	}
	d.country, d.merchant, d.client = d.index(d.state.countries), d.index(d.state.merchants), d.index(d.state.clients)
	if d.period = d.count(); d.period > math.MaxInt32 {
		d.Fail()
	}
	d.total = waits.Total{ExchNr: d.count(), Turns: d.count(), TurnTime: waits.Sum{High: d.Uvarint(), Low: d.Uvarint()}}
	d.answered, d.followed, d.open = d.count(), d.count(), d.count()
	if left := int64(len(d.Bytes)); d.answered > left || d.followed > left || d.open > left {
		d.Fail()
	}
	d.total.Conversations = d.answered + d.followed + d.open
	d.time, d.since, d.began = 0, d.first, d.first
	return !d.Bad
}

// answer reads the next answered conversation.
func (d *groupDecoder) answer() (time int64, opened waits.Quarter) {
	d.time = d.after(d.time)
	return d.time, d.quarter()
}

// quarter reads the quarter of an hour in which a conversation was opened.
func (d *groupDecoder) quarter() waits.Quarter {
	n := d.count() + d.first/waits.MicrosPerQuarter
	if n > endOfTime/waits.MicrosPerQuarter {
		d.Fail()
		n = 0
	}
	return waits.Quarter(n)
}

// pair reads the next followed conversation.
func (d *groupDecoder) pair() (opened, ended int64) {
	d.began = d.after(d.began)
	return d.began, d.after(d.began)
}

// opening reads when the next open conversation was opened.
func (d *groupDecoder) opening() int64 {
	d.since = d.after(d.since)
	if d.since > d.state.asOf {
		d.Fail()
	}
	return d.since
}

// count reads a number that is small enough to be added to another.
func (d *groupDecoder) count() int64 { return d.UpTo(endOfTime) }

// index reads an index into names.
func (d *groupDecoder) index(names []string) int64 {
	n := d.count()
	if n >= int64(len(names)) {
		d.Fail()
		return 0
	}
	return n
}

// endOfTime, in µs since 1970, is later than any time of a message or between two.
const endOfTime = 1 << 52

// after reads how many units a time comes after last, and returns that time.
func (d *groupDecoder) after(last int64) int64 {
	n := d.count()
	if n > (endOfTime-last)/d.unit {
		d.Fail()
		n = 0
	}
	return last + n*d.unit
}
