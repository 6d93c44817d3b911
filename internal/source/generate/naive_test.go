package generate_test

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/source/generate"
)

// A record is a row of the CSV by column name, with its created_at read.
type record struct {
	column map[string]string
	at     time.Time
	id     int64
}

func (r record) public() bool { return r.column["is_public"] != "false" }

// speaker is c, m or o (other).
func (r record) speaker() byte {
	switch r.column["sender_user_id"] {
	case r.column["client_user_id"]:
		return 'c'
	case r.column["merchant_user_id"]:
		return 'm'
	}
	return 'o'
}

// parse reads generated CSV with encoding/csv.
func parse(t require.TestingT, data []byte) (records []record) {
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	require.NoError(t, err)
	header := rows[0]
	for _, row := range rows[1:] {
		r := record{column: make(map[string]string, len(header))}
		for i, name := range header {
			r.column[name] = row[i]
		}
		r.at, err = time.Parse(time.DateTime, r.column["created_at"])
		require.NoError(t, err)
		r.id, err = strconv.ParseInt(r.column["message_id"], 10, 64)
		require.NoError(t, err)
		records = append(records, r)
	}
	return records
}

// conversations groups the public messages of clients and merchants, each once,
// in order of time and message_id, by conversation.
func conversations(records []record) map[string][]record {
	all := make(map[string][]record)
	seen := make(map[string]bool)
	for _, r := range records {
		key := r.column["conversation_id"] + " " + r.column["message_id"]
		if !r.public() || r.speaker() == 'o' || seen[key] {
			continue
		}
		seen[key] = true
		all[r.column["conversation_id"]] = append(all[r.column["conversation_id"]], r)
	}
	for _, messages := range all {
		slices.SortFunc(messages, func(a, b record) int {
			if c := a.at.Compare(b.at); c != 0 {
				return c
			}
			return int(a.id - b.id)
		})
	}
	return all
}

// recount finds in the CSV, in the plainest way, what Stats claims.
func recount(data []byte, records []record) generate.Stats {
	s := generate.Stats{Rows: int64(len(records)), Bytes: int64(len(data))}
	seen := make(map[string]bool)
	var latest time.Time
	for _, r := range records {
		if r.at.Before(latest) {
			s.Late++
		} else {
			latest = r.at
		}
		switch {
		case !r.public():
			s.Private++
		case r.speaker() == 'o':
			s.OtherSender++
		case seen[r.column["message_id"]]:
			s.Duplicates++
		default:
			seen[r.column["message_id"]] = true
			if r.at.After(s.AsOf) {
				s.AsOf = r.at
			}
		}
	}
	for _, messages := range conversations(records) {
		var speakers strings.Builder
		for _, r := range messages {
			speakers.WriteByte(r.speaker())
		}
		c := strings.IndexByte(speakers.String(), 'c')
		if c < 0 {
			s.MerchantOnly++
			continue
		}
		s.Conversations++
		m := strings.IndexByte(speakers.String()[c:], 'm')
		if m < 0 {
			s.Unanswered++
			continue
		}
		s.Answered++
		s.ExchNr += int64(m) // all messages from C up to M are the client's
		s.DtSum += int64(messages[c+m].at.Sub(messages[c].at) / time.Second)
	}
	return s
}
