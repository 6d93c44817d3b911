package inspect

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/source/dialect"
	"github.com/sav-analytics/sav/internal/tally"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/files"
)

// A Report is what was found out about some files.
type Report struct {
	Inputs  []Input  `json:"inputs"`
	Columns []Column `json:"columns"`
	Unused  []string `json:"unused"`  // columns that serve nothing
	Missing []string `json:"missing"` // fields that are needed and that nothing serves, as they are
	Times   Times    `json:"times"`
	Roles   []Role   `json:"roles"`

	// Counts and Facts are those of the rows that were looked at, by the guesses.
	Counts        source.Counts `json:"-"`
	Facts         tally.Facts   `json:"-"`
	Rows          int64         `json:"rows"` // that were looked at
	More          bool          `json:"more"` // there are more
	Clients       int64         `json:"client_messages"`
	Merchants     int64         `json:"merchant_messages"`
	Duplicates    int64         `json:"duplicates"`
	Conversations int           `json:"conversations"`
	Answered      int           `json:"answered"` // conversations in which both sides write
	ClientIDs     int           `json:"clients"`  // 0: rows do not say
	MerchantIDs   int           `json:"merchants"`
	Several       int           `json:"conversations_of_several_merchants"`
	Rejected      []Rejected    `json:"rejected"`
	First         [][]string    `json:"first_rows"` // of Names
	Names         []string      `json:"names"`

	Notes   []string `json:"notes"`
	Guesses []Guess  `json:"guesses"`
	// Fits reports whether an analysis could run as it was asked for, without guesses;
	// Why says why not.
	Fits bool   `json:"fits"`
	Why  string `json:"why,omitempty"`
	// MaxRejectRate is the share of rejected rows that the guesses need; 0 is the usual.
	MaxRejectRate float64 `json:"max_reject_rate,omitempty"`
}

// An Input says what a file is.
type Input struct {
	Name        string `json:"name"`
	Format      string `json:"format"`
	Compression string `json:"compression,omitempty"`
	Encoding    string `json:"encoding,omitempty"`
	Mark        bool   `json:"byte_order_mark,omitempty"`
	Delimiter   string `json:"delimiter,omitempty"`
	LineEnds    string `json:"line_ends,omitempty"`
	HeaderLine  int64  `json:"header_line,omitempty"`
}

// A Column says what serves a field, and why.
type Column struct {
	Field   string `json:"field"`
	By      string `json:"by"`                // the column, or = and a value; "" is nothing
	Why     string `json:"why"`               // its name, an alias, given or guessed
	Needed  bool   `json:"needed,omitempty"`  // nothing serves it, and something must
	Nearest string `json:"nearest,omitempty"` // the column whose name is near, if it is needed
}

// Times says which forms times have.
type Times struct {
	Forms []Form     `json:"forms"`
	First *time.Time `json:"first"`
	Last  *time.Time `json:"last"`
}

// A Form is one in which times are written.
type Form struct {
	Example string `json:"example"`
	Count   int    `json:"count"`
	Read    bool   `json:"read"`
}

// A Role is a word of sender_role.
type Role struct {
	Word    string `json:"word"`
	Count   int    `json:"count"`
	Meaning string `json:"meaning"` // client, merchant, other, automatic; "" if it has no meaning
	Why     string `json:"why"`
}

// Rejected is a reason for which rows are rejected.
type Rejected struct {
	Reason string `json:"reason"`
	Count  int64  `json:"count"`
	Input  string `json:"input"`
	Line   int64  `json:"line"`             // of the first
	Column string `json:"column,omitempty"` // the field to blame; "" is the row as a whole
	Value  string `json:"value,omitempty"`  // what stands there
	Record string `json:"record"`
}

