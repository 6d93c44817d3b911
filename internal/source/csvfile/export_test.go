package csvfile

import (
	"github.com/sav-analytics/sav/internal/source/record"
	"github.com/sav-analytics/sav/source"
)

// ReadPlainly reads the files as Read does, without the fast path and each as one chunk.
func (s *Source) ReadPlainly(r *source.Receiver) error {
	s.opts.slowly = true
	defer func() { s.opts.slowly = false }()
	return s.ScanAll(r)
}

// Records splits text into records, those that are blank apart; ok is false if a quote in it is broken.
func Records(text string) (records [][]string, ok bool) {
	data := []byte(text)
	s := record.NewSplitter(record.RFC4180, 0)
	for p := 0; p < len(data); {
		next, out := s.Split(data, p, true)
		if out != record.Whole {
			return nil, false
		}
		var fields []string
		for _, field := range s.Fields {
			fields = append(fields, string(field))
		}
		if !s.Blank {
			records = append(records, fields)
		}
		p = next
	}
	return records, true
}
