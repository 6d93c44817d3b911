package servers

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/source"
)

// A newColumn is one of a table that Create makes.
type newColumn struct {
	name            string
	field           source.Field // NumFields for the body
	mysql, postgres string       // its type
}

// newColumns returns those that Create knows: canonical names, Django's types.
func newColumns() map[string]newColumn {
	columns := map[string]newColumn{"body": {"body", intake.NumFields, "longtext", "text"}}
	for f := range intake.NumFields {
		c := newColumn{f.String(), f, "bigint", "bigint"}
		switch {
		case f == source.CreatedAt:
			c.mysql, c.postgres = "datetime(6)", "timestamp"
		case f == source.Country || f == source.SenderRole:
			c.mysql, c.postgres = "varchar(64)", "varchar(64)"
		case intake.IsFlag(f):
			c.mysql, c.postgres = "tinyint(1)", "boolean"
		}
		columns[c.name] = c
	}
	return columns
}

// newName is what a table may be called that Create makes.
var newName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,62}$`)

// ErrName says that Create cannot make a table of that name.
var ErrName = errors.New("a name for a new table is letters, digits and _, at most 63, and no digit first")

// errLeft says that an unfinished table is still there.
var errLeft = errors.New("the unfinished table could not be dropped")

// Create makes a table of messages, fills it from CSV, and gives it the indexes
// that a window wants. The first line of csv are canonical column names,
// conversation_id among them, and body perhaps; ids are integers, flags are
// true or false, and an empty value is NULL. The table has no key: of messages
// sent twice both rows stay. There must be no table of that name, and after an
// error or an interruption there is none. A name that no table can have is [ErrName], an error of csv is
// returned as it is, and what the database fails at is an [Error]. Csv is not read
// any more when Create has returned: it waits for a read that is under way.
func Create(ctx context.Context, dsn DSN, table string, csv io.Reader) error {
	if !newName.MatchString(table) {
		return fmt.Errorf("%.80q: %w", table, ErrName)
	}
	if csv == nil {
		return errors.New("servers: no CSV to fill the table from")
	}
	lent := &lentReader{r: csv}
	buffered := bufio.NewReader(lent)
	columns, err := readColumns(buffered)
	if err != nil {
		return err
	}
	c, err := connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer c.close()
	err = c.load(ctx, table, columns.columns, io.MultiReader(strings.NewReader(columns.line), buffered))
	if readErr := lent.giveBack(); readErr != nil && !errors.Is(err, errLeft) {
		return readErr
	}
	if err != nil {
		return failed(ctx, dsn.String(), "make table "+table, err)
	}
	return nil
}

type header struct {
	line    string
	columns []newColumn
}

func readColumns(r *bufio.Reader) (header, error) {
	line, err := r.ReadString('\n')
	if err != nil {
		return header{}, err
	}
	h := header{line: line}
	known := newColumns()
	for name := range strings.SplitSeq(strings.TrimRight(line, "\r\n"), ",") {
		c, ok := known[name]
		if !ok {
			return header{}, fmt.Errorf("the CSV has a column %.40q, which is not canonical", name)
		}
		h.columns = append(h.columns, c)
	}
	return h, nil
}

// A lentReader is the caller's until it is given back: a driver may read in a
// goroutine of its own, which outlives an interrupted call.
type lentReader struct {
	mu  sync.Mutex // held while r is read
	r   io.Reader  // nil when it was given back
	err error      // what was no end, since drivers make one of their own of it
}

func (l *lentReader) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.r == nil {
		return 0, io.ErrClosedPipe
	}
	n, err := l.r.Read(p)
	if err != nil && err != io.EOF {
		l.err = err
	}
	return n, err
}

// giveBack waits for a read that is under way, lets none follow, and returns the
// error that a read met.
func (l *lentReader) giveBack() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.r = nil
	return l.err
}