// describe says what the columns are.
func (r *Report) describe(s *sample, g *guesser, opts *Options) {
	r.Names = s.names
	for _, row := range s.rows[:min(len(s.rows), shownRows)] {
		var cells []string
		for i := range row {
			cells = append(cells, s.cell0(row[i]))
		}
		r.First = append(r.First, cells)
	}
	_, missing, _ := intake.FindColumns(s.names, &opts.Rules)
	for _, f := range missing {
		r.Missing = append(r.Missing, f.String())
	}
	for f := range intake.NumFields {
		c := Column{Field: f.String()}
		by, ok := g.header.Serves(f)
		switch {
		case ok:
			c.By, c.Why = by, why(f, by, opts, g)
		case slices.Contains(g.missing, f):
			c.Needed, c.Nearest = true, intake.Nearest(g.header, f)
		}
		r.Columns = append(r.Columns, c)
	}
	for i, name := range s.names {
		if !g.serves(i) && name != "" {
			r.Unused = append(r.Unused, name)
		}
	}
	parser := intake.NewParser(nil, &g.rules, source.NewDict())
	if i := g.header.Index[source.SenderRole]; i >= 0 && s.columns[i].values != nil {
		for _, word := range slices.Sorted(maps.Keys(s.columns[i].values)) {
			role := Role{Word: word, Count: s.columns[i].values[word], Meaning: roleNames[parser.By([]byte(word))],
				Why: "known"}
			for _, guess := range g.guesses {
				if guess.Kind == GuessRole && guess.Name == word {
					role.Why = "guessed"
				}
			}
			if _, given := opts.Roles[word]; given {
				role.Why = "given"
			}
			r.Roles = append(r.Roles, role)
		}
	}
	if i := g.header.Index[source.CreatedAt]; i >= 0 {
		r.Times.Forms = formsOf(s, i, parser)
	}
}

// cell0 returns a value as a report shows it: on one line.
func (s *sample) cell0(cell []byte) string {
	clean, _ := intake.Clean(cell)
	return strings.Join(strings.Fields(string(clean)), " ")
}

// why says why a column serves a field.
func why(f source.Field, by string, opts *Options, g *guesser) string {
	if _, given := opts.Override[f]; given {
		return "given"
	}
	if _, given := opts.Set[f]; given {
		return "given"
	}
	for _, guess := range g.guesses {
		if (guess.Kind == GuessColumn || guess.Kind == GuessSet) && guess.Name == f.String() {
			return "guessed"
		}
	}
	if intake.SameName(by, f.String()) {
		return "its name"
	}
	return "an alias"
}

// formsOf returns the forms of a column of times, the commonest first.
func formsOf(s *sample, column int, parser *intake.Parser) []Form {
	shapes := make(map[string]*Form)
	for row := range s.rows {
		cell := s.cell(row, column)
		if cell == "" {
			continue
		}
		at, _ := parser.Time([]byte(cell))
		shape := fmt.Sprint(at > intake.BadTime) + shapeOf(cell)
		if f := shapes[shape]; f != nil {
			f.Count++
		} else {
			shapes[shape] = &Form{Example: cell, Count: 1, Read: at > intake.BadTime}
		}
	}
	var forms []Form
	for _, f := range shapes {
		forms = append(forms, *f)
	}
	slices.SortFunc(forms,
		func(a, b Form) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Example, b.Example)) })
	return forms[:min(len(forms), 8)]
}

// shapeOf returns a text with its runs of digits and of letters made one sign.
func shapeOf(text string) string {
	var b strings.Builder
	last := byte(0)
	for i := range len(text) {
		c := text[i]
		switch {
		case isDigit(c):
			c = '0'
		case isLetter(c):
			c = 'a'
		}
		if c != last || c != '0' && c != 'a' {
			b.WriteByte(c)
		}
		last = c
	}
	return b.String()
}

// errEnough ends a reading when enough rows were looked at.
var errEnough = errors.New("enough rows")

// A measure is what an analysis would read of the first rows of some files.
type measure struct {
	headers  []*source.Header
	counts   source.Counts
	facts    tally.Facts
	more     bool
	batches  []source.Batch
	dict     *source.Dict
	rejected map[source.Reason]*Rejected
}

