package intake

import (
	"slices"

	"github.com/sav-analytics/sav/internal/source/verdict"
	"github.com/sav-analytics/sav/source"
)

// needed returns the fields that a row must have a value in, if its input has some
// columns, and ids or a word tell who wrote it.
func needed(has source.Columns, byIDs bool) source.Columns {
	need := source.ColumnsOf(source.CreatedAt, source.MerchantID)
	if has.Has(source.ConversationID) {
		need |= source.ColumnsOf(source.ConversationID)
	} else {
		need |= source.ColumnsOf(source.ClientUserID)
	}
	if byIDs {
		need |= source.ColumnsOf(source.ClientUserID, source.MerchantUserID)
	}
	return need
}

// Blame fills in the column and the value for which a row is rejected. has are the
// columns of the input, and value returns what the row has in one of them, as it
// stands there.
func (p *Parser) Blame(r *source.Reject, has source.Columns, value func(source.Field) []byte) {
	clean := func(f source.Field) []byte {
		if !has.Has(f) {
			return nil
		}
		s, _ := Clean(value(f))
		if f != source.Country && IsNull(s) {
			return nil
		}
		return s
	}
	var suspects source.Columns // one of these is to blame,
	var guilty func(source.Field) bool
	switch r.Reason {
	case verdict.MissingValue:
		suspects = needed(has, p.By(clean(source.SenderRole)) == ByIDs)
		guilty = func(f source.Field) bool { return len(clean(f)) == 0 }
	case verdict.CutID:
		suspects = has
		guilty = func(f source.Field) bool { return IsID(f) && isCut(clean(f)) }
	case verdict.BadIsPublic, verdict.BadIsAutomatic, verdict.BadNeedsReply:
		bad := map[source.Reason]Flags{
			verdict.BadIsPublic: FlagBadPublic, verdict.BadIsAutomatic: FlagBadAutomatic, verdict.BadNeedsReply: FlagBadReply,
		}[r.Reason]
		suspects = has
		guilty = func(f source.Field) bool { return FlagsOf(f, clean(f))&bad != 0 }
	case verdict.BadTimestamp:
		suspects = source.ColumnsOf(source.CreatedAt)
	case verdict.BadRole:
		suspects = source.ColumnsOf(source.SenderRole)
	case verdict.AmbiguousSender:
		suspects = source.ColumnsOf(source.ClientUserID)
	}
	for f := range suspects.All() {
		if guilty == nil || guilty(f) {
			r.Column, r.Value = f.String(), slices.Clone(clean(f))
			return
		}
	}
}

// BlameRecord is Blame of a record, unquoted, of an input with the parser's header.
func (p *Parser) BlameRecord(r *source.Reject, record [][]byte) {
	p.Blame(r, p.header.Columns(), func(f source.Field) []byte {
		if i := p.header.Index[f]; i >= 0 && i < len(record) {
			return record[i]
		}
		return []byte(p.header.Set[f])
	})
}
