package parquetfile

import (
	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/source"
)

// A converter makes of values what a message holds. Each worker has its own.
type converter struct {
	zone   *source.Zone
	parser *intake.Parser
	users  *intake.Parser // of ids of users; it has a dictionary of its own where that is enough
	buf    []byte
	odd    bool // some value was an id that was cut, or text that is ill-formed
}

// An instant is when a message was sent.
type instant struct {
	at    int64        // as intake.Message.CreatedAt has it
	flags intake.Flags // FlagAmbiguousLocal, or none
}

// text returns value i as the text that the rules are about.
func (c *converter) text(t *valueType, v *values, i int) []byte {
	if t.meaning == text {
		clean, valid := intake.Clean(v.bytes(i))
		if !valid {
			c.odd = true
		}
		return clean
	}
	c.buf = t.appendText(c.buf[:0], v, i)
	return c.buf
}

// ids converts values to ids. Plain integers, the usual ones, need no text.
func (c *converter) ids(field source.Field, dst []source.ID, t *valueType, v *values, from int) {
	p := c.parserOf(field)
	if !t.isWhole() {
		for i := range dst {
			dst[i] = p.TextID(field, c.text(t, v, from+i))
			if t.meaning == float && t.inexact(v, from+i) {
				dst[i] = ids.Cut
			}
			if dst[i] == ids.Cut {
				c.odd = true
			}
		}
		return
	}
	for i := range dst {
		if n := t.integer(v, from+i); t.meaning == unsigned {
			dst[i] = p.Dict().Uint(uint64(n))
		} else {
			dst[i] = p.Dict().Int(n)
		}
	}
}

// parserOf returns the parser of a field of ids.
func (c *converter) parserOf(field source.Field) *intake.Parser {
	switch field {
	case source.SenderUserID, source.ClientUserID, source.MerchantUserID:
		return c.users
	}
	return c.parser
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
			at, ambiguous := c.parser.Time(c.text(t, v, from+i))
			dst[i] = newInstant(at, ambiguous)
		}
	}
}

// time returns a timestamp, kept to the microsecond. One of the old kind is of UTC:
// the format does not say, and the writers that still use it write instants.
func (c *converter) time(t *valueType, v *values, i int) instant {
	seconds, nano := t.time(v, i)
	const far = 1 << 40 // seconds: beyond all years that are read, and as µs still a number
	if seconds < -far || seconds > far {
		return instant{at: intake.BadTime}
	}
	at := intake.CheckTime(seconds*1_000_000 + nano/1000)
	if at == intake.BadTime || t.utc || t.meaning == int96 {
		return instant{at: at}
	}
	return newInstant(c.zone.ToUTC(at))
}

func newInstant(at int64, ambiguous bool) instant {
	if ambiguous {
		return instant{at, intake.FlagAmbiguousLocal}
	}
	return instant{at: at}
}

func (c *converter) countries(dst []source.Text, t *valueType, v *values, from int) {
	for i := range dst {
		dst[i] = c.parser.Country(c.text(t, v, from+i))
	}
}

func (c *converter) roles(dst []source.WrittenBy, t *valueType, v *values, from int) {
	for i := range dst {
		dst[i] = c.parser.By(c.text(t, v, from+i))
	}
}

// flagsOf returns a conversion of a field's values, true or false, to flags.
func (c *converter) flagsOf(field source.Field) func(dst []intake.Flags, t *valueType, v *values, from int) {
	return func(dst []intake.Flags, t *valueType, v *values, from int) {
		for i := range dst {
			dst[i] = intake.FlagsOf(field, c.text(t, v, from+i))
		}
	}
}
