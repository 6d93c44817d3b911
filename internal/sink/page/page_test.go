package page_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/analysis/inside"
	"github.com/sav-analytics/sav/internal/analysistest"
	"github.com/sav-analytics/sav/internal/exports"
	"github.com/sav-analytics/sav/internal/quirks"
	"github.com/sav-analytics/sav/internal/sink/page"
	"github.com/sav-analytics/sav/internal/sink/rundir"
	"github.com/sav-analytics/sav/internal/thorough"
	"github.com/sav-analytics/sav/policy"
	"github.com/sav-analytics/sav/source/files"
)

var ctx = context.Background()

var update = flag.Bool("update", false, "write the golden file anew")

// result analyses CSV as the command does, as far as a page shows it.
func result(t require.TestingT, text string, levels ...analysis.Level) *rundir.Result {
	return resultOf(t, text, analysis.Options{Levels: levels})
}

func resultOf(t require.TestingT, text string, opts analysis.Options) *rundir.Result {
	src, err := files.Open(context.Background(), []string{files.Stdin}, files.Options{Stdin: strings.NewReader(text)})
	require.NoError(t, err)
	defer src.Close()
	opts.Detail = true
	r, err := analysis.Run(ctx, src, opts)
	require.NoError(t, err)
	run := &rundir.Run{
		Version: "test", Inputs: []string{"messages.csv"}, AsOf: rundir.Time(r.AsOf.Format("2006-01-02T15:04:05Z07:00")),
		RowsRead: r.Rows.Rows,
		Rejected: r.Rows.RejectedBy(), Private: r.Rows.Private, OtherSender: r.Rows.OtherSender,
		Duplicates: r.Duplicates,
		AfterAsOf:  r.AfterAsOf, MerchantOnly: r.MerchantOnly, OutsideWindow: r.OutsideWindow,
		Conversations: r.Conversations, Answered: r.Answered,
	}
	if p := opts.Policy; p != nil {
		run.Policy = &rundir.Policy{Path: p.Path, SHA256: p.SHA256}
	}
	return &rundir.Result{Run: run, Report: r.Report, Detail: inside.Of(r).Detail}
}

func html(t require.TestingT, r *rundir.Result) string {
	var b bytes.Buffer
	require.NoError(t, page.Write(&b, r, page.Options{}))
	return b.String()
}

// The sample is analysed once without a policy and once with one, and each page made once:
// nobody may change them.
var (
	sampleOnce   = sync.OnceValue(func() *rundir.Result { return resultOfSample(analysis.Options{}) })
	promisedOnce = sync.OnceValue(func() *rundir.Result {
		p, err := policy.Parse("policy.yaml", []byte(promises))
		if err != nil {
			panic(err)
		}
		return resultOfSample(analysis.Options{Policy: p})
	})
	samplePage   = sync.OnceValue(func() string { return html(must{}, sampleOnce()) })
	promisedPage = sync.OnceValue(func() string { return html(must{}, promisedOnce()) })
)

// A must fails where there is no test to fail.
type must struct{}

func (must) Errorf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (must) FailNow()                          {}

func resultOfSample(opts analysis.Options) *rundir.Result {
	text, err := os.ReadFile("../../../testdata/messages.csv")
	if err != nil {
		panic(err)
	}
	return resultOf(must{}, string(text), opts)
}

// promises is the policy of the example of docs/policy.md, for the sample.
const promises = `calendars:
  paris:
    zone: Europe/Paris
    week: {mon-thu: "09:00-12:30 14:00-18:00", fri: "09:00-16:00"}
    holidays: FR
  madrid:
    zone: Atlantic/Canary
    week: {mon-fri: "08:00-15:00"}
use:
  countries: {FR: paris, ES: madrid}
targets:
  clock: work
  default: 4h
  countries: {DE: 2h}
  merchants: {"12": none}
`

// The pages of the sample, without a policy and with one, are the committed ones, to the
// byte.
func TestSample(t *testing.T) {
	t.Parallel()
	requireGolden(t, "sample.html", samplePage())
}

func TestPromised(t *testing.T) {
	t.Parallel()
	requireGolden(t, "promised.html", promisedPage())
}

func requireGolden(t *testing.T, name, got string) {
	golden := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.True(t, string(want) == got, "%s is another page; see the difference with -update and git diff", golden)
	require.Less(t, len(got), 1<<20)
}

// A page is the same from the files of a folder.
func TestPageFromFiles(t *testing.T) {
	t.Parallel()
	r := sampleOnce()
	run := *r.Run // what is put gets the sums of its files
	dir := t.TempDir()
	folder, err := rundir.OpenFolder(t.Context(), dir)
	require.NoError(t, err)
	defer folder.Close()
	folder.Detail, folder.Page = r.Detail, func(w io.Writer, r *rundir.Result) error {
		return page.Write(w, r,
			page.Options{})
	}
	require.NoError(t, folder.Put(t.Context(), r.Report, &run))
	read, err := rundir.ReadResult(t.Context(), dir)
	require.NoError(t, err)
	written, err := os.ReadFile(filepath.Join(dir, rundir.PageName))
	require.NoError(t, err)
	require.True(t, string(written) == html(t, read))
}

