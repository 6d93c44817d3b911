package csvfile

import "github.com/sav-analytics/sav/source"

// Cut returns o with chunks of so many bytes, scanned by so many goroutines.
func (o Options) Cut(chunkSize, workers int) Options {
	o.chunkSize, o.workers = chunkSize, workers
	return o
}

// Limit returns o with a limit of n bytes to a record.
func (o Options) Limit(n int) Options {
	o.maxRecord = n
	return o
}

// MaxRecord is the limit by default.
const MaxRecord = maxRecord

// ReadPlainly reads the files as Read does, by the slow path alone and each as
// one chunk.
func (s *Source) ReadPlainly(r *source.Receiver) error {
	for i, in := range s.inputs {
		c := &chunk{seq: int64(i), batch: source.NewBatch(in.header.Columns(), r.Needs, r.Dict)}
		if err := in.fill(c, in.first, 1<<24); err != nil {
			return err
		}
		scan := newScanner(in, in.header, &s.opts.Rules, r.Dict)
		scan.fast = nil
		if _, err := scan.scan(c, false); err != nil {
			return err
		}
		for _, j := range c.rejects {
			if err := r.Reject(&source.Reject{Input: in.name, Line: in.line + int64(j.line), Reason: j.reason, Record: j.record}); err != nil {
				return err
			}
		}
		if err := r.Batch(c.batch); err != nil {
			return err
		}
	}
	return nil
}

// Records splits text into records by the slow path; ok is false if a quote in
// it is broken.
func Records(text string) (records [][]string, ok bool) {
	data := []byte(text)
	var s splitter
	for p := 0; p < len(data); {
		if n := blankLine(data, p); n > 0 {
			p += n
			continue
		}
		next, out := s.split(data, p, true)
		if out != whole {
			return nil, false
		}
		var record []string
		for _, field := range s.fields {
			record = append(record, string(field))
		}
		records = append(records, record)
		p = next
	}
	return records, true
}