// read reads the files as an analysis does, up to a number of rows.
func read(ctx context.Context, names []string, in *Options, layout dialect.Options,
	rules source.Rules) (*measure, error) {
	src, err := files.Open(ctx, names, files.Options{Rules: rules, Dialect: layout, Stdin: in.reader()})
	if err != nil {
		return nil, err
	}
	defer src.Close()
	m := &measure{headers: src.Headers(), dict: source.NewDict(), rejected: make(map[source.Reason]*Rejected)}
	tally := tally.New(tally.Options{Columns: src.Columns(), Clock: in.Clock})
	needs := tally.Needs()
	needs.Client = true
	var mu sync.Mutex
	err = src.Read(ctx, &source.Receiver{
		Dict: m.dict, Needs: needs,
		Batch: func(b *source.Batch) error {
			mu.Lock()
			defer mu.Unlock()
			if m.counts.Rows >= int64(in.Rows) {
				m.more = true
				return errEnough
			}
			m.counts.Add(&b.Counts)
			tally.Add(b)
			m.batches = append(m.batches, keep(b))
			return nil
		},
		Reject: func(r *source.Reject) error {
			mu.Lock()
			defer mu.Unlock()
			if known := m.rejected[r.Reason]; known != nil {
				known.Count++
				return nil
			}
			m.rejected[r.Reason] = &Rejected{Reason: r.Reason.String(), Count: 1, Input: r.Input, Line: r.Line,
				Column: r.Column, Value: string(r.Value), Record: string(r.Record[:min(len(r.Record), 300)])}
			return nil
		},
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	_, m.facts = tally.Done()
	return m, err
}

// keep returns a copy of what is looked at of a batch.
func keep(b *source.Batch) source.Batch {
	return source.Batch{Seq: b.Seq, At: append([]int64(nil), b.At...), Role: append([]source.Role(nil), b.Role...),
		Conversation: append([]source.ID(nil), b.Conversation...), MessageID: append([]source.ID(nil), b.MessageID...),
		Merchant: append([]source.ID(nil), b.Merchant...), Client: append([]source.ID(nil), b.Client...)}
}

// measure says what the rows come to.
func (r *Report) measure(m *measure, opts *Options) {
	slices.SortFunc(m.batches, func(a, b source.Batch) int { return cmp.Compare(a.Seq, b.Seq) })
	r.Rows, r.More = m.counts.Rows, m.more
	r.Counts, r.Facts = m.counts, m.facts
	type conversation struct {
		client, merchant, several bool
		of                        source.ID
	}
	conversations := make(map[source.ID]*conversation)
	clients, merchants := make(map[source.ID]bool), make(map[source.ID]bool)
	seen := make(map[[2]source.ID]bool)
	var first, last int64
	timed := false
	for _, b := range m.batches {
		for i, at := range b.At {
			if id := b.MessageID[i]; id != ids.Absent {
				key := [2]source.ID{b.Conversation[i], id}
				if seen[key] {
					r.Duplicates++
					continue
				}
				seen[key] = true
			}
			c := conversations[b.Conversation[i]]
			if c == nil {
				c = &conversation{of: b.Merchant[i]}
				conversations[b.Conversation[i]] = c
			}
			if b.Role[i] == source.FromClient {
				r.Clients++
				c.client = true
			} else {
				r.Merchants++
				c.merchant = true
			}
			c.several = c.several || c.of != b.Merchant[i]
			merchants[b.Merchant[i]] = true
			if b.Client[i] != ids.Absent {
				clients[b.Client[i]] = true
			}
			if !timed || at < first {
				first = at
			}
			if !timed || at > last {
				last = at
			}
			timed = true
		}
	}
	for _, c := range conversations {
		if c.client && c.merchant {
			r.Answered++
		}
		if c.several {
			r.Several++
		}
	}
	r.Conversations, r.ClientIDs, r.MerchantIDs = len(conversations), len(clients), len(merchants)
	if timed {
		from, to := time.UnixMicro(first).UTC(), time.UnixMicro(last).UTC()
		r.Times.First, r.Times.Last = &from, &to
	}
	for reason, example := range m.rejected {
		example.Count = m.counts.Rejected[reason]
		r.Rejected = append(r.Rejected, *example)
	}
	slices.SortFunc(r.Rejected,
		func(a, b Rejected) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Reason, b.Reason)) })
	if r.Rows == 0 {
		return
	}
	if share := float64(m.counts.TotalRejected()) / float64(r.Rows); share > opts.MaxRejectRate && share <= 0.5 {
		r.MaxRejectRate = float64(int(share*100)+2) / 100
	}
}
