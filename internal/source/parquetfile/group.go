package parquetfile

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/source/record"
	"github.com/sav-analytics/sav/internal/source/verdict"
	"github.com/sav-analytics/sav/source"
)

// A worker reads row groups, one at a time.
type worker struct {
	*Source
	receiver *source.Receiver
	order    *order

	file      *file
	converter *converter
	blank     intake.Message // a row whose columns are all empty
	columns   []column       // those that are read, in the file's order, each once a field
	fields    fields
	batch     *intake.Batch

	rejects  []source.Reject // that wait for their turn
	rejected int             // bytes of their records
}

// fields are the columns by what they hold. Of a field that the file lacks each
// row is empty.
type fields struct {
	createdAt                         *typed[instant]
	sender, client, merchantUser      *typed[source.ID]
	merchant, conversation, messageID *typed[source.ID]
	country                           *typed[source.Text]
	by                                *typed[source.WrittenBy]
	// of the fields that are true or false and that the file has
	flags []*typed[intake.Flags]
}

// maxRejected is how many bytes of rejected rows wait for their turn at most.
const maxRejected = 1 << 20

// read reads row group n of the input.
func (w *worker) read(ctx context.Context, n int) error {
	g := w.groups[n]
	if w.file != g.file {
		w.layOut(g.file)
	}
	w.forgetUsers()
	for _, c := range w.columns {
		if err := c.open(g.file, g.index); err != nil {
			return g.file.fail(err)
		}
	}
	w.batch.Reset(g.seq)
	w.converter.odd = false
	for done := int64(0); done < g.rows; {
		if ctx.Err() != nil {
			return nil
		}
		rows, err := w.take(g.rows - done)
		if err != nil {
			return g.file.fail(fmt.Errorf("is damaged: row group %d, %w", g.index+1, err))
		}
		w.judge(rows, g.first+done)
		done += int64(rows)
		if w.batch.Counts.Rows >= int64(w.opts.BatchRows) || done == g.rows {
			w.converter.parser.Settle(w.batch)
			if err := w.receiver.Batch(&w.batch.Batch); err != nil {
				return err
			}
			w.batch.Reset(w.batch.Seq + 1)
		}
		if w.rejected > maxRejected || done == g.rows {
			if err := w.order.hand(n, w.rejects); err != nil {
				return err
			}
			w.rejects, w.rejected = w.rejects[:0], 0
		}
	}
	w.order.finish(n)
	return nil
}

// layOut makes readers for the columns of a file.
func (w *worker) layOut(f *file) {
	w.file = f
	w.batch = intake.NewBatch(f.header.Columns(), w.receiver.Needs, w.receiver.Dict)
	w.batch.File = slices.Index(w.files, f)
	c := &converter{zone: w.opts.Zone,
		parser: intake.NewParser(f.header, &w.opts.Rules, w.receiver.Dict)}
	w.converter, w.columns = c, nil
	blank := &w.blank
	c.parser.Start(blank)
	c.parser.ServeColumns(w.receiver.Needs)
	c.users = c.parser
	if c.parser.ComparesUsers(w.receiver.Needs) {
		c.users = intake.NewParser(f.header, &w.opts.Rules, nil)
	}
	id := func(field source.Field) *typed[source.ID] {
		return newTyped(w, field, func(dst []source.ID, t *valueType, v *values, from int) {
			c.ids(field, dst, t, v, from)
		}, blank.ID(field))
	}
	w.fields = fields{
		createdAt: newTyped(w, source.CreatedAt, c.times,
			instant{blank.CreatedAt, blank.Flags & intake.FlagAmbiguousLocal}),
		sender: id(source.SenderUserID), client: id(source.ClientUserID), merchantUser: id(source.MerchantUserID),
		merchant: id(source.MerchantID), conversation: id(source.ConversationID), messageID: id(source.MessageID),
		country: newTyped(w, source.Country, c.countries, blank.Country),
		by:      newTyped(w, source.SenderRole, c.roles, blank.By),
	}
	if id := w.fields.conversation; id.pager != nil && w.receiver.Needs.OwnConversations {
		id.byRow = !id.leaf().isWhole() // the ids of texts may be known within a batch alone
	}
	for field := range intake.NumFields {
		if intake.IsFlag(field) && f.header.Index[field] >= 0 {
			w.fields.flags = append(w.fields.flags, newTyped(w, field, c.flagsOf(field), 0))
		}
	}
	slices.SortStableFunc(w.columns, func(a, b column) int { return a.leaf().index - b.leaf().index })
}

// maxUsers is how many bytes of ids of users are kept for other row groups.
const maxUsers = 4 << 20

// forgetUsers lets the ids of users go that a row group had, if they are many and in a
// dictionary of their own.
func (w *worker) forgetUsers() {
	if c := w.converter; c.users != c.parser && c.users.Dict().Bytes() > maxUsers {
		c.users = intake.NewParser(w.file.header, &w.opts.Rules, nil)
	}
}

