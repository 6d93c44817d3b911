package generate

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// A row is a message with its message_id.
type row struct {
	message
	id int64
}

// A printer turns rows into CSV.
type printer struct {
	*world
	notes bool
	body  *writer  // nil without a body column
	dates []string // "2026-03-01 " and so on, by day since start
}

func (p *printer) appendHeader(dst []byte) []byte {
	return append(dst, strings.Join(p.addOptional(names[:8]), ",")+"\n"...)
}

// addOptional adds the names of the columns that only some files have.
func (p *printer) addOptional(columns []string) []string {
	columns = slices.Clone(columns)
	if p.notes {
		columns = append(columns, names[8])
	}
	if p.body != nil {
		columns = append(columns, names[9])
	}
	return columns
}

func (p *printer) appendRow(dst []byte, r *row) []byte {
	m := &p.merchants[r.merchant]
	dst = strconv.AppendInt(dst, r.id, 10)
	dst = append(dst, ',')
	dst = strconv.AppendInt(dst, firstConversation+int64(r.conversation), 10)
	dst = append(dst, ',')
	dst = p.appendTime(dst, r.at)
	dst = append(dst, ',')
	switch {
	case r.role == byClient:
		dst = strconv.AppendInt(dst, int64(r.client), 10)
	case r.role == byMerchant || r.role == private && r.staff == 0:
		dst = strconv.AppendInt(dst, m.user, 10)
	case r.staff != 0:
		dst = strconv.AppendInt(dst, int64(r.staff), 10)
	}
	dst = append(dst, ',')
	dst = strconv.AppendInt(dst, int64(r.client), 10)
	dst = append(dst, m.ids...)
	dst = append(dst, countries[r.country]...)
	if p.notes {
		if r.role == private {
			dst = append(dst, ",false"...)
		} else {
			dst = append(dst, ",true"...)
		}
	}
	if p.body != nil {
		dst = append(dst, ',')
		dst = p.body.appendBody(dst, r)
	}
	return append(dst, '\n')
}

// appendTime appends second t as 2006-01-02 15:04:05.
func (p *printer) appendTime(dst []byte, t int32) []byte {
	d, s := int(t/day), t%day
	for len(p.dates) <= d {
		p.dates = append(p.dates, time.Unix(start+int64(len(p.dates))*day, 0).UTC().Format("2006-01-02 "))
	}
	dst = append(dst, p.dates[d]...)
	h, m := s/hour, s/60%60
	s %= 60
	return append(dst,
		byte('0'+h/10), byte('0'+h%10), ':',
		byte('0'+m/10), byte('0'+m%10), ':',
		byte('0'+s/10), byte('0'+s%10))
}
