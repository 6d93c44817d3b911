package parquetfile

import (
	"github.com/sav-analytics/sav/source"
)

// A converter makes of values what a message holds. Each worker has its own.
type converter struct {
	dict   *source.Dict
	zone   *source.Zone
	parser *source.Parser
	buf    []byte
}

// An instant is when a message was sent.
type instant struct {
	at        int64 // as source.Message.CreatedAt has it
	ambiguous bool  // a local time that occurs twice or never
}

// text is value i as the text that the rules are about.
func (c *converter) text(t *valueType, v *values, i int) []byte {
	if t.meaning == text {
		return source.Clean(v.bytes(i))
	}
	c.buf = t.appendText(c.buf[:0], v, i)
	return c.buf
}

// ids converts values to ids. Plain integers, the usual ones, need no text.
func (c *converter) ids(dst []source.ID, t *valueType, v *values, from int) {
	if t.meaning != integer && t.meaning != unsigned {
		for i := range dst {
			dst[i] = c.dict.ID(c.text(t, v, from+i))
		}
		return
	}
	const held = 1e18 // integers from 0 up to it are held in the id itself
	for i := range dst {
		n := t.integer(v, from+i)
		if uint64(n) < held {
			dst[i] = source.IntegerID(uint64(n))
			continue
		}
		c.buf = t.appendText(c.buf[:0], v, from+i)
		dst[i] = c.dict.ID(c.buf)
	}
}

// times converts values to instants.
func (c *converter) times(dst []instant, t *valueType, v *values, from int) {
	switch t.meaning {
	case timestamp, date, int96:
		for i := range dst {
			dst[i] = c.time(t, v, from+i)
		}
	default:
		for i := range dst {
			dst[i].at, dst[i].ambiguous = source.ParseTime(c.text(t, v, from+i), c.zone)
		}
	}
}

// time is a timestamp, kept to the microsecond. One of the old kind is of UTC:
// the format does not say, and the writers that still use it write instants.
func (c *converter) time(t *valueType, v *values, i int) instant {
	seconds, nano := t.time(v, i)
	const far = 1 << 40 // seconds: beyond all years that are read, and as µs still a number
	if seconds < -far || seconds > far {
		return instant{at: source.BadTime}
	}
	at := source.CheckTime(seconds*1_000_000 + nano/1000)
	if at == source.BadTime || t.utc || t.meaning == int96 {
		return instant{at: at}
	}
	at, ambiguous := c.zone.ToUTC(at)
	return instant{at, ambiguous}
}

func (c *converter) countries(dst []source.Text, t *valueType, v *values, from int) {
	for i := range dst {
		dst[i] = c.parser.Country(c.text(t, v, from+i))
	}
}

func (c *converter) visibilities(dst []source.Visibility, t *valueType, v *values, from int) {
	for i := range dst {
		dst[i] = source.ParseVisibility(c.text(t, v, from+i))
	}
}
