package frameio

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/instant"
	"github.com/sav-analytics/sav/internal/zone"
)

// A builder collects the values of a column.
type builder struct {
	name   string
	typ    frame.Type
	zone   *zone.Zone
	ints   []int64
	floats []float64
	bools  []bool
	codes  []uint32
	dict   []string
	known  map[string]uint32
	valid  []bool
	nulls  bool
}

func (b *builder) null() {
	b.nulls = true
	b.valid = append(b.valid, false)
	switch b.typ {
	case frame.Float64:
		b.floats = append(b.floats, 0)
	case frame.Bool:
		b.bools = append(b.bools, false)
	case frame.Text:
		b.codes = append(b.codes, 0)
	default:
		b.ints = append(b.ints, 0)
	}
}

func (b *builder) add(s []byte) error {
	switch b.typ {
	case frame.Text:
		code, ok := b.known[string(s)]
		if !ok {
			if b.known == nil {
				b.known = make(map[string]uint32)
			}
			code = uint32(len(b.dict))
			word := string(s)
			b.known[word] = code
			b.dict = append(b.dict, word)
		}
		b.codes = append(b.codes, code)
	case frame.Float64:
		v, err := strconv.ParseFloat(string(s), 64)
		if err != nil {
			return fmt.Errorf("%q is not a number", s)
		}
		b.floats = append(b.floats, v)
	case frame.Bool:
		v, err := strconv.ParseBool(strings.ToLower(string(s)))
		if err != nil {
			return fmt.Errorf("%q is not a bool: expected true or false", s)
		}
		b.bools = append(b.bools, v)
	case frame.Time:
		v, err := instant.ParseText(string(s), b.zone)
		if err != nil {
			return err
		}
		b.ints = append(b.ints, v)
	default:
		v, err := strconv.ParseInt(string(s), 10, 64)
		if err != nil {
			return fmt.Errorf("%q is not an integer of 64 bits", s)
		}
		b.ints = append(b.ints, v)
	}
	b.valid = append(b.valid, true)
	return nil
}

// column returns the column of the values added.
func (b *builder) column() frame.Column {
	var valid frame.Bitmap
	if b.nulls {
		valid = frame.Valid(b.valid...)
	}
	switch b.typ {
	case frame.Float64:
		return frame.Float64s(b.name, b.floats, valid)
	case frame.Bool:
		return frame.Bools(b.name, b.bools, valid)
	case frame.Text:
		return frame.Dictionary(b.name, b.codes, b.dict, valid)
	case frame.Time:
		return frame.Times(b.name, b.ints, valid)
	}
	return frame.Int64s(b.name, b.ints, valid)
}

// frameOf returns the frame of the columns that were collected.
func frameOf(builders []builder) (*frame.Frame, error) {
	columns := make([]frame.Column, len(builders))
	for k := range builders {
		columns[k] = builders[k].column()
	}
	return frame.New(columns...)
}
