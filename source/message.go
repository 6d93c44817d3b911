package source

import (
	"math"

	"github.com/sav-analytics/sav/internal/source/verdict"
)

// A Role is who wrote a message of a conversation.
type Role = verdict.Role

// The roles.
const (
	FromClient   = verdict.FromClient   // the conversation's client
	FromMerchant = verdict.FromMerchant // the conversation's merchant
)

// A Reason says why a row was rejected. Its String returns the name that rejects.csv,
// run.json and Counts.RejectedBy have, such as bad_timestamp.
type Reason = verdict.Reason

// MissingTime stands for no time where a [Batch] has the µs of one.
const MissingTime = math.MinInt64

// Counts says what became of the rows of an input. Rows is the sum of the messages
// kept and of the others, but AmbiguousLocal and InvalidUTF8, which say more of the
// same rows.
type Counts struct {
	Rows           int64
	Private        int64
	Automatic      int64
	OtherSender    int64
	NoReplyNeeded  int64
	AmbiguousLocal int64
	InvalidUTF8    int64
	Rejected       [verdict.NumReasons]int64 // by reason: see RejectedBy
}

// Add adds what o counted to c.
func (c *Counts) Add(o *Counts) {
	c.Rows += o.Rows
	c.Private += o.Private
	c.Automatic += o.Automatic
	c.OtherSender += o.OtherSender
	c.NoReplyNeeded += o.NoReplyNeeded
	c.AmbiguousLocal += o.AmbiguousLocal
	c.InvalidUTF8 += o.InvalidUTF8
	for i, n := range o.Rejected {
		c.Rejected[i] += n
	}
}

// RejectedBy returns the number of rows rejected for each reason that occurred, by
// its name.
func (c *Counts) RejectedBy() map[string]int64 {
	by := make(map[string]int64)
	for r, n := range c.Rejected {
		if n > 0 {
			by[Reason(r).String()] = n
		}
	}
	return by
}

// TotalRejected returns the number of rows rejected for any reason.
func (c *Counts) TotalRejected() int64 {
	var sum int64
	for _, n := range c.Rejected {
		sum += n
	}
	return sum
}
