package shard

import (
	"maps"
	"slices"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/source"
)

// Inputs returns what shards were read from, in their order, and the header of each. An
// input that several shards name is there once, unless their headers differ: then it
// is several inputs of one name. headers is empty if a state lacks those of its inputs.
func Inputs(states []*State) (names []string, headers []*source.Header) {
	names = []string{} // an empty list in JSON, not null
	known := true
	for _, s := range states {
		if s == nil {
			continue
		}
		whole := len(s.Headers) == len(s.Inputs) && !slices.Contains(s.Headers, nil)
		known = known && whole
		for i, name := range s.Inputs {
			var header *source.Header // nil if it is not known
			if whole {
				header = s.Headers[i]
			}
			seen := false
			for j := range names {
				seen = seen || names[j] == name && equalHeaders(headers[j], header)
			}
			if !seen {
				names, headers = append(names, name), append(headers, header)
			}
		}
	}
	if !known {
		headers = nil
	}
	return names, headers
}

func equalHeaders(a, b *source.Header) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Index == b.Index && slices.Equal(a.Names, b.Names) && maps.Equal(a.Set, b.Set)
}

// headers writes the headers of a state: how many; of each the names of its columns,
// for each field the place of its column, from 1, or 0, and the values that are set.
func (e *stateEncoder) headers(all []*source.Header) {
	if slices.Contains(all, nil) {
		all = nil
	}
	list(e, all, func(h *source.Header) {
		list(e, h.Names, e.text)
		for _, column := range h.Index {
			e.number(int64(column) + 1)
		}
		list(e, slices.Sorted(maps.Keys(h.Set)), func(f source.Field) {
			e.number(int64(f))
			e.text(h.Set[f])
		})
	})
}

// headers reads what stateEncoder.headers wrote.
func (d *stateDecoder) headers() []*source.Header {
	var all []*source.Header
	for range d.Length() {
		h := &source.Header{Names: d.texts()}
		for f := range h.Index {
			h.Index[f] = int(d.UpTo(int64(len(h.Names)))) - 1
		}
		for range d.Length() {
			if h.Set == nil {
				h.Set = make(map[source.Field]string)
			}
			h.Set[source.Field(d.UpTo(int64(intake.NumFields)-1))] = d.Text()
		}
		all = append(all, h)
	}
	return all
}
