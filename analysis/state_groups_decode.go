package analysis

// A groupDecoder reads the groups of a state, one after the other, as varints are read.
type groupDecoder struct {
	varints
	state *State
	unit  int64
	first int64
	time  int64 // of the group, read last
	since int64 // when a conversation of the group was opened, read last

	// of the group that is read
	country, merchant, client int64
	total                     total
	answered                  int64
}

func newGroupDecoder(s *State) *groupDecoder {
	d := &groupDecoder{varints: varints{b: s.groups}, state: s}
	if len(d.b) == 0 {
		return d
	}
	if d.unit = d.count(); d.unit != 1 && d.unit != microsecond {
		d.fail()
		d.unit = 1
	}
	d.first = d.after(0)
	return d
}

// next reads what comes before a group's times; false if there is none.
func (d *groupDecoder) next() bool {
	if len(d.b) == 0 {
		return false
	}
	d.country, d.merchant, d.client = d.place(d.state.countries), d.place(d.state.merchants), d.place(d.state.clients)
	d.total = total{exchNr: d.count(), turns: d.count(), turnTime: sum128{d.uvarint(), d.uvarint()}}
	d.answered = d.count()
	open := d.count()
	if d.answered > int64(len(d.b)) || open > int64(len(d.b)) {
		d.fail()
	}
	d.total.conversations = d.answered + open
	d.time, d.since = 0, d.first
	return !d.bad
}

// answer reads the next conversation that is answered.
func (d *groupDecoder) answer() (time int64, opened quarter) {
	d.time = d.after(d.time)
	n := d.count() + d.first/microsecondsPerQuarter
	if n > endOfTime/microsecondsPerQuarter {
		d.fail()
		n = 0
	}
	return d.time, quarter(n)
}

// opening reads when the next conversation that is not answered was opened.
func (d *groupDecoder) opening() int64 {
	d.since = d.after(d.since)
	if d.since > d.state.asOf {
		d.fail()
	}
	return d.since
}

// count is a number that may be added to another one.
func (d *groupDecoder) count() int64 {
	n := d.uvarint()
	if n > endOfTime {
		d.fail()
		n = 0
	}
	return int64(n)
}

// place is a place among names.
func (d *groupDecoder) place(names []string) int64 {
	n := d.count()
	if n >= int64(len(names)) {
		d.fail()
		n = 0
	}
	return n
}

// endOfTime, in µs since 1970, is later than any time of a message or between two.
const endOfTime = 1 << 52

// after is a time that comes so many units after another.
func (d *groupDecoder) after(last int64) int64 {
	n := d.count()
	if n > (endOfTime-last)/d.unit {
		d.fail()
		n = 0
	}
	return last + n*d.unit
}
