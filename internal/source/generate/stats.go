package generate

import "time"

// Stats is the truth about generated messages, counted while they were made and
// not by looking for it afterwards. What an analysis of the whole file, without
// a window, must find is named as in its run.json.
type Stats struct {
	Rows  int64 `json:"rows"`  // beside the header
	Bytes int64 `json:"bytes"` // with the header
	Late  int64 `json:"late"`  // rows below a row with a later created_at (before shuffling)

	Private      int64 `json:"private"`       // internal notes
	OtherSender  int64 `json:"other_sender"`  // public rows by staff or the system
	Duplicates   int64 `json:"duplicates"`    // client or merchant rows that repeat one above
	MerchantOnly int64 `json:"merchant_only"` // conversations without a client message

	Conversations int64 `json:"conversations"` // with a client message
	Answered      int64 `json:"answered"`
	Unanswered    int64 `json:"unanswered"`
	ExchNr        int64 `json:"exch_nr"`  // sum over answered conversations
	DtSum         int64 `json:"dt_sum_s"` // sum of their response times, in seconds

	// the latest created_at of a client's or merchant's row; zero if there is none
	AsOf time.Time `json:"as_of,omitzero"`
}

// count adds a row.
func (s *Stats) count(r *row, duplicate bool) {
	switch r.role {
	case private:
		s.Private++
		return
	case byOther:
		s.OtherSender++
		return
	}
	if duplicate {
		s.Duplicates++
		return
	}
	if t := at(r.at); t.After(s.AsOf) {
		s.AsOf = t
	}
	if r.marks&precedes != 0 {
		s.MerchantOnly++
	}
	if r.marks&opens != 0 {
		s.Conversations++
		s.Unanswered++
		if r.marks&afterMerchant != 0 {
			s.MerchantOnly--
		}
	}
	if r.marks&answers != 0 {
		s.Answered++
		s.Unanswered--
		s.ExchNr += int64(r.exchanges)
		s.DtSum += int64(r.response)
	}
}

// at returns second t as a time.
func at(t int32) time.Time { return time.Unix(start+int64(t), 0).UTC() }
