package analysis

import (
	"slices"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/source"
)

// idColumn makes a column of ids: Int64 if each is a plain integer or absent,
// else Text; absent ids are null.
func idColumn(name string, values []source.ID, dict *source.Dict) frame.Column {
	var valid frame.Bitmap
	if slices.Contains(values, ids.Absent) {
		valid = frame.NewBitmap(len(values))
		for i, id := range values {
			if id != ids.Absent {
				valid.Set(i)
			}
		}
	}
	integers := make([]int64, len(values))
	for i, id := range values {
		n, ok := id.Integer()
		if !ok && id != ids.Absent {
			codes, texts := encode(values, dict.IDText)
			return frame.Dictionary(name, codes, texts, valid)
		}
		if ok {
			integers[i] = int64(n)
		}
	}
	return frame.Int64s(name, integers, valid)
}

func countryColumn(countries []source.Text, dict *source.Dict) frame.Column {
	codes, texts := encode(countries, dict.TextOf)
	return frame.Dictionary(source.Country.String(), codes, texts, nil)
}

// encode numbers the distinct texts of keys. Distinct keys may have one text:
// two pairs may be shown alike.
func encode[K comparable](keys []K, text func(K) string) (codes []uint32, texts []string) {
	known, index := make(map[K]uint32), make(map[string]uint32)
	codes = make([]uint32, len(keys))
	for i, k := range keys {
		code, ok := known[k]
		if !ok {
			s := text(k)
			if code, ok = index[s]; !ok {
				code = uint32(len(texts))
				index[s], texts = code, append(texts, s)
			}
			known[k] = code
		}
		codes[i] = code
	}
	return codes, texts
}

// idTypes are the types that a column of ids may have.
var idTypes = []frame.Type{frame.Int64, frame.Text}

// idsOf returns the ids of a column of idTypes; a null is absent.
func idsOf(c frame.Column, dict *source.Dict) []source.ID {
	if c.Type() == frame.Text {
		return decode(c, ids.Absent, func(s string) source.ID {
			clean, _ := intake.Clean([]byte(s))
			return dict.ID(clean)
		})
	}
	of := make([]source.ID, c.Len())
	for i, n := range c.Int64s() {
		if !c.IsNull(i) {
			of[i] = dict.Int(n)
		}
	}
	return of
}

// decode returns what each text of a column stands for, worked out once for
// each distinct text that occurs.
func decode[T any](c frame.Column, null T, of func(string) T) []T {
	texts := c.Dictionary()
	known, value := make([]bool, len(texts)), make([]T, len(texts))
	all := make([]T, c.Len())
	for i, code := range c.Codes() {
		if c.IsNull(i) {
			all[i] = null
			continue
		}
		if !known[code] {
			known[code], value[code] = true, of(texts[code])
		}
		all[i] = value[code]
	}
	return all
}