// The numbers of the tables are those of report.csv.
func TestNumbersAreThoseOfTheReport(t *testing.T) {
	t.Parallel()
	r, got := sampleOnce(), samplePage()
	var b bytes.Buffer
	require.NoError(t, rundir.CSV(&b, r.Report))
	records, err := csv.NewReader(&b).ReadAll()
	require.NoError(t, err)
	at := make(map[string]int)
	for i, name := range records[0] {
		at[name] = i
	}
	section := func(id string) string {
		_, rest, ok := strings.Cut(got, `id="`+id+`"`)
		require.True(t, ok)
		part, _, _ := strings.Cut(rest, "</section>")
		return part
	}
	countries, merchants := section("countries"), section("merchants-title")
	rows := 0
	for _, record := range records[1:] {
		cell := func(name string) string { return record[at[name]] }
		title := func(name string) string {
			if cell(name) == "" {
				return `title=""`
			}
			return `title="` + cell(name) + "\u00a0s\""
		}
		part, id := "", ""
		switch cell("level") {
		case "merchant":
			part, id = merchants, cell("merchant_id")
		case "country":
			part, id = countries, cell("country")
		default:
			continue
		}
		_, row, ok := strings.Cut(part, `<th scope="row" title="`+id+`">`)
		require.True(t, ok, id)
		row, _, _ = strings.Cut(row, "</tr>")
		for _, name := range []string{"dt_km_p50_s", "wait_24h_mean_s"} {
			require.Contains(t, row, title(name), name)
		}
		share, err := strconv.ParseFloat(cell("km_answered_24h"), 64)
		require.NoError(t, err)
		require.Contains(t, row, fmt.Sprintf("<td>%.1f\u00a0%%</td>", 100*share))
		require.Contains(t, row, "<td>"+cell("unanswered")+"</td>")
		rows++
	}
	require.Greater(t, rows, 90)
}

// Whatever is in the input, the page is made, and is the same again.
func TestPageOfAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := quirks.Draw(t, quirks.Options{Rejects: true}).CSV(t, false)
		opts, _ := analysistest.DrawOptions(t)
		opts.Every = rapid.SampledFrom([]analysis.Every{analysis.Never, analysis.Daily, analysis.Weekly,
			analysis.Monthly}).Draw(t, "every")
		r := resultOf(t, text, opts)
		_, err := json.Marshal(r.Detail)
		require.NoError(t, err, "it can be kept in a file")
		got := html(t, r)
		require.Equal(t, got, html(t, r))
		_, body, _ := strings.Cut(got, "<body>")
		body, _, _ = strings.Cut(body, "<script>")
		for _, wrong := range []string{"NaN", "Inf", "ZgotmplZ", "<no value>", "%!"} {
			require.NotContains(t, body, wrong)
		}
	})
}

// A text of the input stays text.
func TestHostileText(t *testing.T) {
	const attack = `</title><script>alert(1)</script>`
	quoted := strings.ReplaceAll(attack, `"`, `""`)
	var text strings.Builder
	text.WriteString("created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id,conversation_id,country\n")
	for i := range 30 {
		for _, sender := range []string{"1", "2"} {
			fmt.Fprintf(&text, "2026-03-%02d 10:%s0:00,%s,1,2,\"%s%d\",%d,\"%s\"\n", i%5+1, sender, sender, quoted, i%3,
				i, quoted)
		}
	}
	r := result(t, text.String())
	r.Run.Inputs = []string{attack}
	r.Run.Version = attack
	r.Detail.Zone = attack
	got := html(t, r)
	require.NotContains(t, got, "<script>alert")
	require.Contains(t, got, "&lt;script&gt;alert(1)")
	require.Equal(t, 1, strings.Count(got, "<script"), "its own")
}

// The policy of the page allows its own style and script, and no request.
func TestPolicy(t *testing.T) {
	got := samplePage()
	inside := func(tag string) string {
		_, rest, ok := strings.Cut(got, "<"+tag+">")
		require.True(t, ok)
		text, _, ok := strings.Cut(rest, "</"+tag+">")
		require.True(t, ok)
		sum := sha256.Sum256([]byte(text))
		return "'sha256-" + strings.ReplaceAll(base64.StdEncoding.EncodeToString(sum[:]), "+", "&#43;") + "'"
	}
	require.Contains(t, got, "content=\"default-src 'none'; img-src data:; style-src "+inside("style")+"; script-src "+
		inside("script")+"; ")
	require.NotRegexp(t, `(src|href)="?(https?:)?//|url\([^#]|@import`, got)
	require.NotRegexp(t, `<[^>]* (style|on[a-z]+)=`, got, "the policy would forbid it")
}

// With 100,000 merchants the page stays small, and says what it leaves out.
func TestManyMerchants(t *testing.T) {
	if !thorough.On() {
		t.Skip("skipped: analyses 100,000 merchants; make test-thorough runs it")
	}
	text := exports.ManyMerchants(100_000)
	started := time.Now()
	got := html(t, result(t, text))
	t.Log(len(got), "bytes after", time.Since(started))
	require.Less(t, len(got), 1_500_000)
	require.Contains(t, got, "Without a script these are the 300 with the most conversations.")
	require.Equal(t, 300, strings.Count(section(t, got, "merchants-title"), `<th scope="row"`))
}

func TestNothing(t *testing.T) {
	got := html(t, result(t, "created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id\n"))
	require.Contains(t, got, "No conversation was opened in the window.")
	require.NotContains(t, got, "<figure>")
}
