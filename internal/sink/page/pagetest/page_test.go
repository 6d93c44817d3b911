package pagetest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/analysis/inside"
	"github.com/sav-analytics/sav/internal/exports"
	savpage "github.com/sav-analytics/sav/internal/sink/page"
	"github.com/sav-analytics/sav/internal/sink/rundir"
	"github.com/sav-analytics/sav/policy"
	"github.com/sav-analytics/sav/source/files"
)

// sample is the page of the sample, as a test of package page holds it.
const sample = "../testdata/sample.html"

// promised is the same with a policy.
const promised = "../testdata/promised.html"

const ids = `Array.from(document.querySelectorAll("#merchants tbody tr")).map((r) => r.cells[0].title)`

// cells are the texts of a column of the table.
func cells(column int) string {
	return fmt.Sprintf(`Array.from(document.querySelectorAll("#merchants tbody tr")).map((r) => r.cells[%d].textContent)`, column)
}

func press(column int) chromedp.Action {
	return chromedp.Click(fmt.Sprintf("#merchants th:nth-child(%d) button", column+1), chromedp.ByQuery)
}

// ready waits until the script has unpacked the merchants.
func ready(b *browser) {
	b.run(chromedp.WaitVisible("#filter", chromedp.ByQuery))
}

func TestSort(t *testing.T) {
	b := open(t, sample)
	ready(b)
	all := eval[[]string](b, ids)
	require.Len(t, all, 78)
	for column := range 9 {
		order := func() string {
			return eval[string](b, fmt.Sprintf(`document.querySelectorAll("#merchants thead th")[%d].getAttribute("aria-sort")`, column))
		}
		before := order()
		var pages [][]string
		for range 2 {
			b.run(press(column))
			require.NotEqual(t, before, order())
			before = order()
			require.Equal(t, 1, eval[int](b,
				`document.querySelectorAll("#merchants [aria-sort=ascending], #merchants [aria-sort=descending]").length`))
			pages = append(pages, eval[[]string](b, cells(column)))
		}
		known := func(of []string) (keys []string) {
			for _, text := range of {
				if key, _, _ := strings.Cut(text, " to "); key != "–" && key != "" {
					keys = append(keys, key)
				}
			}
			return keys
		}
		turned := known(pages[1])
		slices.Reverse(turned)
		require.Equal(t, known(pages[0]), turned, "column %d", column)
		require.ElementsMatch(t, all, eval[[]string](b, ids), "no merchant is lost")
	}
}

// The numbers that the script writes are those that stand in the page without it.
func TestScriptWritesWhatStands(t *testing.T) {
	text, err := os.ReadFile(sample)
	require.NoError(t, err)
	_, table, _ := strings.Cut(string(text), `<table id="merchants"`)
	b := open(t, sample)
	ready(b)
	row := regexp.MustCompile(`(?s)<tr><th scope="row"[^>]*><bdi>(.*?)</bdi></th>(.*?)</tr>`)
	cell := regexp.MustCompile(`(?s)<td[^>]*>(?:<bdi>)?(.*?)(?:</bdi>)?</td>`)
	var want [][]string
	for _, r := range row.FindAllStringSubmatch(table, -1) {
		cells := []string{r[1]}
		for _, c := range cell.FindAllStringSubmatch(r[2], -1) {
			cells = append(cells, c[1])
		}
		want = append(want, cells)
	}
	got := eval[[][]string](b, `Array.from(document.querySelectorAll("#merchants tbody tr")).map((r) => Array.from(r.cells).map((c) => c.textContent))`)
	require.Len(t, got, len(want))
	for i := range want {
		for column := range want[i] {
			if column == 6 || column == 7 { // times have three digits here
				continue
			}
			require.Equal(t, want[i][column], got[i][column], "row %d, column %d", i, column)
		}
	}
}