// take takes the next rows of all columns: as many as each has in its page, and
// at most a window.
func (w *worker) take(most int64) (rows int, err error) {
	rows = int(min(most, window))
	for _, c := range w.columns {
		n, err := c.ahead()
		if err != nil {
			return 0, fmt.Errorf("column %q: %w", c.leaf().name, err)
		}
		rows = min(rows, n)
	}
	for _, c := range w.columns {
		c.take(rows)
	}
	return rows, nil
}

// judge judges the rows that were taken; the file has before rows before them.
func (w *worker) judge(rows int, before int64) {
	m := w.blank
	f := &w.fields
	at, country, by := f.createdAt.out[:rows], f.country.out[:rows], f.by.out[:rows]
	sender, client, merchantUser := f.sender.out[:rows], f.client.out[:rows], f.merchantUser.out[:rows]
	merchant, conversation, messageID := f.merchant.out[:rows], f.conversation.out[:rows], f.messageID.out[:rows]
	for i := range at {
		m.CreatedAt, m.Flags = at[i].at, w.blank.Flags|at[i].flags
		m.Sender, m.Client, m.MerchantUser = sender[i], client[i], merchantUser[i]
		m.Merchant, m.Conversation, m.MessageID = merchant[i], conversation[i], messageID[i]
		m.Country, m.By = country[i], by[i]
		for _, column := range f.flags {
			m.Flags |= column.out[i]
		}
		if w.converter.odd {
			m.Flags |= w.oddFlags(i)
		}
		line := before + int64(i) + 1
		reason := w.batch.Append(&m)
		w.batch.Place(w.file.Name, line)
		if reason == verdict.Accepted || w.order.reject == nil {
			continue
		}
		record := w.record(i)
		reject := source.Reject{Input: w.file.Name, Line: line, Reason: reason, Record: record}
		w.converter.parser.Blame(&reject, w.file.header.Columns(), func(f source.Field) []byte { return w.text(f, i) })
		w.rejects = append(w.rejects, reject)
		w.rejected += len(record)
	}
}

// oddFlags returns the flags of row i of those taken that no value has by itself.
func (w *worker) oddFlags(i int) (flags intake.Flags) {
	f := &w.fields
	for _, c := range []*typed[source.ID]{f.sender, f.client, f.merchantUser, f.merchant, f.conversation, f.messageID} {
		if c.out[i] == ids.Cut {
			flags |= intake.FlagCutID
		}
	}
	for _, c := range w.columns {
		if c.leaf().meaning == text {
			flags |= intake.InvalidUTF8(c.appendText(nil, i))
		}
	}
	return flags
}

// text returns what row i of those taken has in a field.
func (w *worker) text(f source.Field, i int) []byte {
	at := w.file.header.Index[f]
	if at < 0 {
		return []byte(w.file.header.Set[f])
	}
	for _, c := range w.columns {
		if c.leaf().index == w.file.leaves[f].index {
			return c.appendText(nil, i)
		}
	}
	return nil
}

// record returns row i of those taken as CSV, without a line break at its end.
func (w *worker) record(i int) []byte {
	var texts []string
	last := -1
	for _, c := range w.columns {
		if at := c.leaf().index; at != last { // else one column holds two fields
			texts = append(texts, string(c.appendText(nil, i)))
			last = at
		}
	}
	return record.Line(texts)
}

// An order hands on rejected rows in the order of the input, although row groups
// are read side by side: a row group waits with its own until those before it
// have been read.
type order struct {
	ctx    context.Context
	reject func(*source.Reject) error // may be nil

	mu     sync.Mutex
	change sync.Cond
	done   []bool // of each row group
	next   int    // the first that is not done
}

func newOrder(ctx context.Context, groups int, reject func(*source.Reject) error) *order {
	o := &order{ctx: ctx, reject: reject, done: make([]bool, groups)}
	o.change.L = &o.mu
	context.AfterFunc(ctx, func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.change.Broadcast()
	})
	return o
}

// hand gives the rows rejected in row group n to the receiver, once it is its turn.
func (o *order) hand(n int, rejects []source.Reject) error {
	if len(rejects) == 0 {
		return nil
	}
	o.mu.Lock()
	for o.next < n && o.ctx.Err() == nil {
		o.change.Wait()
	}
	o.mu.Unlock()
	for i := range rejects {
		if err := o.ctx.Err(); err != nil {
			return context.Cause(o.ctx)
		}
		if err := o.reject(&rejects[i]); err != nil {
			return err
		}
	}
	return nil
}

// finish says that row group n was read.
func (o *order) finish(n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.done[n] = true
	for o.next < len(o.done) && o.done[o.next] {
		o.next++
	}
	o.change.Broadcast()
}
