package blocks

import (
	"context"
	"errors"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/source"
)

// A reader turns blocks into batches.
type reader struct {
	*Source
	receiver *source.Receiver
	parser   *intake.Parser
	batch    *intake.Batch
	block    block
	values   []uint64 // scratch
}

// batchRows is how many messages a batch has, where those of a run are more.
const batchRows = 1 << 14

func (t *reader) read(ctx context.Context, payload []byte) error {
	k := &t.block
	if !k.open(payload, t.receiver.Dict, t.parser) {
		return t.fail(errDamaged)
	}
	if k.bucket != t.first.bucket || k.buckets != t.first.buckets || k.layout != t.first.layout {
		return t.fail(errors.New("is of another bucket, or has other columns, than the first"))
	}
	from := 0
	for _, run := range k.runs {
		parts := int(min(run.places, int64(run.rows+batchRows-1)/batchRows)) // each has a place of its own
		for part := range parts {
			if err := context.Cause(ctx); err != nil {
				return err
			}
			rows := (part+1)*run.rows/parts - part*run.rows/parts
			t.batch.Reset(int64(k.file)<<placeBits | run.seq + int64(part))
			t.batch.File = int(k.file)
			if !t.fill(from, rows) {
				return t.fail(errDamaged)
			}
			if err := t.receiver.Batch(&t.batch.Batch); err != nil {
				return err
			}
			from += rows
		}
	}
	return nil
}

// latest is beyond twice any time of a message, in µs, that there is.
const latest = 1 << 53

// fill makes the batch hold rows messages, from one on.
func (t *reader) fill(from, rows int) bool {
	b, k := t.batch, &t.block
	b.Counts.Rows = int64(rows)
	t.values = resize(t.values, rows)
	if !values(&k.sent, t.values, from, 0, latest/k.unit) {
		return false
	}
	b.At, b.Role = resize(b.At, rows), resize(b.Role, rows)
	for i, v := range t.values {
		b.At[i], b.Role[i] = int64(v>>1*k.unit), source.Role(v&1)
		if intake.CheckTime(b.At[i]) == intake.BadTime {
			return false
		}
	}
	if rows > 0 {
		b.First, b.Last = b.At[0], b.At[rows-1]
	}
	if k.country.texts == nil || !values(&k.country, t.values, from, 1, uint64(len(k.country.texts)-1)) {
		return false
	}
	b.Country = resize(b.Country, rows)
	for i, v := range t.values {
		b.Country[i] = source.Text(k.country.texts[v])
	}
	ids := func(to *[]source.ID, c *column, absent bool) bool {
		*to = resize(*to, rows)
		return c.ids(*to, from, absent)
	}
	if !ids(&b.Merchant, &k.merchant, false) ||
		!ids(&b.Conversation, &k.conversation, !k.layout.Has(source.ConversationID)) ||
		!ids(&b.MessageID, &k.message, true) {
		return false
	}
	if k.layout.client {
		if !ids(&b.Client, &k.client, k.layout.Has(source.ConversationID)) {
			return false
		}
		if !k.layout.Has(source.ConversationID) {
			for i, client := range b.Client {
				b.Conversation[i] = t.receiver.Dict.Pair(client, b.Merchant[i])
			}
		}
		if !t.receiver.Needs.Client {
			b.Client = b.Client[:0]
		}
	}
	return true
}
