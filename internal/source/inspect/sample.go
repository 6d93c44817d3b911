package inspect

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/source"
)

// A sample is the first rows of an input as text.
type sample struct {
	names   []string
	rows    [][][]byte // one cell for each name
	columns []column
	late    map[string]bool // columns that occur after the first thousand objects
	zone    *source.Zone
}

// A column is what the cells of one column are.
type column struct {
	name   string
	words  []string
	values map[string]int // how often each occurs; nil if there are too many of them
	filled int            // cells that are not empty
	unique int            // different values, at least
	times  int            // cells that are read as times without a given layout
	ints   int            // cells that are integers
	flags  int            // cells that are true or false
	mixed  bool           // values of some length, with spaces: text for people
}

// maxValues is the number of different values of a column that are counted.
const maxValues = 50_000

func newSample(names []string, rows [][][]byte, zone *source.Zone) *sample {
	s := &sample{names: names, rows: rows, zone: zone, columns: make([]column, len(names))}
	parser := intake.NewParser(nil, nil, source.NewDict())
	for i := range s.columns {
		c := &s.columns[i]
		*c = column{name: names[i], words: words(names[i]), values: make(map[string]int)}
		spaced := 0
		for _, row := range rows {
			cell, _ := intake.Clean(row[i])
			if parser.ID(cell) == ids.Absent {
				continue
			}
			c.filled++
			if _, err := strconv.ParseInt(string(cell), 10, 64); err == nil {
				c.ints++
			}
			if at, _ := intake.ParseTime(cell, nil); at > intake.BadTime {
				c.times++
			}
			if intake.FlagsOf(source.NeedsReply, cell)&intake.FlagBadReply == 0 {
				c.flags++
			}
			if len(cell) > 40 {
				spaced++
			}
			if c.values == nil {
				continue
			}
			if c.values[string(cell)]++; len(c.values) > maxValues {
				c.values = nil
			}
		}
		c.mixed = spaced > c.filled/4
		c.unique = len(c.values)
		if c.values == nil {
			c.unique = maxValues
		}
	}
	return s
}

// cell returns a value, cleaned; "" if it is a word for nothing.
func (s *sample) cell(row, column int) string {
	cell, _ := intake.Clean(s.rows[row][column])
	if intake.IsNull(cell) {
		return ""
	}
	return string(cell)
}

// share returns n as a share of the column's cells that are not empty.
func (c *column) share(n int) float64 {
	if c.filled == 0 {
		return 0
	}
	return float64(n) / float64(c.filled)
}

// hasSpaces reports whether one of the first values of a column has a space: it is no id.
func (s *sample) hasSpaces(column int) bool {
	for row := range min(len(s.rows), 200) {
		if strings.Contains(s.cell(row, column), " ") {
			return true
		}
	}
	return false
}

// constant returns the share of groups of at least two rows, by the values of one
// column, in which another has one value only.
func (s *sample) constant(column, by int) float64 {
	first := make(map[string]string)
	groups, broken := make(map[string]bool), make(map[string]bool)
	for row := range s.rows {
		group := s.cell(row, by)
		if group == "" {
			continue
		}
		value := s.cell(row, column)
		if known, ok := first[group]; !ok {
			first[group] = value
		} else {
			groups[group] = true
			if known != value {
				broken[group] = true
			}
		}
	}
	if len(groups) == 0 {
		return 0
	}
	return 1 - float64(len(broken))/float64(len(groups))
}

// repeats returns how many rows a value of a column has, on average.
func (s *sample) repeats(column int) float64 {
	c := &s.columns[column]
	if c.unique == 0 {
		return 0
	}
	return float64(c.filled) / float64(c.unique)
}

// A trial is what the rows of a sample come to by some rules.
type trial struct {
	counts           source.Counts
	clients          int     // messages by clients
	merchants        int     // messages by merchants
	conversations    int     // with a message
	answered         int     // conversations in which both write
	opened           int     // of these, those whose first message is the client's
	moving           float64 // the share of neighbours in a conversation whose times differ
	span             float64 // seconds between neighbours in a conversation, on average of logarithms
	duplicates       int
	different        int // times
	back, fore, same int // neighbouring messages of the sample by how the second's time compares
}

// try judges the rows by some rules. The error says why there is no header by them.
func (s *sample) try(rules *source.Rules) (*trial, error) {
	h, err := intake.ResolveHeader(s.names, rules)
	if err != nil {
		return nil, err
	}
	dict := source.NewDict()
	p := intake.NewParser(h, rules, dict)
	b := intake.NewBatch(h.Columns(), source.Needs{}, dict)
	for _, row := range s.rows {
		p.Add(b, row)
	}
	return newTrial(&b.Batch), nil
}

func newTrial(b *source.Batch) *trial {
	t := &trial{counts: b.Counts}
	order := make(map[source.ID][]int)
	seen := make(map[[2]source.ID]bool)
	times := make(map[int64]bool)
	for i, at := range b.At {
		id := b.Conversation[i]
		if m := b.MessageID[i]; m != ids.Absent {
			if seen[[2]source.ID{id, m}] {
				t.duplicates++
				continue
			}
			seen[[2]source.ID{id, m}] = true
		}
		order[id] = append(order[id], i)
		times[at] = true
		if b.Role[i] == source.FromClient {
			t.clients++
		} else {
			t.merchants++
		}
		if i > 0 {
			switch {
			case at > b.At[i-1]:
				t.fore++
			case at < b.At[i-1]:
				t.back++
			default:
				t.same++
			}
		}
	}
	t.different, t.conversations = len(times), len(order)
	neighbours, moved, logs := 0, 0, 0.0
	for _, rows := range order {
		slices.SortStableFunc(rows, func(i, j int) int { return cmp.Compare(b.At[i], b.At[j]) })
		both := false
		for k, i := range rows {
			both = both || b.Role[i] != b.Role[rows[0]]
			if k > 0 {
				neighbours++
				if gap := b.At[i] - b.At[rows[k-1]]; gap > 0 {
					moved++
					logs += float64(gap) / 1e6
				}
			}
		}
		if both {
			t.answered++
			if b.Role[rows[0]] == source.FromClient {
				t.opened++
			}
		}
	}
	if neighbours > 0 {
		t.moving, t.span = float64(moved)/float64(neighbours), logs/float64(neighbours)
	}
	return t
}

// rejected returns the share of the rows that are rejected.
func (t *trial) rejected() float64 {
	if t.counts.Rows == 0 {
		return 0
	}
	return float64(t.counts.TotalRejected()) / float64(t.counts.Rows)
}