// What is chosen stays in the address, and comes back with it.
func TestFilter(t *testing.T) {
	b := open(t, sample)
	ready(b)
	all := eval[[]string](b, ids)
	b.run(chromedp.SendKeys("#wanted", "7", chromedp.ByQuery))
	want := slices.DeleteFunc(slices.Clone(all), func(id string) bool { return !strings.Contains(id, "7") })
	require.Equal(t, want, eval[[]string](b, ids))
	require.Equal(t, fmt.Sprintf("%d of %d", len(want), len(all)),
		eval[string](b, `document.getElementById("shown").value`))
	b.run(chromedp.SendKeys("#least", "100", chromedp.ByQuery))
	for _, n := range eval[[]string](b, cells(2)) {
		count, err := strconv.Atoi(n)
		require.NoError(t, err)
		require.GreaterOrEqual(t, count, 100)
	}
	chosen := eval[[]string](b, ids)
	require.NotEmpty(t, chosen)
	require.Contains(t, eval[string](b, `location.hash`), "q=7")
	b.run(chromedp.Reload())
	ready(b)
	require.Equal(t, chosen, eval[[]string](b, ids))
	b.run(chromedp.SendKeys("#wanted", "no such merchant", chromedp.ByQuery))
	require.Empty(t, eval[[]string](b, ids))

	b.run(chromedp.Evaluate(`for (const id of ["wanted", "least"]) { document.getElementById(id).value = ""; document.getElementById(id).dispatchEvent(new Event("input")); }
		document.getElementById("flag").value = "1"; document.getElementById("flag").dispatchEvent(new Event("input"))`, nil))
	require.ElementsMatch(t, []string{"51", "28", "10"}, eval[[]string](b, ids), "those surely below")
	link := eval[string](b, `(() => { const a = document.getElementById("csv"); a.addEventListener("click", (e) => e.preventDefault()); a.click(); return a.href; })()`)
	require.True(t, strings.HasPrefix(link, "blob:"), link)
	var csv string
	b.run(chromedp.Evaluate(`fetch(document.getElementById("csv").href).then((r) => r.text()).catch(() => "blocked")`,
		&csv,
		func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	b.forgive() // the page's policy forbids to fetch, even this
	if csv != "blocked" {
		require.True(t, strings.HasPrefix(csv, "merchant_id,country,conversations,"), csv)
	}
}

// axe-core finds nothing, with all tables open, at any width, light and dark.
func TestAccessible(t *testing.T) {
	path := os.Getenv("SAV_TEST_AXE")
	if path == "" {
		t.Skip("SAV_TEST_AXE is not set: scripts/page.sh sets it")
	}
	axe, err := os.ReadFile(path)
	require.NoError(t, err)
	b := open(t, promised) // it has all that the other has
	ready(b)
	b.run(chromedp.Evaluate(string(axe)+";0", nil),
		chromedp.Evaluate(`document.querySelectorAll("details").forEach((d) => { d.open = true; })`, nil))
	for _, c := range []struct {
		width  int64
		scheme string
	}{{1440, "light"}, {1440, "dark"}, {390, "light"}, {390, "dark"}} {
		b.look(c.width, 1000, c.scheme)
		var found []string
		b.run(chromedp.Evaluate(`axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then((r) =>
			r.violations.map((v) => v.id + ": " + v.help + " " + v.nodes.slice(0, 5).map((n) => n.html + " " + n.failureSummary).join("; ")))`, &found,
			func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
		require.Empty(t, found, "%d, %s", c.width, c.scheme)
	}
}

// visible says which tips are shown.
const visible = `Array.from(document.querySelectorAll(".tip")).filter((t) => getComputedStyle(t).display !== "none").map((t) => t.textContent)`

// What a row of a picture says comes by keys and by touch as by a pointer, and the seconds of
// report.csv come by a box to tick.
func TestTips(t *testing.T) {
	b := open(t, sample)
	ready(b)
	b.look(1440, 1500, "light")
	require.Empty(t, eval[[]string](b, visible))
	labels := eval[[]string](b, `Array.from(document.querySelectorAll("input[name=country]")).map((i) => i.getAttribute("aria-label"))`)
	require.Greater(t, len(labels), 20)
	b.run(chromedp.Focus("input[name=country]", chromedp.ByQuery), chromedp.KeyEvent(" "))
	require.Equal(t, labels[:1], eval[[]string](b, visible), "the space bar chooses a row")
	b.run(chromedp.KeyEvent(kb.ArrowDown))
	require.Equal(t, labels[1:2], eval[[]string](b, visible), "an arrow key goes on to the next")
	b.run(chromedp.KeyEvent(kb.Tab))
	require.Empty(t, eval[[]string](b, visible), "the tab key leaves the picture")
	b.run(chromedp.Blur(":focus", chromedp.ByQuery))

	b.run(chromedp.ScrollIntoView("input[name=standing]", chromedp.ByQuery))
	at := eval[[]float64](b, `(() => { const r = document.querySelector("input[name=standing]").getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()`)
	b.run(emulation.SetTouchEmulationEnabled(true), input.DispatchTouchEvent(input.TouchStart,
		[]*input.TouchPoint{{X: at[0], Y: at[1]}}),
		input.DispatchTouchEvent(input.TouchEnd, []*input.TouchPoint{}))
	b.run(chromedp.Poll(visible+`.length === 1`, nil))
	require.Contains(t, eval[[]string](b, visible)[0], " answered in time (")
	b.run(emulation.SetTouchEmulationEnabled(false))

	// Each picture whose rows or columns speak is one stop.
	names := eval[[]string](b, `Array.from(new Set(Array.from(document.querySelectorAll(".row input")).map((i) => i.name)))`)
	require.Equal(t, []string{"standing", "country", "trend", "typical", "week"}, names)
	for _, name := range names {
		b.run(chromedp.Focus("input[name="+name+"]", chromedp.ByQuery), chromedp.KeyEvent(" "),
			chromedp.KeyEvent(kb.ArrowDown))
		of := fmt.Sprintf(`document.querySelector("input[name=%s]").closest(".plot")`, name)
		require.Len(t, eval[[]string](b, strings.Replace(visible, "document", of, 1)), 1, name)
	}

	after := `getComputedStyle(document.querySelector(".headline dd[title]"), "::after").content`
	require.Equal(t, "none", eval[string](b, after))
	b.run(chromedp.Click("#exact", chromedp.ByQuery))
	require.Regexp(t, `[0-9.]+\x{00a0}s`,
		eval[string](b, `getComputedStyle(document.querySelector(".headline dd[title]"), "::after").content + document.querySelector(".headline dd[title]").title`))
	require.NotEqual(t, "none", eval[string](b, after))
}

// A page of 100,000 merchants is small, and shows all of them.
func TestManyMerchants(t *testing.T) {
	rules, err := policy.Parse("policy.yaml", []byte(`calendars: {paris: {zone: Europe/Paris, week: {mon-fri: "09:00-18:00"}}}
use: {default: paris}
targets: {clock: work, default: 4h}
`))
	require.NoError(t, err)
	for name, p := range map[string]*policy.Policy{"alone": nil, "with a policy": rules} {
		path := filepath.Join(t.TempDir(), "report.html")
		write(t, path, exports.ManyMerchants(100_000), analysis.Options{Policy: p})
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Less(t, info.Size(), int64(1_500_000))
		started := time.Now()
		b := open(t, path)
		shown := eval[float64](b, `performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? -1`)
		ready(b)
		t.Logf("%s: %d bytes; opened, with the start of the browser, after %v; first paint %v ms, the table ready %v ms after the address was asked for",
			name, info.Size(), time.Since(started).Round(time.Millisecond), shown,
			eval[float64](b, `performance.now()`))
		require.Equal(t, "100,000 of 100,000", eval[string](b, `document.getElementById("shown").value`))
	}
}

// write writes the page of messages.
func write(t *testing.T, path, messages string, opts analysis.Options) {
	src, err := files.Open(context.Background(), []string{files.Stdin},
		files.Options{Stdin: strings.NewReader(messages)})
	require.NoError(t, err)
	defer src.Close()
	opts.Detail = true
	r, err := analysis.Run(t.Context(), src, opts)
	require.NoError(t, err)
	f, err := os.Create(path)
	require.NoError(t, err)
	run := &rundir.Run{Version: "test", Inputs: []string{"messages.csv"}, Conversations: r.Conversations,
		Answered: r.Answered,
		AsOf:     rundir.Time(r.AsOf.Format(time.RFC3339)), RowsRead: r.Rows.Rows}
	if opts.Policy != nil {
		run.Policy = &rundir.Policy{Path: opts.Policy.Path, SHA256: opts.Policy.SHA256}
	}
	require.NoError(t, savpage.Write(f, &rundir.Result{Run: run, Report: r.Report, Detail: inside.Of(r).Detail}, savpage.Options{}))
	require.NoError(t, f.Close())
}

// At any width the page scrolls down only, and no text of a picture leaves it.
func TestWindows(t *testing.T) {
	b := open(t, sample)
	for _, c := range []struct {
		width, height int64
		scheme        string
		picture       string
	}{
		{1440, 1500, "light", "report-wide.png"}, {1440, 1500, "dark", "report-dark.png"},
		{390, 1500, "light", "report-narrow.png"}, {360, 1500, "dark", ""}, {768, 1000, "light", ""},
	} {
		b.look(c.width, c.height, c.scheme)
		require.Equal(t, float64(c.width), eval[float64](b, `document.documentElement.scrollWidth`), "%d", c.width)
		require.Empty(t, eval[[]string](b, `Array.from(document.querySelectorAll(".plot text")).filter((text) => {
			const box = text.getBoundingClientRect();
			return box.width > 0 && (box.left < 0 || box.right > innerWidth);
		}).map((text) => text.textContent)`), "%d", c.width)
		paper := eval[string](b, `getComputedStyle(document.body).backgroundColor`)
		require.Equal(t, map[string]string{"light": "rgb(252, 251, 248)", "dark": "rgb(21, 24, 28)"}[c.scheme], paper)
		if c.picture != "" {
			b.shot(c.picture)
		}
	}
	// On a phone a wide table scrolls below its first column.
	b.look(360, 1500, "light")
	require.True(t, eval[bool](b, `(() => {
		const table = document.querySelector("#merchants").parentElement;
		table.scrollLeft = 1000;
		return table.scrollLeft > 0 && Math.abs(table.querySelector("tbody th").getBoundingClientRect().left - table.getBoundingClientRect().left) < 1;
	})()`))
	b.look(1440, 1500, "light")
	b.run(chromedp.Evaluate(`document.getElementById("standings").scrollIntoView()`, nil))
	b.shot("report-merchants.png")
	b.run(chromedp.Evaluate(`document.getElementById("trend").scrollIntoView()`, nil))
	b.shot("report-trend.png")
	b = open(t, promised)
	b.look(1440, 1500, "light")
	b.run(chromedp.Evaluate(`document.getElementById("targets").scrollIntoView()`, nil))
	b.shot("report-targets.png")
	b.look(390, 1500, "light")
	require.Equal(t, 390.0, eval[float64](b, `document.documentElement.scrollWidth`))
}

// Every picture is described to those who do not see it, and its numbers are in
// a table that can be opened.
func TestPicturesAreDescribed(t *testing.T) {
	b := open(t, sample)
	require.Equal(t, 9, eval[int](b, `document.querySelectorAll(".plot > svg").length`))
	require.Zero(t, eval[int](b, `Array.from(document.querySelectorAll(".plot > svg")).filter((svg) => !svg.hasAttribute("aria-label") &&
		!svg.getAttribute("aria-labelledby").split(" ").every((id) => document.getElementById(id).textContent.trim() !== "")).length`))
	require.Zero(t, eval[int](b, `Array.from(document.querySelectorAll("figure")).filter((f) => f.querySelector(".plot > svg") && (!f.querySelector("figcaption h3") || f.querySelectorAll("details tbody tr").length === 0)).length`))
	require.Empty(t, eval[[]string](b, `Array.from(document.querySelectorAll("[id]")).map((e) => e.id).filter((id, i, all) => all.indexOf(id) !== i)`))
	b.run(chromedp.Click("#countries ~ figure summary", chromedp.ByQuery))
	require.True(t, eval[bool](b, `document.querySelector("#countries ~ figure table").offsetHeight > 0`))
	require.Equal(t, 1440.0, func() float64 {
		b.look(1440, 900, "light")
		return eval[float64](b, `document.documentElement.scrollWidth`)
	}())
}

// On paper the page is a document of a few A4 pages, dark windows or not.
func TestPrint(t *testing.T) {
	b := open(t, sample)
	b.look(1440, 900, "dark")
	var pdf []byte
	b.run(chromedp.ActionFunc(func(ctx context.Context) (err error) {
		pdf, _, err = page.PrintToPDF().WithPreferCSSPageSize(true).WithPrintBackground(true).Do(ctx)
		return err
	}))
	require.True(t, strings.HasPrefix(string(pdf), "%PDF-"))
	require.Contains(t, string(pdf), "/MediaBox [0 0 594.95996 841.91998]", "A4")
	pages := strings.Count(string(pdf), "/Type /Page\n")
	require.True(t, pages >= 4 && pages <= 10, "%d pages", pages)
	if dir := os.Getenv("SAV_PAGE_IMAGES"); dir != "" {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "report.pdf"), pdf, 0o644))
	}
}

// A merchant whose id is a script is a merchant with an odd name.
func TestHostileMerchant(t *testing.T) {
	const attack = `<script>document.title="run"</script><img src=x onerror=alert(1)>`
	var text strings.Builder
	text.WriteString("created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id,conversation_id,country\n")
	for i := range 40 {
		id := fmt.Sprintf(`"%s%d"`, strings.ReplaceAll(attack, `"`, `""`), i%4)
		fmt.Fprintf(&text, "2026-03-0%d 10:00:00,1,1,2,%s,%d,%s\n2026-03-0%[1]d 10:%[5]d:00,2,1,2,%[2]s,%[3]d,%[4]s\n",
			i%5+1, id, i, id, i%50+10)
	}
	src, err := files.Open(context.Background(), []string{files.Stdin},
		files.Options{Stdin: strings.NewReader(text.String())})
	require.NoError(t, err)
	defer src.Close()
	r, err := analysis.Run(t.Context(), src, analysis.Options{Detail: true})
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "report.html")
	f, err := os.Create(path)
	require.NoError(t, err)
	run := &rundir.Run{Version: attack, Inputs: []string{attack}, Conversations: r.Conversations, Answered: r.Answered}
	require.NoError(t, savpage.Write(f, &rundir.Result{Run: run, Report: r.Report, Detail: inside.Of(r).Detail}, savpage.Options{}))
	require.NoError(t, f.Close())

	b := open(t, path)
	require.Contains(t, eval[string](b, `document.title`), "First response times")
	require.Equal(t, 1, eval[int](b, `document.scripts.length`))
	require.Zero(t, eval[int](b, `document.images.length`))
	ready(b)
	got := eval[[]string](b, ids)
	require.Len(t, got, 4)
	for _, id := range got {
		require.True(t, strings.HasPrefix(id, attack), id)
	}
	b.run(press(0), press(3), chromedp.SendKeys("#wanted", "<script>", chromedp.ByQuery))
	require.Len(t, eval[[]string](b, ids), 4)
	b.look(360, 800, "light")
	require.Equal(t, 360.0, eval[float64](b, `document.documentElement.scrollWidth`))
}
