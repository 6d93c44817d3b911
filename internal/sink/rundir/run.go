package rundir

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/filelock"
	"github.com/sav-analytics/sav/internal/outfile"
)

// Names of the files in an output folder.
const (
	ReportName  = "report.csv"
	RejectsName = "rejects.csv"
	RunName     = "run.json"
	DetailName  = "detail.json"
	PageName    = "report.html"
)

// A Run is what run.json says of one run: what was read, what was left out and
// why, and what was written. Counts are of rows or of conversations.
type Run struct {
	Version        string             `json:"version"`
	Inputs         []string           `json:"inputs"`
	Columns        []Columns          `json:"columns"` // of each input
	Window         Window             `json:"window"`
	AsOf           Time               `json:"as_of"`          // null when no message was read
	LatestMessage  Time               `json:"latest_message"` // the same
	Status         int                `json:"status"`         // the exit status of the command
	Error          string             `json:"error,omitempty"`
	RowsRead       int64              `json:"rows_read"`
	Rejected       map[string]int64   `json:"rejected"`
	Private        int64              `json:"private"`
	Automatic      int64              `json:"automatic"`
	OtherSender    int64              `json:"other_sender"`
	NoReplyNeeded  int64              `json:"no_reply_needed"`
	Duplicates     int64              `json:"duplicates"`
	AmbiguousLocal int64              `json:"ambiguous_local"`
	InvalidUTF8    int64              `json:"invalid_utf8"`
	AfterAsOf      int64              `json:"after_as_of"`
	MerchantOnly   int64              `json:"merchant_only"`
	OutsideWindow  int64              `json:"outside_window"`
	Conversations  int64              `json:"conversations"`
	Answered       int64              `json:"answered"`
	Warnings       []Warning          `json:"warnings"`
	Policy         *Policy            `json:"policy"` // null if there was none
	ReportRows     int64              `json:"report_rows"`
	ReportSHA256   string             `json:"report_sha256"`
	DetailSHA256   string             `json:"detail_sha256,omitempty"`
	PairsSHA256    string             `json:"pairs_sha256,omitempty"`
	Elapsed        map[string]float64 `json:"elapsed_s"` // step → seconds
	Files          map[string]string  `json:"files"`     // report, rejects, run, … → path
	Delivery       *Delivery          `json:"delivery"`  // null before the first delivery
}

// RunOf returns what a run says of a result. Its window, its policy, its inputs and what they say
// are left to the caller.
func RunOf(r *analysis.Result) *Run {
	return &Run{
		Inputs:         []string{},
		Columns:        []Columns{},
		AsOf:           TimeOf(r.AsOf),
		LatestMessage:  TimeOf(r.LatestMessage),
		RowsRead:       r.Rows.Rows,
		Rejected:       r.Rows.RejectedBy(),
		Private:        r.Rows.Private,
		Automatic:      r.Rows.Automatic,
		OtherSender:    r.Rows.OtherSender,
		NoReplyNeeded:  r.Rows.NoReplyNeeded,
		Duplicates:     r.Duplicates,
		AmbiguousLocal: r.Rows.AmbiguousLocal,
		InvalidUTF8:    r.Rows.InvalidUTF8,
		AfterAsOf:      r.AfterAsOf,
		MerchantOnly:   r.MerchantOnly,
		OutsideWindow:  r.OutsideWindow,
		Conversations:  r.Conversations,
		Answered:       r.Answered,
		Warnings:       []Warning{},
		Elapsed: map[string]float64{
			"read": r.Elapsed.Read.Seconds(), "pair": r.Elapsed.Pair.Seconds(),
			"summarize": r.Elapsed.Summarize.Seconds(),
		},
	}
}

// A Time is RFC 3339 in UTC; in JSON an empty one is null.
type Time string

// TimeOf returns t as run.json has it; the zero time is empty.
func TimeOf(t time.Time) Time {
	if t.IsZero() {
		return ""
	}
	return Time(t.UTC().Format(time.RFC3339Nano))
}

// MarshalJSON returns the time as a string, or null.
func (t Time) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(t))
}

// A Warning says what looks wrong with an input or its result. It changes no number.
type Warning struct {
	Code  string `json:"code"`
	Count int64  `json:"count"` // of what the text names
	Text  string `json:"text"`
}

// A Policy is the file that said what was promised.
type Policy struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"` // of its bytes
}

// Columns say which column of an input serves each canonical one; nil is none, and
// "=value" the same value in each row.
type Columns map[string]*string

// A Window is the half-open interval of opening times that a report is about,
// as RFC 3339 UTC; an open end is empty.
type Window struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// A Delivery is how far the report came on its way to the API.
// Acknowledged + Dead + Pending = Batches, always.
type Delivery struct {
	Endpoint     string `json:"endpoint"`
	Batches      int64  `json:"batches"`
	Acknowledged int64  `json:"acknowledged"`
	Dead         int64  `json:"dead"`
	Pending      int64  `json:"pending"`
	Retried      int64  `json:"retried"` // attempts beyond the first
}

// ReadRun reads dir/run.json. The error wraps [ErrResult] if that is not a
// run.json.
func ReadRun(ctx context.Context, dir string) (*Run, error) {
	unlock, err := lockFolder(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer unlock()
	return readRun(dir)
}

// readRun does what ReadRun does, for a caller that holds the folder's lock.
func readRun(dir string) (*Run, error) {
	path := filepath.Join(dir, RunName)
	data, err := filelock.ReadFile(path)
	if err != nil {
		return nil, err
	}
	run := new(Run)
	if err := json.Unmarshal(data, run); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrResult, path, err)
	}
	return run, nil
}

// WriteRun writes dir/run.json, whole or not at all.
func WriteRun(dir string, run *Run) error {
	f, err := stageRun(dir, run)
	if err != nil {
		return err
	}
	defer f.Abort()
	return f.Commit()
}

// UpdateRun has edit change dir/run.json, if that still names the report with
// this SHA-256: a newer result's run.json is left alone. It returns run.json as
// it then is.
func UpdateRun(ctx context.Context, dir, reportSHA256 string, edit func(*Run)) (*Run, error) {
	unlock, err := lockFolder(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer unlock()
	run, err := readRun(dir)
	if err != nil || run.ReportSHA256 != reportSHA256 {
		return run, err
	}
	edit(run)
	return run, WriteRun(dir, run)
}

// stageRun writes what will be dir/run.json.
func stageRun(dir string, run *Run) (*outfile.File, error) {
	f, err := outfile.Create(filepath.Join(dir, RunName), outfile.Public)
	if err != nil {
		return nil, err
	}
	enc := json.NewEncoder(f)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(run); err != nil {
		f.Abort()
		return nil, fmt.Errorf("write %s: %w", f.Path(), err)
	}
	return f, nil
}
