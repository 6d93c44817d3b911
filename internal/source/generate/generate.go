package generate

import (
	"context"
	"fmt"
	"io"
	"time"
)

// Options say what to generate. The zero value is a file with a header only.
type Options struct {
	Messages int64   // rows beside the header: 0 to 10,000,000,000
	Seed     uint64  // another seed, other messages
	Body     int     // bytes of the body column on average: 0 (no such column) to 1 MiB
	Notes    bool    // an is_public column, and internal notes
	Shuffle  bool    // random order; holds all rows in memory, 32 bytes each
	Dialect  Dialect // the form of the file; "" is CSV

	// Progress, if not nil, is called now and then with the number of rows
	// written so far, on the goroutine that writes.
	Progress func(rows int64)
}

// Limits of Options.
const (
	maxMessages = 10_000_000_000 // the most of Options.Messages
	maxBody     = 1 << 20        // the most of Options.Body
)

// Validate says what is wrong with the options, if anything.
func (o Options) Validate() error {
	switch {
	case o.Messages < 0 || o.Messages > maxMessages:
		return fmt.Errorf("messages: %d is not from 0 to %d", o.Messages, int64(maxMessages))
	case o.Body < 0 || o.Body > maxBody:
		return fmt.Errorf("body: %d is not from 0 to %d bytes", o.Body, maxBody)
	}
	_, err := newForm(o.Dialect)
	return err
}

// Independent streams of draws of one seed.
const (
	streamWorld = iota + 1
	streamPlan
	streamWriting
	streamShuffle
	streamBody
)

// bufferSize is how much is handed to the writer at once.
const bufferSize = 1 << 18

// Write writes the file that opts describe to w and returns the truth about it.
// It allocates for the messages of conversations under way, not for all (but
// see Shuffle). An error is one of opts, of w, or of ctx; w then holds a part.
func Write(ctx context.Context, w io.Writer, opts Options) (Stats, error) {
	if err := opts.Validate(); err != nil {
		return Stats{}, err
	}
	conversations := max(1, opts.Messages/rowsPerConversation)
	world := newWorld(opts.Seed, conversations)
	g := &generator{
		ctx:  ctx,
		opts: opts,
		w:    w,
		plan: planner{draws: newDraws(opts.Seed, streamPlan), world: world, notes: opts.Notes},
		late: newDraws(opts.Seed, streamWriting),
		next: firstMessage,
		out:  printer{world: world, notes: opts.Notes},
		buf:  make([]byte, 0, bufferSize+bufferSize/4),
	}
	if opts.Body > 0 {
		g.out.body = newWriter(opts.Seed, opts.Body)
	}
	if g.form, _ = newForm(opts.Dialect); g.form != nil { // it was validated
		g.buf = append(g.buf, g.form.header(&g.out)...)
	} else {
		g.buf = g.out.appendHeader(g.buf)
	}
	if opts.Shuffle {
		g.rows = make([]row, 0, opts.Messages)
	}
	if err := g.run(conversations); err != nil {
		return g.stats, err
	}
	return g.stats, nil
}

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
