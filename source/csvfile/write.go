package csvfile

import (
	"bytes"
	"strings"

	"github.com/sav-analytics/sav/source"
)

// A MessageWriter writes messages as records of a CSV file that is read fastest:
// columns under their canonical names, only those that count, times in UTC. Read
// again, the records are the same messages; rows that were put aside are not
// among them. A MessageWriter is used from one goroutine at a time.
type MessageWriter struct {
	// Columns are those of the batches. Visibility is not written: a message in a
	// batch is public.
	Columns source.Columns
	// Dict is that of the batches.
	Dict *source.Dict

	day   int64  // since 1970, of date
	date  []byte // "YYYY-MM-DD ", empty before the first
	value []byte
}

// Header is the first line of the file, without a line break.
func (w *MessageWriter) Header() string {
	fields := []source.Field{source.CreatedAt, source.SenderUserID, source.ClientUserID, source.MerchantUserID, source.MerchantID}
	for _, optional := range []struct {
		has   bool
		field source.Field
	}{{w.Columns.Conversation, source.ConversationID}, {w.Columns.MessageID, source.MessageID}, {w.Columns.Country, source.Country}} {
		if optional.has {
			fields = append(fields, optional.field)
		}
	}
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.String()
	}
	return strings.Join(names, ",")
}

// Append appends message i of b as a record with its line break to dst. The batch
// must have been filled with Needs.Client and Needs.Users.
func (w *MessageWriter) Append(dst []byte, b *source.Batch, i int) []byte {
	dst = w.appendTime(dst, b.At[i])
	for _, id := range [...]source.ID{b.Sender[i], b.Client[i], b.MerchantUser[i], b.Merchant[i]} {
		dst = w.appendID(append(dst, ','), id)
	}
	if w.Columns.Conversation {
		dst = w.appendID(append(dst, ','), b.Conversation[i])
	}
	if w.Columns.MessageID {
		dst = w.appendID(append(dst, ','), b.MessageID[i])
	}
	if w.Columns.Country {
		dst = appendValue(append(dst, ','), []byte(w.Dict.TextOf(b.Country[i])))
	}
	return append(dst, '\n')
}

func (w *MessageWriter) appendID(dst []byte, id source.ID) []byte {
	if _, ok := id.Integer(); ok || id == source.Absent {
		return w.Dict.AppendID(dst, id)
	}
	w.value = w.Dict.AppendID(w.value[:0], id)
	return appendValue(dst, w.value)
}

// appendValue quotes what a record could not hold otherwise.
func appendValue(dst, value []byte) []byte {
	if !bytes.ContainsAny(value, ",\"\r\n") {
		return append(dst, value...)
	}
	dst = append(dst, '"')
	dst = append(dst, bytes.ReplaceAll(value, []byte(`"`), []byte(`""`))...)
	return append(dst, '"')
}
