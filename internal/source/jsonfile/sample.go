package jsonfile

import (
	"bytes"
	"cmp"
	"errors"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/source/chunk"
	"github.com/sav-analytics/sav/source"
)

// A sampler reads the first objects of a file, to find their keys.
type sampler struct {
	*scanner
	chunk   *chunk.Chunk
	line    int64    // of chunk.Data[0]
	keys    []string // in the order of their first occurrence
	found   []string // of the object that is being read
	objects int
	bytes   int64  // before chunk.Data
	rows    string // a key that holds an array of objects
}

const sampleSize = 64 << 10

// sample reads the first objects.
func (l *layout) sample(first, line int64, opts *Options) (*sampler, error) {
	l.header = &source.Header{}
	s := &sampler{scanner: newScanner(l, opts, source.NewDict()), line: line}
	s.parser = intake.NewParser(nil, nil, source.NewDict())
	s.lookup = func(k *key) { s.found = append(s.found, k.name) }
	s.arrayOf = func(k *key) { s.rows = cmp.Or(s.rows, k.name) }
	s.lines = l.array == nil
	if err := s.goTo(first, sampleSize); err != nil {
		return nil, err
	}
	seen := make(map[string]bool)
	for p := 0; s.objects < SampledObjects && !(p >= len(s.chunk.Data) && s.chunk.Last); {
		s.b, s.end, s.found = s.chunk.Padded(), len(s.chunk.Data), s.found[:0]
		next, what := s.next(p)
		switch what {
		case isBroken:
			before := int64(bytes.Count(s.chunk.Data[:p], []byte{'\n'}))
			f := s.fatal(s.chunk, p)
			return nil, &source.InputError{Input: l.file.Name, Line: s.line + before + int64(f.Line),
				Column: f.Column, Err: f.Err}
		case isCut:
			var err error
			if p, err = s.goOn(p); err != nil {
				return nil, err
			}
			if p < 0 {
				return s, nil
			}
			continue
		case isObject:
			s.objects++
			for _, name := range s.found {
				if !seen[name] {
					seen[name] = true
					s.keys = append(s.keys, name)
				}
			}
		}
		p = next
		s.bytes = s.chunk.Off + int64(p) - first
	}
	l.objects.Store(s.objects > 0)
	return s, s.pretty(first)
}

// rowBytes returns how many bytes an object has, about.
func (s *sampler) rowBytes() int { return int(s.bytes/max(int64(s.objects), 1)) + 1 }

// pretty returns an error if there is no object on a line, but one that goes over several.
func (s *sampler) pretty(first int64) error {
	if s.array != nil || s.objects > 0 {
		return nil
	}
	if err := s.goTo(first, sampleSize); err != nil {
		return err
	}
	s.b, s.end, s.lines = s.chunk.Padded(), len(s.chunk.Data), false
	p := s.space(0)
	if s.b[p] != '{' {
		return nil
	}
	if end := s.row(p + 1); end < 0 || bytes.IndexByte(s.chunk.Data[p:end], '\n') < 0 {
		return nil
	}
	return &source.InputError{Input: s.file.Name, Line: 1 + int64(bytes.Count(s.chunk.Data[:p], []byte{'\n'})),
		Err: errors.New("an object goes over several lines: " +
			"expected one a line, as jq -c . writes them, or one array of all")}
}

// goTo goes to another place of the file.
func (s *sampler) goTo(off int64, size int) (err error) {
	s.chunk, err = chunk.New(s.file, off, size, intake.NewBatch(0, source.Needs{}, source.NewDict()))
	return err
}

// goOn gets more of what begins at chunk.Data[p:], and returns where that is then. It goes
// on behind a line that is too long; -1 says that nothing can follow.
func (s *sampler) goOn(p int) (int, error) {
	if p >= len(s.chunk.Data)/2 && p > 0 {
		s.line += int64(bytes.Count(s.chunk.Data[:p], []byte{'\n'}))
		return 0, s.goTo(s.chunk.Off+int64(p), max(sampleSize, 2*(len(s.chunk.Data)-p)))
	}
	if more, err := s.chunk.More(p, s.maxRecord, false); more || err != nil {
		return p, err
	}
	if s.array != nil {
		return -1, nil
	}
	next, _, err := s.chunk.LongLine(p, '\n', false)
	if err != nil {
		return 0, err
	}
	s.line += int64(bytes.Count(s.chunk.Data[:p], []byte{'\n'})) + 1
	return 0, s.goTo(s.chunk.Off+int64(next), sampleSize)
}

// next reads the line or element at chunk.Data[p:], and returns where the next one begins.
func (s *sampler) next(p int) (next int, what element) {
	data, last := s.chunk.Data, s.chunk.Last
	if s.array == nil {
		return s.nextLine(p)
	}
	end, next, what := s.element(p, last)
	if what == isObject && len(s.array.between) == 0 && next < len(data) && data[next] == '{' {
		// The gap, with the first key behind it.
		text := data[end-1 : min(len(data), next+64)]
		if i := bytes.IndexByte(text, ':'); i >= 0 {
			s.array.between, s.array.before = bytes.Clone(text[:i]), next-end+1
		}
	}
	return next, what
}

func (s *sampler) nextLine(p int) (next int, what element) {
	data, last := s.chunk.Data, s.chunk.Last
	what = isOther
	q := s.space(p)
	if s.b[q] == '{' {
		if q = s.row(q + 1); q < 0 {
			q = s.bad
		} else if q = s.space(q); s.b[q] == '\n' || q >= s.end {
			what = isObject
		}
	}
	if q < s.end {
		if n := bytes.IndexByte(data[q:], '\n'); n >= 0 {
			return q + n + 1, what
		}
	}
	if !last {
		return 0, isCut
	}
	return len(data), what
}
