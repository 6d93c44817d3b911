package source

import "slices"

// needed returns the fields that a row must have a value in, if its input has some
// columns, and ids or a word tell who wrote it.
func needed(has Columns, byIDs bool) Columns {
	need := ColumnsOf(CreatedAt, MerchantID)
	if has.Has(ConversationID) {
		need |= ColumnsOf(ConversationID)
	} else {
		need |= ColumnsOf(ClientUserID)
	}
	if byIDs {
		need |= ColumnsOf(ClientUserID, MerchantUserID)
	}
	return need
}

// Blame fills in the column and the value for which a row is rejected. has are the
// columns of the input, and value returns what the row has in one of them, as it
// stands there.
func (p *Parser) Blame(r *Reject, has Columns, value func(Field) []byte) {
	clean := func(f Field) []byte {
		if !has.Has(f) {
			return nil
		}
		s, _ := Clean(value(f))
		if f != Country && IsNull(s) {
			return nil
		}
		return s
	}
	var suspects Columns // one of these is to blame,
	var guilty func(Field) bool
	switch r.Reason {
	case MissingValue:
		suspects = needed(has, p.By(clean(SenderRole)) == ByIDs)
		guilty = func(f Field) bool { return len(clean(f)) == 0 }
	case CutID:
		suspects = has
		guilty = func(f Field) bool { return f.IsID() && isCut(clean(f)) }
	case BadIsPublic, BadIsAutomatic, BadNeedsReply:
		bad := map[Reason]Flags{
			BadIsPublic: FlagBadPublic, BadIsAutomatic: FlagBadAutomatic, BadNeedsReply: FlagBadReply,
		}[r.Reason]
		suspects = has
		guilty = func(f Field) bool { return FlagsOf(f, clean(f))&bad != 0 }
	case BadTimestamp:
		suspects = ColumnsOf(CreatedAt)
	case BadRole:
		suspects = ColumnsOf(SenderRole)
	case AmbiguousSender:
		suspects = ColumnsOf(ClientUserID)
	}
	for f := range suspects.All() {
		if guilty == nil || guilty(f) {
			r.Column, r.Value = f.String(), slices.Clone(clean(f))
			return
		}
	}
}

// BlameRecord is Blame of a record, unquoted, of an input with the parser's header.
func (p *Parser) BlameRecord(r *Reject, record [][]byte) {
	p.Blame(r, p.header.Columns(), func(f Field) []byte {
		if i := p.header.Index[f]; i >= 0 && i < len(record) {
			return record[i]
		}
		return []byte(p.header.Set[f])
	})
}
